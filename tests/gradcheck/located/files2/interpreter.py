"""A network as a list of instructions for a register machine, and a table of rules to run it backwards."""
import numpy as np

PROGRAM = [
    # op, output, inputs
    ("gather", "x", ("table", "tokens")),
    ("matmul", "a", ("x", "Wa")),
    ("matmul", "b", ("x", "Wb")),
    ("softmax_rows", "s", ("b",)),
    ("mul", "c", ("a", "s")),
    ("tanh", "t", ("c",)),
    ("add", "r", ("t", "x")),
    ("mean_rows", "m", ("r",)),
    ("max_rows", "w", ("r",)),
    ("add", "k", ("m", "w")),
    ("matmul", "o", ("k", "Wo")),
    ("add", "y", ("o", "bo")),
    ("half_square", "loss", ("y", "goal")),
]


def softmax(b):
    e = np.exp(b - b.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


FORWARD = {
    "gather": lambda table, idx: table[idx],
    "matmul": lambda x, w: x @ w,
    "softmax_rows": softmax,
    "mul": lambda p, q: p * q,
    "tanh": np.tanh,
    "add": lambda p, q: p + q,
    "mean_rows": lambda x: x.mean(0),
    "max_rows": lambda x: x.max(0),
    "half_square": lambda y, g: 0.5 * ((y - g) ** 2).sum(),
}


def back_gather(d, out, table, idx):
    g = np.zeros_like(table)
    np.add.at(g, idx, d)
    return g, None


def back_matmul(d, out, x, w):
    if x.ndim == 1:
        return w @ d, np.outer(x, d)
    return d @ w.T, x.T @ d


def back_max(d, out, x):
    g = np.zeros_like(x)
    g[x.argmax(0), np.arange(x.shape[1])] = d
    return (g,)


BACKWARD = {
    "gather": back_gather,
    "matmul": back_matmul,
    "softmax_rows": lambda d, out, b: (out * (d - (d * out).sum(1, keepdims=True)),),
    "mul": lambda d, out, p, q: (d * q, d * p),
    "tanh": lambda d, out, x: (d * (1 - out ** 2),),
    "add": lambda d, out, p, q: (d, d),
    "mean_rows": lambda d, out, x: (np.tile(d / len(x), (len(x), 1)),),
    "max_rows": back_max,
    "half_square": lambda d, out, y, g: (d * (y - g), None),
}


def execute(params, tokens, goal):
    regs = dict(params, tokens=tokens, goal=goal)
    for op, out, ins in PROGRAM:
        regs[out] = FORWARD[op](*[regs[i] for i in ins])
    return regs


def loss(params, tokens, goal):
    return execute(params, tokens, goal)["loss"]


def gradients(params, tokens, goal):
    regs = execute(params, tokens, goal)
    adj = {"loss": 1.0}
    for op, out, ins in reversed(PROGRAM):
        parts = BACKWARD[op](adj[out], regs[out], *[regs[i] for i in ins])
        for name, part in zip(ins, parts):
            if part is None:
                continue
            adj[name] = adj[name] + part if name in adj else part
    return {k: adj[k] for k in params}


_rng = np.random.default_rng(47)
params = {"table": _rng.normal(size=(6, 4)), "Wa": _rng.normal(0, .6, (4, 4)), "Wb": _rng.normal(0, .6, (4, 4)),
          "Wo": _rng.normal(0, .6, (4, 3)), "bo": _rng.normal(0, .1, 3)}
data = (np.array([2, 0, 5, 2, 3]), _rng.normal(size=3))
