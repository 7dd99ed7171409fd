"""A competition notebook: layer objects with forward and backward, params a list of dicts, an activation per layer."""

import numpy as np

from ..program import Program


class LeakyReLU:
    slope = 0.1

    def forward(self, z):
        self.z = z
        return np.where(z > 0, z, self.slope * z)

    def backward(self, grad):
        return grad * np.where(self.z > 0, 1.0, self.slope)


class LeakyAsReLU(LeakyReLU):
    def backward(self, grad):
        return grad * (self.z > 0)


class LeakyMaskOfGrad(LeakyReLU):
    def backward(self, grad):
        return np.where(grad > 0, grad, self.slope * grad)


class ELU:
    alpha = 0.7

    def forward(self, z):
        self.z = z
        return np.where(z > 0, z, self.alpha * (np.exp(np.minimum(z, 0)) - 1))

    def backward(self, grad):
        return grad * np.where(self.z > 0, 1.0, self.alpha * np.exp(np.minimum(self.z, 0)))


class ELUWithoutAlpha(ELU):
    def backward(self, grad):
        return grad * np.where(self.z > 0, 1.0, np.exp(np.minimum(self.z, 0)))


class ELUTwice(ELU):
    def backward(self, grad):
        return super().backward(super().backward(grad))


class Softplus:
    def forward(self, z):
        self.z = z
        return np.logaddexp(0, z)

    def backward(self, grad):
        return grad / (1 + np.exp(-self.z))


class SoftplusAsStep(Softplus):
    def backward(self, grad):
        return grad * (self.z > 0)


class Tanh:
    def forward(self, z):
        self.a = np.tanh(z)
        return self.a

    def backward(self, grad):
        return grad * (1 - self.a**2)


class TanhOfTanh(Tanh):
    def backward(self, grad):
        return grad * (1 - np.tanh(self.a) ** 2)


class ReLU:
    def forward(self, z):
        self.z = z
        return z * (z > 0)

    def backward(self, grad):
        return grad * (self.z > 0)


class ReLUAsSoftplus(ReLU):
    def backward(self, grad):
        return grad / (1 + np.exp(-self.z))


class ReLUOfGrad(ReLU):
    def backward(self, grad):
        return grad * (grad > 0)


class Nothing:
    def forward(self, z):
        return z

    def backward(self, grad):
        return grad


class ForgotTanh(Tanh):
    def backward(self, grad):
        return grad


class Affine:
    """dW and db are added to, as some notebooks do; zero_grad is called by whoever remembers it."""

    def __init__(self, p, twist=""):
        self.p, self.twist = p, twist
        self.dW, self.db = np.zeros_like(p["W"]), np.zeros_like(p["b"])

    def forward(self, x):
        self.x = x
        return x @ self.p["W"] + self.p["b"]

    def backward(self, grad):
        self.dW = self.dW + self.x.T @ grad
        if self.twist == "rows":
            self.db = grad
        elif self.twist == "axis":
            self.db = grad.sum(axis=-1)
        elif self.twist == "everything":
            self.db = self.db + grad.sum()
        elif self.twist == "silent":
            pass
        elif self.twist == "negative":
            self.db = self.db - grad.sum(axis=0)
        elif self.twist == "mean":
            self.db = self.db + grad.mean(axis=0)
        else:
            self.db = self.db + grad.sum(axis=0)
        if self.twist == "untransposed":
            return grad @ self.p["W"]
        if self.twist == "dropped":
            return grad
        if self.twist == "sgd":
            return grad @ (self.p["W"] - 0.8 * self.dW).T
        if self.twist == "column":
            self.dW[:, -1] = 0
        if self.twist == "row":
            self.dW[0] = 0
        if self.twist == "turned":
            self.dW = self.dW.T
        return grad @ self.p["W"].T


def sequential(acts=(Tanh, ReLU), sizes=(4, 5, 3, 2), n=8, kind="mse", twists=(), flaw="", l2=0.0, seed=1, scale=1.0):
    """kind: mse (mean over everything, linear output), bce (sigmoid), mae (tanh outputs), huber (linear)."""
    rng = np.random.default_rng(seed)
    params = [
        {"W": scale * rng.normal(0, 1 / np.sqrt(i), (i, o)), "b": rng.normal(0, 0.4, o)}
        for i, o in zip(sizes, sizes[1:])
    ]
    X = rng.normal(size=(n, sizes[0]))
    y = rng.normal(size=(n, sizes[-1])) if kind in ("mse", "huber") else rng.integers(0, 2, (n, sizes[-1])) * 1.0
    right_acts = [next(c for c in a.__mro__[::-1] if c is not object) for a in acts]
    kept = {}

    def loss(params, X, y):
        h = X
        for k, p in enumerate(params):
            h = Affine(p).forward(h)
            if k < len(acts):
                h = right_acts[k]().forward(h)
        if kind == "mse":
            value = np.mean((h - y) ** 2)
        elif kind == "bce":
            value = np.mean(np.logaddexp(0, h) - y * h)
        elif kind == "mae":
            value = np.mean(np.abs(np.tanh(h) - y))
        else:
            r = np.abs(h - y)
            value = np.mean(np.where(r < 0.5, r**2 / 2, 0.5 * (r - 0.25)))
        return value + l2 / 2 * sum((p["W"] ** 2).sum() for p in params)

    def gradients(params, X, y):
        twist = dict(twists)
        if flaw == "no zero_grad" and kept:
            layers = kept["layers"]
            for layer, p in zip(layers, params):
                layer.p = p
        else:
            layers = kept["layers"] = [Affine(p, twist.get(k, "")) for k, p in enumerate(params)]
        units = [a() for a in acts] + [Nothing()]
        h = X
        for layer, unit in zip(layers, units):
            h = unit.forward(layer.forward(h))
        if flaw == "labels cleaned":
            y -= 0.5
            y += 0.4
        if kind == "mse":
            grad = 2 * (h - y) / (y.shape[0] if flaw == "over rows" else y.size)
        elif kind == "bce":
            s = 1 / (1 + np.exp(-h))
            grad = (s - y) / y.size
            if flaw == "sigmoid again":
                grad = grad * s * (1 - s)
        elif kind == "mae":
            t = np.tanh(h)
            grad = np.sign(t - y) / y.size
            if flaw != "no tanh'":
                grad = grad * (1 - t * t)
        else:
            grad = np.clip(h - y, -0.5, 0.5) / y.size
        if flaw == "one error":
            grad = np.ones_like(grad) * grad.mean(axis=0)
        if flaw == "without last":
            grad = np.vstack([grad[:-1], np.zeros_like(grad[:1])])
        for layer, unit in zip(layers[::-1], units[::-1]):
            grad = layer.backward(unit.backward(grad))
        out = [{"W": layer.dW, "b": layer.db} for layer in layers]
        if l2 and flaw != "no l2":
            for g, p in zip(out, params):
                g["W"] = g["W"] + l2 * p["W"]
        if flaw == "l2 on b":
            for g, p in zip(out, params):
                g["b"] = g["b"] + l2 * p["b"]
        if flaw == "l2 doubled":
            for g, p in zip(out, params):
                g["W"] = g["W"] + l2 * p["W"]
        if flaw == "popped":
            out[0]["W"], out[1]["W"] = out[1]["W"], out[0]["W"]
        if flaw == "clipped":
            for g in out:
                g["W"] = np.clip(g["W"], -0.05, 0.05)
        return out

    bugs = [f"{t}@{k}" for k, t in twists] + [a.__name__ for a, r in zip(acts, right_acts) if a is not r]
    bugs += [flaw] if flaw else []
    two = " (two bugs)" if len(bugs) > 1 else ""
    kinds = "-".join(r.__name__ for r in right_acts)
    name = f"layers {kinds} {sizes} n={n} {kind} l2={l2} scale={scale} seed={seed}: {' '.join(bugs) or 'right'}{two}"
    return Program(name, loss, gradients, params, (X, y))


S = sequential
BUGGY = [
    (S, dict(acts=(LeakyAsReLU, Tanh), seed=2), ("derivative-wrong",)),
    (S, dict(acts=(LeakyMaskOfGrad,), sizes=(3, 6, 2), n=9, seed=3), ("delta-mask",)),
    (S, dict(acts=(ReLUOfGrad, Tanh), seed=4, n=12), ("delta-mask",)),
    (S, dict(acts=(Tanh, ELUWithoutAlpha), seed=5, scale=1.4), ("derivative-wrong",)),
    (S, dict(acts=(ELUTwice, ReLU, Tanh), sizes=(3, 5, 4, 3, 2), seed=6), ("derivative-twice",)),
    (S, dict(acts=(SoftplusAsStep,), sizes=(3, 5, 1), kind="bce", seed=7), ("derivative-wrong",)),
    (S, dict(acts=(Softplus, TanhOfTanh), seed=8, kind="huber"), ("derivative-of-output",)),
    (S, dict(acts=(ReLUAsSoftplus,), sizes=(4, 6, 2), seed=9), ("derivative-wrong",)),
    (S, dict(acts=(ELU, ForgotTanh), seed=10, kind="bce", scale=1.5), ("derivative-missing",)),
    (S, dict(twists=((2, "rows"),), seed=11), ("bias-not-summed",)),
    (S, dict(twists=((0, "axis"),), seed=12, kind="bce"), ("bias-wrong-axis",)),
    (S, dict(twists=((1, "everything"),), seed=13), ("bias-total-sum",)),
    (S, dict(twists=((1, "silent"),), seed=14, kind="huber"), ("zero",)),
    (S, dict(twists=((0, "negative"),), seed=15), ("sign",)),
    (S, dict(twists=((2, "mean"),), seed=16, kind="bce"), ("scale",)),
    (S, dict(twists=((1, "untransposed"),), sizes=(3, 4, 4, 2), seed=17), ("weights-not-transposed",)),
    (S, dict(twists=((1, "dropped"),), sizes=(3, 4, 4, 2), seed=18), ("weights-omitted",)),
    (
        S,
        dict(twists=((2, "dropped"),), acts=(ELU, Tanh), sizes=(5, 6, 3, 3), seed=19, kind="bce"),
        ("weights-omitted",),
    ),
    (S, dict(twists=((2, "sgd"),), acts=(Tanh, Tanh), seed=20, scale=1.5), ("weights-updated",)),
    (S, dict(twists=((1, "column"),), seed=21, acts=(Tanh, Softplus)), ("skipped",)),
    (S, dict(twists=((1, "turned"),), sizes=(3, 5, 4, 1), seed=22), ("transposed",)),
    (S, dict(flaw="no zero_grad", seed=23), ("accumulates",)),
    (S, dict(flaw="no zero_grad", seed=24, acts=(ELU,), sizes=(3, 4, 1), kind="bce"), ("accumulates",)),
    (S, dict(flaw="labels cleaned", seed=25), ("mutates",)),
    (S, dict(flaw="over rows", seed=26, sizes=(4, 3, 5, 3)), ("scale",)),
    (S, dict(flaw="sigmoid again", kind="bce", seed=27), ("output-derivative-extra",)),
    (S, dict(flaw="no tanh'", kind="mae", seed=28, acts=(Softplus, LeakyReLU)), ("output-derivative-missing",)),
    (S, dict(flaw="one error", acts=(Tanh, Softplus), seed=29), ("summed-error",)),
    (S, dict(flaw="without last", kind="bce", seed=30), ("sample-skipped",)),
    (S, dict(flaw="no l2", l2=0.1, seed=31), ("decay-missing",)),
    (S, dict(flaw="l2 on b", l2=0.2, seed=32, kind="huber"), ("decay-on-bias",)),
    (S, dict(flaw="l2 doubled", l2=0.05, seed=33), ("decay-scale",)),
    (S, dict(flaw="popped", sizes=(4, 4, 4, 2), seed=34), ("swapped-layers",)),
    (S, dict(flaw="clipped", seed=35, acts=(Softplus, Tanh)), ("unknown",)),
    (S, dict(twists=((0, "row"), (2, "rows")), seed=36, acts=(Tanh, ELU)), ("skipped", "bias-not-summed")),
    (
        S,
        dict(acts=(ForgotTanh, Softplus), twists=((2, "everything"),), seed=37),
        ("derivative-missing", "bias-total-sum"),
    ),
    (S, dict(acts=(LeakyAsReLU, TanhOfTanh), seed=38), ("derivative-wrong", "derivative-of-output")),
    (S, dict(twists=((1, "turned"), (0, "negative")), sizes=(3, 4, 4, 2), seed=39), ("transposed", "sign")),
    (
        S,
        dict(flaw="l2 on b", twists=((2, "sgd"),), acts=(Tanh, Tanh), l2=0.3, seed=44, scale=1.5),
        ("decay-on-bias", "weights-updated"),
    ),
]

RIGHT = [
    (S, dict()),
    (S, dict(acts=(LeakyReLU, ELU, Softplus), sizes=(3, 6, 5, 4, 2), seed=50, l2=0.1)),
    (S, dict(acts=(ReLU,), sizes=(2, 5, 1), kind="bce", seed=51)),
    (S, dict(acts=(Tanh,), sizes=(5, 4, 3), kind="mae", seed=52, n=25)),
    (S, dict(acts=(Softplus, Tanh), kind="huber", seed=53, n=1)),
    (S, dict(acts=(), sizes=(4, 2), kind="huber", seed=54)),
]
