"""(out, in) weights as a tensor library keeps them, rows of samples, nested tuples; up to four layers, equal widths."""

import numpy as np

from ..program import Program


def swish(z, beta=1.5):
    return z / (1 + np.exp(-beta * z))


def swish_prime(z, beta=1.5):
    s = 1 / (1 + np.exp(-beta * z))
    return s + beta * z * s * (1 - s)


def mlp(bug="", widths=(4, 4, 4, 4, 3), n=9, head="softmax", reduction="mean", wd=0.0, seed=1, acts="swish", init=1.0):
    """head: softmax (labels), hinge (y in -1, 1; one output), logistic (likewise), linear (squares)."""
    wrong = set(bug.split(" and ")) if bug else set()
    g = np.random.default_rng(seed)
    theta = tuple(
        (init * g.normal(0, (2 / i) ** 0.5, (o, i)), init * g.normal(0, 0.5, o)) for i, o in zip(widths, widths[1:])
    )
    X = g.normal(0, 1, (n, widths[0]))
    y = {
        "softmax": lambda: g.integers(0, widths[-1], n),
        "linear": lambda: g.normal(0, 1, (n, widths[-1])),
        "hinge": lambda: g.choice([-1.0, 1.0], n),
        "logistic": lambda: g.choice([-1.0, 1.0], n),
    }[head]()
    depth = len(theta)
    fns = {
        "swish": (swish, swish_prime),
        "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), None),
        "relu": (lambda z: z.clip(0), lambda z: (z > 0) * 1.0),
        "cubic": (lambda z: z + z**3 / 10, lambda z: 1 + 0.3 * z**2),
    }
    phi, dphi = fns[acts]
    if dphi is None:

        def dphi(z):
            return phi(z) * (1 - phi(z))

    def forward(theta, X):
        hs, zs = [X], []
        for k, (W, b) in enumerate(theta):
            zs.append(hs[-1] @ W.T + b)
            hs.append(phi(zs[-1]) if k < depth - 1 else zs[-1])
        return hs, zs

    def loss(theta, X, y):
        out = forward(theta, X)[0][-1]
        if head == "softmax":
            top = out.max(1, keepdims=True)
            each = (top[:, 0] + np.log(np.exp(out - top).sum(1))) - out[np.arange(len(X)), y]
        elif head == "linear":
            each = 0.5 * ((out - y) ** 2).sum(1)
        elif head == "hinge":
            each = np.maximum(0, 1 - y * out[:, 0])
        else:
            each = np.log1p(np.exp(-y * out[:, 0]))
        value = each.mean() if reduction == "mean" else each.sum()
        for W, _ in theta:
            value = value + wd / 2 * (W**2).sum()
        return value

    def gradients(theta, X, y):
        hs, zs = forward(theta, X)
        out = hs[-1]
        if head == "softmax":
            p = np.exp(out - out.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            d = p - np.eye(widths[-1])[y]
            if "dp" in wrong:
                d = d * p * (1 - p)
        elif head == "linear":
            d = out - y
        elif head == "hinge":
            d = (-y * (y * out[:, 0] < 1))[:, None]
            if "all margins" in wrong:
                d = -y[:, None]
        else:
            d = (-y / (1 + np.exp(y * out[:, 0])))[:, None]
        if "reduction" in wrong:
            d = d / n if reduction == "sum" else d
        elif reduction == "mean":
            d = d / n
        grads = []
        for k in reversed(range(depth)):
            W, b = theta[k]
            source = hs[k]
            if f"zs {k}" in wrong:
                source = zs[k - 1]
            if f"own {k}" in wrong:
                source = hs[k + 1]
            if f"input {k}" in wrong:
                source = X
            gW, gb = d.T @ source, d.sum(0)
            if f"gW.T {k}" in wrong:
                gW = source.T @ d
            if f"axis {k}" in wrong:
                gb = d.sum(1)
            if f"total {k}" in wrong:
                gb = d.sum()
            if f"raw {k}" in wrong:
                gb = d
            if f"first {k}" in wrong:
                gW[0] = 0
            if f"negative {k}" in wrong:
                gW, gb = -gW, -gb
            if f"double {k}" in wrong:
                gW, gb = 2 * gW, 2 * gb
            if f"step {k}" in wrong:
                W = W - 0.7 * gW
            if wd and f"no wd {k}" not in wrong:
                gW = gW + wd * theta[k][0]
            if f"wd b {k}" in wrong:
                gb = gb + wd * b
            if f"nothing {k}" in wrong:
                gW, gb = gW * 0, gb
            grads.insert(0, (gW, gb))
            if k:
                d = d @ (W.T if f"W.T {k}" in wrong else W) if f"W out {k}" not in wrong else d
                if f"phi' at h {k}" in wrong:
                    d = d * dphi(hs[k])
                elif f"sigmoid' {k}" in wrong:
                    s = 1 / (1 + np.exp(-zs[k - 1]))
                    d = d * s * (1 - s)
                elif f"squared {k}" in wrong:
                    d = d * dphi(zs[k - 1]) ** 2
                elif f"d > 0 {k}" in wrong:
                    d = np.where(d > 0, d, 0)
                elif f"neighbour {k}" in wrong:
                    d = d * dphi(zs[k])
                elif f"phi' out {k}" not in wrong:
                    d = d * dphi(zs[k - 1])
        if "appended" in wrong:
            grads = grads[::-1]
        return tuple(grads)

    two = " (two bugs)" if len(wrong) > 1 else ""
    name = f"deep {acts} {widths} n={n} {head} {reduction} wd={wd} init={init} seed={seed}: {bug or 'right'}{two}"
    return Program(name, loss, gradients, theta, (X, y))


BUGGY = [
    (mlp, dict(bug="zs 2", seed=2), ("wrong-input",)),
    (mlp, dict(bug="own 1", seed=3), ("wrong-input",)),
    (mlp, dict(bug="input 2", seed=4, head="linear"), ("wrong-input",)),
    (mlp, dict(bug="gW.T 1", seed=5), ("transposed",)),
    (mlp, dict(bug="axis 0", seed=6, n=4, head="logistic", widths=(3, 4, 1)), ("bias-wrong-axis",)),
    (mlp, dict(bug="total 2", seed=7), ("bias-total-sum",)),
    (mlp, dict(bug="raw 1", seed=8, acts="relu", head="hinge", widths=(3, 5, 4, 1)), ("bias-not-summed",)),
    (mlp, dict(bug="first 2", seed=9), ("skipped",)),
    (mlp, dict(bug="negative 1", seed=10, wd=0.1), ("sign",)),
    (mlp, dict(bug="double 3", seed=11, reduction="sum"), ("scale",)),
    (mlp, dict(bug="reduction", seed=12, reduction="sum", head="hinge", widths=(3, 6, 1)), ("scale",)),
    (mlp, dict(bug="reduction", seed=13, reduction="mean", n=13), ("scale",)),
    (mlp, dict(bug="step 3", seed=14), ("weights-updated",)),
    (mlp, dict(bug="no wd 0", seed=15, wd=0.2), ("decay-missing",)),
    (mlp, dict(bug="wd b 1", seed=16, wd=0.2, head="linear"), ("decay-on-bias",)),
    (mlp, dict(bug="nothing 1", seed=17), ("zero",)),
    (mlp, dict(bug="W.T 2", seed=18), ("weights-not-transposed",)),
    (mlp, dict(bug="W out 2", seed=19, acts="sigmoid"), ("weights-omitted",)),
    (mlp, dict(bug="phi' at h 2", seed=20), ("derivative-of-output",)),
    (
        mlp,
        dict(bug="phi' at h 1", seed=21, acts="cubic", widths=(3, 5, 4, 1), head="logistic"),
        ("derivative-of-output",),
    ),
    (mlp, dict(bug="sigmoid' 3", seed=22), ("derivative-wrong",)),
    (mlp, dict(bug="squared 1", seed=23, acts="cubic", head="linear"), ("derivative-twice",)),
    (mlp, dict(bug="d > 0 2", seed=24, acts="relu", n=15), ("delta-mask",)),
    (mlp, dict(bug="d > 0 1", seed=25, acts="relu", n=15, head="hinge", widths=(5, 6, 1)), ("delta-mask",)),
    (mlp, dict(bug="neighbour 2", seed=26), ("unknown",)),
    (mlp, dict(bug="phi' out 1", seed=27, acts="relu", n=15), ("derivative-missing",)),
    (mlp, dict(bug="appended", seed=28, widths=(4, 4, 4, 4)), ("swapped-layers",)),
    (mlp, dict(bug="all margins", seed=46, head="hinge", widths=(3, 5, 1), n=14, init=0.8), ("unknown",)),
    (mlp, dict(bug="dp", seed=30), ("output-derivative-extra",)),
    (mlp, dict(bug="zs 3 and squared 1", seed=31), ("wrong-input", "derivative-twice")),
    (mlp, dict(bug="gW.T 3 and phi' out 2", seed=32, widths=(3, 4, 4, 4, 4)), ("transposed", "derivative-missing")),
    (mlp, dict(bug="W.T 2 and raw 3", seed=33), ("weights-not-transposed", "bias-not-summed")),
    (mlp, dict(bug="double 3 and sigmoid' 1", seed=34), ("scale", "derivative-wrong")),
    (mlp, dict(bug="no wd 3 and total 0", seed=35, wd=0.3), ("decay-missing", "bias-total-sum")),
    (
        mlp,
        dict(bug="phi' out 1", widths=(64, 32, 10), n=100, seed=36, acts="sigmoid", init=0.7),
        ("derivative-missing",),
    ),
    (mlp, dict(bug="raw 1", widths=(64, 32, 10), n=100, seed=37, acts="relu", init=0.7), ("bias-not-summed",)),
]

RIGHT = [
    (mlp, dict()),
    (mlp, dict(head="hinge", widths=(3, 5, 1), seed=40, acts="cubic")),
    (mlp, dict(head="logistic", widths=(6, 5, 4, 1), reduction="sum", wd=0.1, seed=41)),
    (mlp, dict(head="linear", widths=(3, 7, 2), acts="relu", n=30, seed=42)),
    (mlp, dict(widths=(64, 32, 10), n=100, seed=43, init=0.7)),
]
