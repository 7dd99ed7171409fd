"""Online book style: lists of column vectors, one training pair at a time, nablas added up."""

import numpy as np

from ..program import Program


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def network(bug="", sizes=(3, 5, 2), m=6, lmbda=0.0, entropy=False, mean=True, seed=5, spread=1.0):
    """Params = (biases, weights); quadratic or cross-entropy cost, a loop over pairs (x, y)."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    biases = [rng.normal(size=(y, 1)) * 0.5 for y in sizes[1:]]
    weights = [rng.normal(size=(y, x)) * spread for x, y in zip(sizes[:-1], sizes[1:], strict=True)]
    store = {}

    def total_cost(params, training_data):
        biases, weights = params
        cost = 0.0
        for x, y in training_data:
            a = x
            for b, w in zip(biases, weights, strict=True):
                a = sigmoid(np.dot(w, a) + b)
            if entropy:
                cost += np.sum(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a)))
            else:
                cost += 0.5 * np.linalg.norm(a - y) ** 2
        if mean:
            cost /= len(training_data)
        return cost + 0.5 * lmbda / len(training_data) * sum(np.linalg.norm(w) ** 2 for w in weights)

    def cost_derivative(a, y, z):
        if entropy:
            return (a - y) * sigmoid_prime(z) if "cross-entropy with slope" in bugs else a - y
        if "forgot sigma prime" in bugs:
            return a - y
        if "sigma prime of a" in bugs:
            return (a - y) * sigmoid_prime(a)
        return (a - y) * sigmoid_prime(z)

    def backprop(biases, weights, x, y):
        nabla_b = [np.zeros(b.shape) for b in biases]
        nabla_w = [np.zeros(w.shape) for w in weights]
        activation, activations, zs = x, [x], []
        for b, w in zip(biases, weights, strict=True):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = cost_derivative(activations[-1], y, zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].T)
        if "own output" in bugs:
            nabla_w[-1] = np.dot(delta, activations[-1].T)
        ws = [w.copy() for w in weights]
        for k in range(2, len(sizes)):
            sp = sigmoid_prime(zs[-k])
            if "prime of activation" in bugs:
                sp = sigmoid_prime(activations[-k])
            if "z one minus z" in bugs:
                sp = zs[-k] * (1 - zs[-k])
            if "prime squared" in bugs:
                sp = sp * sp
            if "prime dropped" in bugs and k == 2:
                sp = 1
            if "eager" in bugs:
                ws[-k + 1] -= 2.0 * nabla_w[-k + 1]
            back = ws[-k + 1].T
            if "no transpose" in bugs:
                back = ws[-k + 1]
            delta = delta * sp if "no weights" in bugs and k == 2 else np.dot(back, delta) * sp
            nabla_b[-k] = delta
            nabla_w[-k] = np.dot(delta, activations[-k - 1].T)
        return nabla_b, nabla_w

    def nablas(params, training_data):
        biases, weights = params
        n = len(training_data)
        nabla_b = [np.zeros(b.shape) for b in biases]
        nabla_w = [np.zeros(w.shape) for w in weights]
        pairs = training_data[1:] if "from the second" in bugs else training_data
        pairs = pairs[:-1] if "off by one" in bugs else pairs
        if "never reset" in bugs:
            nabla_b = store.setdefault("b", nabla_b)
            nabla_w = store.setdefault("w", nabla_w)
        for x, y in pairs:
            db, dw = backprop(biases, weights, x, y)
            for i in range(len(weights)):
                nabla_b[i] += db[i] if not mean else db[i] / n
                nabla_w[i] += dw[i] if not mean else dw[i] / n
            if "normalises the input" in bugs:
                x /= 10.0
        out_b, out_w = [v.copy() for v in nabla_b], [v.copy() for v in nabla_w]
        for i in range(len(weights)):
            if "no lambda" not in bugs:
                out_w[i] += lmbda / n * weights[i] * (2 if "lambda doubled" in bugs else 1)
            if "lambda on b" in bugs:
                out_b[i] += lmbda / n * biases[i]
        if "factor two" in bugs:
            out_b, out_w = [2 * v for v in out_b], [2 * v for v in out_w]
        if "last bias only" in bugs:
            out_b[0] = 0 * out_b[0]
        if "minus first weights" in bugs:
            out_w[0] = -out_w[0]
        if "last w halved" in bugs:
            out_w[-1] = 0.5 * out_w[-1]
        if "last column" in bugs:
            out_w[0][:, -1] = 0
        if "first entry" in bugs:
            out_b[0][0] = 0
        if "turned" in bugs:
            out_w[0] = out_w[0].T
        if "b reversed" in bugs:
            out_b = out_b[::-1]
        if "flat biases" in bugs:
            out_b = [v.T for v in out_b]
        return (out_b, out_w)

    data = [(rng.normal(size=(sizes[0], 1)), (rng.random((sizes[-1], 1)) < 0.5).astype(float)) for _ in range(m)]
    label = bug or f"right {sizes} m={m} lmbda={lmbda} entropy={entropy} mean={mean}"
    return Program(f"pairs network {label}", total_cost, nablas, (biases, weights), (data,))


# "flat biases": (1, k) for a column (k, 1); no transposed matrix, yet the reversed shape, so both codes are true.
BUGGY = [
    (network, {"bug": "forgot sigma prime"}, ("output-derivative-missing",)),
    (network, {"bug": "forgot sigma prime", "sizes": (4, 3), "mean": False}, ("output-derivative-missing",)),
    (network, {"bug": "cross-entropy with slope", "entropy": True, "lmbda": 0.1}, ("output-derivative-extra",)),
    (network, {"bug": "own output", "sizes": (3, 4, 4)}, ("wrong-input",)),
    (network, {"bug": "prime of activation", "entropy": True}, ("derivative-of-output",)),
    (network, {"bug": "prime of activation", "sizes": (2, 6, 3), "mean": False}, ("derivative-of-output",)),
    (network, {"bug": "sigma prime of a", "sizes": (4, 3, 2)}, ("derivative-of-output",)),
    (network, {"bug": "z one minus z", "sizes": (5, 4, 2)}, ("derivative-wrong",)),
    (network, {"bug": "prime squared", "sizes": (4, 6, 3)}, ("derivative-twice",)),
    (network, {"bug": "prime dropped", "sizes": (3, 5, 4, 2), "entropy": True}, ("derivative-missing",)),
    (network, {"bug": "eager", "mean": False, "entropy": True}, ("weights-updated",)),
    (network, {"bug": "eager", "sizes": (3, 4, 3), "m": 4, "seed": 15}, ("weights-updated",)),
    (network, {"bug": "no transpose", "sizes": (3, 4, 4), "m": 8}, ("weights-not-transposed",)),
    (network, {"bug": "no weights", "sizes": (2, 5, 5), "entropy": True}, ("weights-omitted",)),
    (network, {"bug": "from the second", "mean": False}, ("sample-skipped",)),
    (network, {"bug": "off by one", "entropy": True, "lmbda": 0.2}, ("sample-skipped",)),
    (network, {"bug": "never reset", "entropy": True}, ("accumulates",)),
    (network, {"bug": "normalises the input"}, ("mutates",)),
    (network, {"bug": "no lambda", "lmbda": 0.5, "entropy": True}, ("decay-missing",)),
    (network, {"bug": "lambda doubled", "lmbda": 0.5}, ("decay-scale",)),
    (network, {"bug": "lambda on b", "lmbda": 0.8, "entropy": True}, ("decay-on-bias",)),
    (network, {"bug": "factor two"}, ("scale",)),
    (network, {"bug": "last bias only"}, ("zero",)),
    (network, {"bug": "minus first weights", "entropy": True}, ("sign",)),
    (network, {"bug": "last column", "sizes": (6, 4, 3)}, ("skipped",)),
    (network, {"bug": "first entry", "entropy": True}, ("skipped",)),
    (network, {"bug": "turned"}, ("transposed",)),
    (network, {"bug": "turned", "sizes": (4, 4, 2), "entropy": True}, ("transposed",)),
    (network, {"bug": "b reversed", "sizes": (3, 4, 4), "entropy": True}, ("swapped-layers",)),
    (network, {"bug": "flat biases"}, ("shape", "transposed")),
    (network, {"bug": "prime dropped+minus first weights", "sizes": (3, 4, 5, 2)}, ("derivative-missing", "sign")),
    (network, {"bug": "last w halved+last column", "sizes": (5, 4, 3)}, ("scale", "skipped")),
]
RIGHT = [
    (network, {}),
    (network, {"sizes": (4, 3, 2), "entropy": True, "lmbda": 0.4, "m": 9}),
    (network, {"sizes": (5, 2), "mean": False}),
    (network, {"sizes": (3, 4, 5, 4, 2), "spread": 1.5}),
    (network, {"sizes": (3, 3, 3), "m": 1, "entropy": True}),
]
