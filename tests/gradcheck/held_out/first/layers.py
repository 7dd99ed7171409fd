"""Layer objects, named tuples, dataclasses and lists of dicts: sums, softmax, leaky relu, softplus, squares."""

import itertools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..program import Program


def softmax_rows(u):
    u = np.exp(u - u.max(axis=-1, keepdims=True))
    return u / u.sum(axis=-1, keepdims=True)


def framework(bug=None, planted=(), seed=6, dims=(4, 5, 5, 5, 3), batch=6, kind="leaky", slope=0.1, gain=1.0):
    """A home-made framework: objects with forward and backward, four layers, softmax, cross-entropy *summed*."""
    gen = np.random.default_rng(seed)
    params = [
        {"W": gen.normal(size=(i, o)) * gain * np.sqrt(2 / i), "b": gen.normal(size=o) * 0.1}
        for i, o in itertools.pairwise(dims)
    ]
    x = gen.normal(size=(batch, dims[0]))
    t = np.eye(dims[-1])[gen.integers(dims[-1], size=batch)]

    class Dense:
        def __init__(self, p, number):
            self.p, self.number = p, number

        def forward(self, x):
            self.x = x
            self.out = x @ self.p["W"] + self.p["b"]
            return self.out

        def backward(self, grad):
            source = self.x
            if bug == "self.out" and self.number == 2:
                source = self.out
            self.g = {"W": source.T @ grad, "b": grad.sum(axis=0)}
            if bug == "grad.sum(axis=1)" and self.number == 1:
                self.g["b"] = grad.sum(axis=1)
            if bug == "grad.sum()" and self.number == 1:
                self.g["b"] = np.ones_like(self.p["b"]) * grad.sum()
            if bug == "b = grad" and self.number == 0:
                self.g["b"] = grad
            if bug == "b mean":
                self.g["b"] = grad.mean(axis=0)
            if bug == "W.T" and self.number == 2:
                self.g["W"] = self.g["W"].T
            if bug == "grad @ W" and self.number == 2:
                return grad @ self.p["W"]
            if bug == "grad" and self.number == 2:
                return grad
            return grad @ self.p["W"].T

    class Act:
        def __init__(self, number):
            self.number = number

        def forward(self, z):
            self.z = z
            if kind == "leaky":
                self.a = np.where(z > 0, z, slope * z)
            elif kind == "softplus":
                self.a = np.log1p(np.exp(z))
            else:
                self.a = np.maximum(z, 0)
            return self.a

        def backward(self, grad):
            if bug == "identity" and self.number == 1:
                return grad
            if kind == "leaky":
                d = np.where(self.z > 0, 1.0, 0.0 if bug == "relu's derivative" else slope)
                if bug == "mask from grad":
                    d = np.where(grad > 0, 1.0, slope)
            elif kind == "softplus":
                d = 1 / (1 + np.exp(-self.z))
                if bug == "relu for softplus":
                    d = (self.z > 0) * 1.0
                elif bug == "s(1 - s)":
                    d = d * (1 - d)
                elif bug == "of a":
                    d = 1 / (1 + np.exp(-self.a))
            else:
                d = (self.z > 0) * 1.0
                if bug == "mask from grad":
                    d = (grad > 0) * 1.0
            return grad * d * d if bug == "twice" and self.number == 2 else grad * d

    def build(params):
        net = []
        for i, p in enumerate(params):
            net.append(Dense(p, i))
            if i < len(params) - 1:
                net.append(Act(i))
        return net

    def loss(params, x, t):
        for layer in build(params):
            x = layer.forward(x)
        return -np.sum(t * np.log(softmax_rows(x)))

    def gradients(params, x, t):
        net = build(params)
        out = x
        for layer in net:
            out = layer.forward(out)
        p = softmax_rows(out)
        grad = p - t
        if bug == "t - p":
            grad = t - p
        elif bug == "p(1 - p)":
            grad = (p - t) * p * (1 - p)
        elif bug == "diagonal":
            grad = -t / p * p * (1 - p)
        elif bug == "/ batch":
            grad = grad / batch
        elif bug == "nan":
            with np.errstate(all="ignore"):
                grad = grad * np.log(np.minimum(p - 1, 0)) / np.log(np.minimum(p - 1, 0))
        for layer in reversed(net):
            grad = layer.backward(grad)
        gs = [layer.g for layer in net if isinstance(layer, Dense)]
        if bug == "1 and 2 swapped":
            gs[1], gs[2] = gs[2], gs[1]
        elif bug == "last layer missing":
            gs[-1] = {"W": np.zeros_like(params[-1]["W"]), "b": np.zeros_like(params[-1]["b"])}
        elif bug == "-b":
            gs[2]["b"] = -gs[2]["b"]
        elif bug == "two: identity-like W1 transposed, b3 doubled":
            gs[1]["W"] = gs[1]["W"].T
            gs[3]["b"] = 2 * gs[3]["b"]
        return gs

    return Program(f"framework ({kind}): {bug or 'right'}", loss, gradients, params, (x, t), planted)


class Linear(NamedTuple):
    weight: np.ndarray
    bias: np.ndarray


def multinomial(bug=None, planted=(), seed=7, n=10, d=5, k=3, alpha=0.0):
    """Softmax regression as a statistician has it: (classes, features), mean log-likelihood, one layer."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    labels = rng.integers(k, size=n)
    start = Linear(rng.standard_normal((k, d)), rng.standard_normal(k))
    total = Linear(np.zeros((k, d)), np.zeros(k))

    def nll(theta, X, labels):
        P = softmax_rows(X @ theta.weight.T + theta.bias)
        return -np.log(P[np.arange(n), labels]).mean() + alpha * np.sum(theta.weight**2)

    def score(theta, X, labels):
        P = softmax_rows(X @ theta.weight.T + theta.bias)
        T = np.equal.outer(labels, np.arange(k)).astype(float)
        R = (P - T) / n
        if bug == "likelihood, not loss":
            R = (T - P) / n
        elif bug == "times P(1 - P)":
            R = R * P * (1 - P)
        elif bug == "diagonal of the Jacobian":
            R = np.stack([np.diag(p * (1 - p)) @ (-t / p) for p, t in zip(P, T, strict=True)]) / n
        elif bug == "divided by n k":
            R = R / k
        elif bug == "first left out":
            R[0] = 0
        gw = np.einsum("nk,nd->kd", R, X)
        gb = np.einsum("nk->k", R)
        if bug == "kd swapped":
            gw = np.einsum("nk,nd->dk", R, X)
        elif bug == "nk->n":
            gb = np.einsum("nk->n", R)
        elif bug == "no einsum for b":
            gb = R
        elif bug == "last class is the reference":
            gw[-1] = 0
            gb[-1] = 0
        elif bug == "0 / 0":
            with np.errstate(all="ignore"):
                gw = gw / np.where(labels[0] == labels, 1.0, 1.0)[0] + 0 * np.log(np.float64(0.0))
        elif bug == "wrong rank":
            gw = gw.reshape(-1)[: k * d - 1]
        elif bug == "bootstrap":
            rows = np.random.randint(n, size=n)
            gw = R[rows].T @ X[rows]
        penalty = {"alpha W": alpha, "no alpha": 0.0, "-2 alpha W": -2 * alpha}.get(bug, 2 * alpha)
        gw = gw + penalty * theta.weight if alpha else gw
        if bug == "alpha on the intercept":
            gb = gb + 2 * alpha * theta.bias
        if bug == "total":
            total.weight[...] += gw
            total.bias[...] += gb
            return Linear(total.weight.copy(), total.bias.copy())
        if bug == "X scaled in place":
            X /= np.abs(X).max(axis=0) * 1.0
        return Linear(gw, gb)

    return Program(f"multinomial: {bug or 'right'}", nll, score, start, (X, labels), planted)


@dataclass
class Weights:
    inner: np.ndarray
    inner_bias: np.ndarray
    outer: np.ndarray
    outer_bias: np.ndarray


def brier(bug=None, planted=(), seed=8, samples=7, sizes=(4, 5, 3), act="tanh", out="softmax", unit=1.0):
    """Squared error behind a softmax (or sigmoid, or nothing): columns of samples, (out, in), a dataclass."""
    rng = np.random.RandomState(seed)
    a, b, c = sizes
    data = rng.normal(size=(a, samples)) * unit
    goal = np.eye(c)[:, rng.randint(c, size=samples)]
    w = Weights(rng.normal(size=(b, a)) / unit, rng.normal(size=b), rng.normal(size=(c, b)), rng.normal(size=c))

    def squash(z):
        if out == "softmax":
            return softmax_rows(z.T).T
        return 1 / (1 + np.exp(-z)) if out == "sigmoid" else z

    def act_(z):
        return {"tanh": np.tanh, "relu": lambda z: z * (z > 0), "sin": np.sin}[act](z)

    def dact(z):
        return {"tanh": lambda z: np.cosh(z) ** -2, "relu": lambda z: 1.0 * (z > 0), "sin": np.cos}[act](z)

    def loss(w, data, goal):
        p = squash(w.outer @ act_(w.inner @ data + w.inner_bias[:, None]) + w.outer_bias[:, None])
        return ((p - goal) ** 2).sum(axis=0).mean()

    def gradients(w, data, goal):
        z = w.inner @ data + w.inner_bias[:, None]
        h = act_(z)
        p = squash(w.outer @ h + w.outer_bias[:, None])
        e = 2 * (p - goal) / samples
        if bug == "e only" or out == "linear":
            d2 = e
        elif out == "softmax" and bug != "p(1 - p)":
            d2 = p * (e - (e * p).sum(axis=0))
        else:
            d2 = e * p * (1 - p)
            if bug == "p(1 - p) squared":
                d2 = d2 * p * (1 - p)
        if bug == "one error for all":
            d2 = np.repeat(d2.sum(axis=1, keepdims=True), samples, axis=1)
        d1 = (w.outer.T @ d2) * dact(z)
        if bug == "dact(h)":
            d1 = (w.outer.T @ d2) * dact(h)
        elif bug == "no dact":
            d1 = w.outer.T @ d2
        elif bug == "dact(z)**2":
            d1 = d1 * dact(z)
        elif bug == "delta > 0":
            d1 = w.outer.T @ d2
            d1 = d1 * (d1 > 0)
        elif bug == "1 - |h|":
            d1 = (w.outer.T @ d2) * (1 - np.abs(h))
        elif bug == "no outer":
            d1 = d2 * dact(z)
        elif bug == "outer":
            d1 = (w.outer @ d2) * dact(z)
        g = Weights(d1 @ data.T, d1.sum(axis=1), d2 @ h.T, d2.sum(axis=1))
        if bug == "d1":
            g.inner_bias = d1
        elif bug == "d1.sum(axis=0)":
            g.inner_bias = d1.sum(axis=0)
        elif bug == "d1.sum()":
            g.inner_bias = d1.sum()
        elif bug == "samples[:-1]":
            g = Weights(
                d1[:, :-1] @ data[:, :-1].T, d1[:, :-1].sum(axis=1), d2[:, :-1] @ h[:, :-1].T, d2[:, :-1].sum(axis=1)
            )
        elif bug == "layers swapped":
            g = Weights(g.outer, g.outer_bias, g.inner, g.inner_bias)
        elif bug == "z.T":
            g.outer = d2 @ z.T
        elif bug == "data.T":
            g.outer = d2 @ data.T
        elif bug == "nan in b":
            with np.errstate(all="ignore"):
                g.inner_bias = g.inner_bias * np.float64(0) / np.float64(0)
        elif bug == "inf":
            with np.errstate(all="ignore"):
                g.outer = g.outer / np.zeros(1)
        elif bug == "None":
            g.inner_bias = np.zeros(b)
        elif bug == "negative outer":
            g.outer, g.outer_bias = -g.outer, -g.outer_bias
        elif bug == "shape":
            g.outer = g.outer[:, :-1]
        return g

    return Program(f"brier ({act}, {out}): {bug or 'right'}", loss, gradients, w, (data, goal), planted)


BUGGY = [
    (framework, {"bug": "self.out"}, ("wrong-input",)),
    (framework, {"bug": "grad.sum(axis=1)"}, ("bias-wrong-axis",)),
    (framework, {"bug": "grad.sum()"}, ("bias-total-sum",)),
    (framework, {"bug": "b = grad", "kind": "softplus"}, ("bias-not-summed",)),
    (framework, {"bug": "b mean"}, ("scale",)),
    (framework, {"bug": "W.T"}, ("transposed",)),
    (framework, {"bug": "grad @ W"}, ("weights-not-transposed",)),
    (framework, {"bug": "grad", "kind": "softplus"}, ("weights-omitted",)),
    (framework, {"bug": "identity"}, ("derivative-missing",)),
    (framework, {"bug": "identity", "kind": "softplus"}, ("derivative-missing",)),
    (framework, {"bug": "relu's derivative"}, ("derivative-wrong",)),
    (framework, {"bug": "mask from grad", "kind": "relu"}, ("delta-mask",)),
    (framework, {"bug": "mask from grad"}, ("delta-mask",)),
    (framework, {"bug": "relu for softplus", "kind": "softplus"}, ("derivative-wrong",)),
    (framework, {"bug": "s(1 - s)", "kind": "softplus"}, ("derivative-wrong",)),
    (framework, {"bug": "of a", "kind": "softplus"}, ("derivative-of-output",)),
    (framework, {"bug": "twice", "kind": "softplus"}, ("derivative-twice",)),
    (framework, {"bug": "t - p"}, ("sign",)),
    (framework, {"bug": "p(1 - p)"}, ("output-derivative-extra",)),
    (framework, {"bug": "diagonal"}, ("softmax-diagonal",)),
    (framework, {"bug": "/ batch"}, ("scale",)),
    (framework, {"bug": "nan"}, ("not-finite",)),
    (framework, {"bug": "1 and 2 swapped"}, ("swapped-layers",)),
    (framework, {"bug": "last layer missing"}, ("zero",)),
    (framework, {"bug": "-b"}, ("sign",)),
    (framework, {"bug": "two: identity-like W1 transposed, b3 doubled"}, ("transposed", "scale")),
    (multinomial, {"bug": "likelihood, not loss", "alpha": 0.1}, ("sign",)),
    (multinomial, {"bug": "times P(1 - P)"}, ("output-derivative-extra",)),
    (multinomial, {"bug": "diagonal of the Jacobian"}, ("softmax-diagonal",)),
    (multinomial, {"bug": "divided by n k"}, ("scale",)),
    (multinomial, {"bug": "first left out"}, ("sample-skipped",)),
    (multinomial, {"bug": "kd swapped"}, ("transposed",)),
    (multinomial, {"bug": "nk->n"}, ("bias-wrong-axis",)),
    (multinomial, {"bug": "no einsum for b"}, ("bias-not-summed",)),
    (multinomial, {"bug": "last class is the reference"}, ("skipped",)),
    (multinomial, {"bug": "0 / 0"}, ("not-finite",)),
    (multinomial, {"bug": "wrong rank"}, ("shape",)),
    (multinomial, {"bug": "bootstrap"}, ("nondeterministic",)),
    (multinomial, {"bug": "alpha W", "alpha": 0.2}, ("decay-scale",)),
    (multinomial, {"bug": "no alpha", "alpha": 0.2}, ("decay-missing",)),
    (multinomial, {"bug": "-2 alpha W", "alpha": 0.2}, ("decay-scale",)),
    (multinomial, {"bug": "alpha on the intercept", "alpha": 0.2}, ("decay-on-bias",)),
    (multinomial, {"bug": "total"}, ("accumulates",)),
    (multinomial, {"bug": "X scaled in place"}, ("mutates",)),
    (brier, {"bug": "e only"}, ("output-derivative-missing",)),
    (brier, {"bug": "e only", "out": "sigmoid"}, ("output-derivative-missing",)),
    (brier, {"bug": "p(1 - p)"}, ("softmax-diagonal",)),
    (brier, {"bug": "one error for all", "out": "linear"}, ("summed-error",)),
    (brier, {"bug": "dact(h)"}, ("derivative-of-output",)),
    (brier, {"bug": "no dact", "act": "relu"}, ("derivative-missing",)),
    (brier, {"bug": "dact(z)**2", "out": "linear"}, ("derivative-twice",)),
    (brier, {"bug": "delta > 0", "act": "relu", "out": "sigmoid"}, ("delta-mask",)),
    (brier, {"bug": "1 - |h|"}, ("derivative-wrong",)),
    (brier, {"bug": "no outer", "sizes": (4, 3, 3)}, ("weights-omitted",)),
    (brier, {"bug": "outer", "sizes": (4, 3, 3), "out": "linear"}, ("weights-not-transposed",)),
    (brier, {"bug": "d1"}, ("bias-not-summed",)),
    (brier, {"bug": "d1.sum(axis=0)"}, ("bias-wrong-axis",)),
    (brier, {"bug": "d1.sum()"}, ("bias-total-sum",)),
    (brier, {"bug": "samples[:-1]", "out": "linear"}, ("sample-skipped",)),
    (brier, {"bug": "layers swapped", "sizes": (4, 4, 4)}, ("swapped-layers",)),
    (brier, {"bug": "layers swapped"}, ("swapped-layers",)),
    (brier, {"bug": "z.T", "act": "relu"}, ("wrong-input",)),
    (brier, {"bug": "data.T", "sizes": (4, 4, 3), "out": "linear"}, ("wrong-input",)),
    (brier, {"bug": "nan in b"}, ("not-finite",)),
    (brier, {"bug": "inf", "out": "sigmoid"}, ("not-finite",)),
    (brier, {"bug": "None"}, ("zero",)),
    (brier, {"bug": "negative outer", "out": "linear"}, ("sign",)),
    (brier, {"bug": "shape"}, ("shape",)),
]

RIGHT = [
    (framework, {}),
    (framework, {"kind": "softplus"}),
    (framework, {"kind": "relu", "batch": 12}),
    (framework, {"kind": "relu", "batch": 1}),
    (framework, {"gain": 3.0}),
    (multinomial, {}),
    (multinomial, {"alpha": 0.2}),
    (multinomial, {"k": 2, "n": 4}),
    (brier, {}),
    (brier, {"out": "sigmoid", "act": "relu"}),
    (brier, {"out": "linear"}),
    (brier, {"act": "sin"}),
    (brier, {"unit": 1000.0}),
]
