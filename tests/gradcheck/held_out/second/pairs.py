"""A list of (x, y) pairs of column vectors; params = (biases, weights), two lists; one backprop call a sample."""

import numpy as np

from ..program import Program


def sigma(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigma_prime(z):
    return sigma(z) * (1 - sigma(z))


class Quadratic:
    @staticmethod
    def fn(a, y):
        return 0.5 * np.linalg.norm(a - y) ** 2

    @staticmethod
    def delta(z, a, y, bugs):
        if "no prime" in bugs:
            return a - y
        if "y - a" in bugs:
            return (y - a) * sigma_prime(z)
        if "factor 2" in bugs:
            return 2 * (a - y) * sigma_prime(z)
        return (a - y) * sigma_prime(z)


class CrossEntropy:
    @staticmethod
    def fn(a, y):
        return np.sum(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a)))

    @staticmethod
    def delta(z, a, y, bugs):
        if "prime kept" in bugs:
            return (a - y) * sigma_prime(z)
        if "quotient" in bugs:
            return (a - y) / (a * (1 - a)) * sigma_prime(z)
        return a - y


def make(bug="", sizes=(3, 5, 2), n=6, cost=Quadratic, averaged=True, lmbda=0.0, seed=1, gain=1.0):
    bugs = bug.split("+") if bug else []
    rng = np.random.RandomState(seed)
    biases = [0.5 * rng.randn(y, 1) for y in sizes[1:]]
    weights = [gain * rng.randn(y, x) / np.sqrt(x) for x, y in zip(sizes[:-1], sizes[1:])]
    data = []
    for i in range(n):
        t = np.zeros((sizes[-1], 1))
        t[i % sizes[-1]] = 1.0
        data.append((rng.randn(sizes[0], 1), t))

    def feedforward(params, x):
        a = x
        for b, w in zip(*params):
            a = sigma(np.dot(w, a) + b)
        return a

    def loss(params, data):
        total = sum(cost.fn(feedforward(params, x), y) for x, y in data)
        if averaged:
            total /= len(data)
        return float(total + 0.5 * lmbda * sum(np.linalg.norm(w) ** 2 for w in params[1]))

    def backprop(params, x, y):
        biases, weights = params
        nabla_b = [np.zeros(b.shape) for b in biases]
        nabla_w = [np.zeros(w.shape) for w in weights]
        activation, activations, zs = x, [x], []
        for b, w in zip(biases, weights):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigma(z)
            activations.append(activation)
        delta = cost.delta(zs[-1], activations[-1], y, bugs)
        if "own output" in bugs:
            nabla_w[-1] = np.dot(delta, activations[-1].transpose())
        else:
            nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        if "row of zeros" in bugs:
            nabla_w[-1][-1] = 0
        nabla_b[-1] = delta
        for l in range(2, len(sizes)):
            z = zs[-l]
            sp = sigma_prime(z)
            if "sp of a" in bugs:
                sp = sigma_prime(activations[-l])
            elif "z(1-z)" in bugs:
                sp = z * (1 - z)
            elif "sp squared" in bugs:
                sp = sp * activations[-l] * (1 - activations[-l])
            elif "sp left out" in bugs or ("sp left out of the first" in bugs and l == len(sizes) - 1):
                sp = 1.0
            w = weights[-l + 1]
            if "no transpose" in bugs:
                delta = np.dot(w, delta) * sp
            elif "no weights" in bugs:
                delta = delta * sp
            elif "new weights" in bugs:
                delta = np.dot((w - 2.0 * nabla_w[-l + 1]).transpose(), delta) * sp
            else:
                delta = np.dot(w.transpose(), delta) * sp
            nabla_b[-l] = delta
            if "b total" in bugs:
                nabla_b[-l] = np.full(delta.shape, delta.sum())
            if "X everywhere" in bugs:
                nabla_w[-l] = np.dot(delta, x.transpose())
            else:
                nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
            if "outer turned" in bugs:
                nabla_w[-l] = np.dot(activations[-l - 1], delta.transpose())
        return nabla_b, nabla_w

    def gradients(params, data, kept=([0 * b for b in biases], [0 * w for w in weights])):
        biases, weights = params
        if "default argument" in bugs:
            sum_b, sum_w = kept
        else:
            sum_b = [np.zeros(b.shape) for b in biases]
            sum_w = [np.zeros(w.shape) for w in weights]
        batch = data[1:] if "data[1:]" in bugs else data[:-1] if "data[:-1]" in bugs else data
        if "one drawn" in bugs:
            batch = [data[np.random.randint(len(data))] for _ in data]
        for x, y in batch:
            db, dw = backprop(params, x, y)
            if "bias not added up" in bugs:
                sum_b = [old if i == 0 else old + new for i, (old, new) in enumerate(zip(sum_b, db))]
            else:
                sum_b = [a + b for a, b in zip(sum_b, db)]
            if "default argument" in bugs:
                for i in range(len(sum_w)):
                    sum_w[i] += dw[i]
                    kept[0][i][...] = sum_b[i]
            else:
                sum_w = [a + b for a, b in zip(sum_w, dw)]
        n = len(data) if averaged and "sum kept" not in bugs else 1
        sum_b = [b / n for b in sum_b]
        sum_w = [w / n for w in sum_w]
        if lmbda and "lmbda/n" in bugs:
            sum_w = [g + lmbda / len(data) * w for g, w in zip(sum_w, weights)]
        elif lmbda and "no lmbda" not in bugs:
            sum_w = [g + lmbda * w for g, w in zip(sum_w, weights)]
        if lmbda and "lmbda b" in bugs:
            sum_b = [g + lmbda * b for g, b in zip(sum_b, biases)]
        if "backwards" in bugs:
            sum_w = sum_w[::-1]
        return sum_b, sum_w

    two = " (two bugs)" if len(bugs) > 1 else ""
    name = f"pairs {sizes} n={n} {cost.__name__} avg={averaged} lmbda={lmbda} gain={gain} seed={seed}"
    name += f": {bug or 'right'}{two}"
    return Program(name, loss, gradients, (biases, weights), (data,))


C = CrossEntropy
BUGGY = [
    (make, dict(bug="no prime", seed=2), ("output-derivative-missing",)),
    (make, dict(bug="no prime", seed=3, sizes=(4, 3), averaged=False), ("output-derivative-missing",)),
    (make, dict(bug="y - a", seed=4), ("sign",)),
    (make, dict(bug="factor 2", seed=5, averaged=False), ("scale",)),
    (make, dict(bug="prime kept", seed=6, cost=C), ("output-derivative-extra",)),
    (make, dict(bug="own output", seed=7, sizes=(3, 4, 4), cost=C), ("wrong-input",)),
    (make, dict(bug="row of zeros", seed=8, sizes=(3, 4, 5)), ("skipped",)),
    (make, dict(bug="sp of a", seed=9, sizes=(4, 6, 3, 2)), ("derivative-of-output",)),
    (make, dict(bug="sp of a", seed=10, cost=C, averaged=False), ("derivative-of-output",)),
    (make, dict(bug="z(1-z)", seed=11, cost=C), ("derivative-wrong",)),
    (make, dict(bug="sp squared", seed=12), ("derivative-twice",)),
    (make, dict(bug="sp squared", seed=13, sizes=(3, 4, 5, 2), cost=C), ("derivative-twice",)),
    (make, dict(bug="sp left out of the first", seed=14, sizes=(3, 5, 4, 2)), ("derivative-missing",)),
    (make, dict(bug="no transpose", seed=15, sizes=(5, 3, 3)), ("weights-not-transposed",)),
    (make, dict(bug="no transpose", seed=16, sizes=(2, 4, 4, 4), cost=C), ("weights-not-transposed",)),
    (make, dict(bug="no weights", seed=17, sizes=(2, 4, 4)), ("weights-omitted",)),
    (make, dict(bug="no weights", seed=18, sizes=(4, 5, 1), cost=C), ("weights-omitted",)),
    (make, dict(bug="new weights", seed=19, averaged=False, n=1, cost=C), ("weights-updated",)),
    (make, dict(bug="b total", seed=20, sizes=(3, 4, 2)), ("bias-total-sum",)),
    (make, dict(bug="X everywhere", seed=21, sizes=(4, 4, 3, 2)), ("wrong-input",)),
    (make, dict(bug="outer turned", seed=22, sizes=(4, 4, 4, 3)), ("transposed",)),
    (make, dict(bug="outer turned", seed=23, sizes=(4, 4, 2), cost=C), ("transposed",)),
    (make, dict(bug="default argument", seed=24, averaged=False), ("accumulates",)),
    (make, dict(bug="data[1:]", seed=25), ("sample-skipped",)),
    (make, dict(bug="data[:-1]", seed=26, averaged=False, cost=C), ("sample-skipped",)),
    (make, dict(bug="one drawn", seed=27), ("nondeterministic",)),
    (make, dict(bug="bias not added up", seed=28), ("zero",)),
    (make, dict(bug="sum kept", seed=29, n=5), ("scale",)),
    (make, dict(bug="lmbda/n", seed=30, lmbda=0.2, cost=C), ("decay-scale",)),
    (make, dict(bug="no lmbda", seed=31, lmbda=0.3), ("decay-missing",)),
    (make, dict(bug="lmbda b", seed=32, lmbda=0.2), ("decay-on-bias",)),
    (make, dict(bug="backwards", seed=33, sizes=(4, 4, 4), cost=C), ("swapped-layers",)),
    (make, dict(bug="backwards", seed=34, sizes=(2, 4, 3)), ("swapped-layers",)),
    (make, dict(bug="row of zeros+sp left out", seed=35, sizes=(3, 4, 3)), ("skipped", "derivative-missing")),
    (
        make,
        dict(bug="no prime+sp of a", seed=36, sizes=(3, 4, 2)),
        ("output-derivative-missing", "derivative-of-output"),
    ),
    # a single output and a single sample: delta_L is one number, so a factor left out of it is a scale of everything
    (make, dict(bug="no prime", seed=37, sizes=(3, 4, 1), n=1), ("output-derivative-missing", "scale")),
]

RIGHT = [
    (make, dict()),
    (make, dict(cost=C, seed=40)),
    (make, dict(sizes=(4, 3, 3, 2), seed=41, averaged=False, lmbda=0.1)),
    (make, dict(sizes=(3, 4, 2), seed=42, n=1, cost=C, bug="quotient")),
    (make, dict(sizes=(5, 2), seed=43, n=9)),
]
