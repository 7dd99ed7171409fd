"""Parameters in a NamedTuple or a dataclass; smooth modern activations; softmax in three ways of writing its loss."""

from dataclasses import dataclass
from math import erf, pi, sqrt
from typing import NamedTuple

import numpy as np

from ..program import Program


class Weights(NamedTuple):
    w_in: np.ndarray
    b_in: np.ndarray
    w_out: np.ndarray
    b_out: np.ndarray


@dataclass
class Net:
    hidden: np.ndarray
    hidden_bias: np.ndarray
    middle: np.ndarray
    middle_bias: np.ndarray
    output: np.ndarray
    output_bias: np.ndarray


_erf = np.vectorize(erf)


def cdf(z):
    return 0.5 * (1 + _erf(z / sqrt(2)))


def gelu(z):
    return z * cdf(z)


def d_gelu(z):
    return cdf(z) + z * np.exp(-(z**2) / 2) / sqrt(2 * pi)


def sigm(z):
    return 1 / (1 + np.exp(-z))


def silu(z):
    return z * sigm(z)


def d_silu(z):
    return sigm(z) * (1 + z * (1 - sigm(z)))


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def one_hidden(bug="", act="gelu", loss_kind="logsumexp", d=4, h=6, k=3, n=7, total=False, seed=1):
    """NamedTuple; loss_kind: logsumexp, eps (1e-8 in the log), squares (on softmax outputs)."""
    flaws = bug.split(" & ")
    rng = np.random.default_rng(seed)
    p0 = Weights(rng.normal(size=(d, h)), rng.normal(size=h), rng.normal(size=(h, k)), rng.normal(size=k))
    X = rng.normal(size=(n, d))
    T = np.eye(k)[rng.integers(0, k, n)]
    act_f, act_d = (gelu, d_gelu) if act == "gelu" else (silu, d_silu)
    norm = 1 if total else n

    def loss(p, X, T):
        z = act_f(X @ p.w_in + p.b_in) @ p.w_out + p.b_out
        if loss_kind == "logsumexp":
            top = z.max(axis=1)
            value = np.sum(top + np.log(np.sum(np.exp(z - top[:, None]), axis=1)) - np.sum(T * z, axis=1))
        elif loss_kind == "eps":
            value = -np.sum(T * np.log(softmax(z) + 1e-8))
        else:
            value = 0.5 * np.sum((softmax(z) - T) ** 2)
        return value / norm

    def gradients(p, X, T):
        z1 = X @ p.w_in + p.b_in
        a1 = act_f(z1)
        s = softmax(a1 @ p.w_out + p.b_out)
        if loss_kind == "squares":
            e = s - T
            if "diagonal" in flaws:
                dz = e * s * (1 - s)
            elif "no jacobian" in flaws:
                dz = e
            else:
                dz = s * (e - np.sum(e * s, axis=1, keepdims=True))
        elif "diagonal" in flaws:
            dz = (-T / (s + 1e-8)) * s * (1 - s)
        elif "jacobian" in flaws:
            dz = np.stack([(np.diag(q) - np.outer(q, q)) @ (-t / q) for q, t in zip(s, T)])
        else:
            dz = s - T
        if "extra" in flaws:
            dz = (s - T) * s * (1 - s)
        if "T - s" in flaws:
            dz = -dz
        dz = dz / norm
        if "one error" in flaws:
            dz = np.tile(dz.sum(axis=0), (n, 1))
        da = dz @ p.w_out.T
        slope = act_d(z1)
        if "cdf only" in flaws:
            slope = cdf(z1)
        elif "sigmoid only" in flaws:
            slope = sigm(z1) * (1 - sigm(z1))
        elif "at a1" in flaws:
            slope = act_d(a1)
        elif "none" in flaws:
            slope = 1.0
        elif "twice" in flaws:
            slope = act_d(z1) * act_d(z1)
        delta = da * slope
        gw_out = (z1 if "z1" in flaws else a1).T @ dz
        gb_in = delta.sum(0)
        gb_out = dz.sum(0)
        if "axis 1" in flaws:
            gb_in = delta.sum(1)
        if "no sum" in flaws:
            gb_out = dz
        if "zeros" in flaws:
            gw_out = np.zeros_like(p.w_out)
        if "first unit" in flaws:
            gw = np.zeros_like(p.w_in)
            for j in range(1, h):
                gw[:, j] = X.T @ delta[:, j]
        else:
            gw = X.T @ delta
        if "order" in flaws:
            return Weights(gw_out, gb_out, gw, gb_in)
        return Weights(gw, gb_in, gw_out, gb_out)

    two = " (two bugs)" if len(flaws) > 1 else ""
    name = f"records {act} {loss_kind} {d}-{h}-{k} n={n} total={total} seed={seed}: {bug or 'right'}{two}"
    return Program(name, loss, gradients, p0, (X, T))


def two_hidden(bug="", d=3, h=5, q=4, n=8, lam=0.0, seed=1):
    """A dataclass; softplus, then SiLU; one linear output, mean of squares."""
    rng = np.random.default_rng(seed)
    net0 = Net(
        rng.normal(size=(h, d)),
        rng.normal(size=h),
        rng.normal(size=(q, h)) / 2,
        rng.normal(size=q),
        rng.normal(size=(1, q)),
        rng.normal(size=1),
    )
    X = rng.normal(size=(n, d))
    y = rng.normal(size=n)

    def run(net, X):
        u = X @ net.hidden.T + net.hidden_bias
        v = np.log1p(np.exp(u)) @ net.middle.T + net.middle_bias
        return u, v, (silu(v) @ net.output.T + net.output_bias)[:, 0]

    def loss(net, X, y):
        out = run(net, X)[2]
        return np.mean((out - y) ** 2) + lam * sum(np.sum(w**2) for w in (net.hidden, net.middle, net.output))

    def gradients(net, X, y):
        u, v, out = run(net, X)
        d_out = 2 * (out - y)[:, None] / n
        g_output = d_out.T @ silu(v) + 2 * lam * net.output
        after = net.output - 3.0 * g_output if bug == "changed" else net.output
        d_v = d_out @ after * d_silu(v)
        if bug == "output ignored":
            d_v = d_out * d_silu(v)
        g_middle = d_v.T @ np.log1p(np.exp(u)) + 2 * lam * net.middle
        if bug == "u for softplus":
            g_middle = d_v.T @ u
        d_u = d_v @ net.middle * sigm(u)
        if bug == "sigmoid'":
            d_u = d_v @ net.middle * sigm(u) * (1 - sigm(u))
        elif bug == "sigmoid of a":
            d_u = d_v @ net.middle * sigm(np.log1p(np.exp(u)))
        elif bug == "no softplus'":
            d_u = d_v @ net.middle
        g_hidden = d_u.T @ X + 2 * lam * net.hidden
        if bug == "lam":
            g_hidden = d_u.T @ X + lam * net.hidden
        elif bug == "lam forgotten":
            g_hidden = d_u.T @ X
        g_hidden_bias = d_u.sum(axis=0)
        if bug == "biases too":
            g_hidden_bias = g_hidden_bias + 2 * lam * net.hidden_bias
        elif bug == "kept rows":
            g_hidden_bias = d_u
        elif bug == "total":
            g_hidden_bias = np.repeat(d_u.sum(), h)
        elif bug == "keepdims":
            g_hidden_bias = d_u.sum(axis=0, keepdims=True)
        if bug == "same buffer":
            net.hidden_bias *= 0.9
        return Net(g_hidden, g_hidden_bias, g_middle, d_v.sum(axis=0), g_output, d_out.sum(axis=0))

    return Program(
        f"records dataclass {d}-{h}-{q}-1 n={n} lam={lam} seed={seed}: {bug or 'right'}", loss, gradients, net0, (X, y)
    )


BUGGY = [
    (one_hidden, dict(bug="diagonal", loss_kind="eps", seed=2), ("softmax-diagonal",)),
    (one_hidden, dict(bug="diagonal", loss_kind="squares", seed=3, k=4), ("softmax-diagonal",)),
    (one_hidden, dict(bug="diagonal", loss_kind="squares", act="silu", total=True, seed=4), ("softmax-diagonal",)),
    # two classes: e = (c, -c), so the whole Jacobian gives 2 s (1 - s) e, twice its diagonal: a scale as well
    (one_hidden, dict(bug="diagonal", loss_kind="squares", k=2, seed=5), ("softmax-diagonal", "scale")),
    (one_hidden, dict(bug="no jacobian", loss_kind="squares", seed=6), ("output-derivative-missing",)),
    (one_hidden, dict(bug="extra", seed=7, act="silu"), ("output-derivative-extra",)),
    (one_hidden, dict(bug="T - s", seed=8), ("sign",)),
    (one_hidden, dict(bug="one error", seed=9), ("summed-error",)),
    (one_hidden, dict(bug="cdf only", seed=10), ("derivative-wrong",)),
    (one_hidden, dict(bug="sigmoid only", act="silu", seed=11), ("derivative-wrong",)),
    (one_hidden, dict(bug="at a1", act="silu", seed=12), ("derivative-of-output",)),
    (one_hidden, dict(bug="none", seed=13, loss_kind="eps"), ("derivative-missing",)),
    (one_hidden, dict(bug="twice", act="silu", seed=14, total=True), ("derivative-twice",)),
    (one_hidden, dict(bug="z1", act="gelu", seed=15), ("wrong-input",)),
    (one_hidden, dict(bug="axis 1", h=5, n=9, seed=16), ("bias-wrong-axis",)),
    (one_hidden, dict(bug="no sum", seed=17, loss_kind="squares"), ("bias-not-summed",)),
    (one_hidden, dict(bug="zeros", seed=18), ("zero",)),
    (one_hidden, dict(bug="first unit", seed=19, act="silu"), ("skipped",)),
    (one_hidden, dict(bug="order", seed=20, d=3, h=3, k=3), ("swapped-layers",)),
    (one_hidden, dict(bug="zeros & none", seed=21), ("zero", "derivative-missing")),
    (one_hidden, dict(bug="no sum & first unit", seed=22, act="silu"), ("bias-not-summed", "skipped")),
    (two_hidden, dict(bug="changed", seed=23), ("weights-updated",)),
    (two_hidden, dict(bug="output ignored", seed=24), ("weights-omitted",)),
    (two_hidden, dict(bug="u for softplus", seed=25), ("wrong-input",)),
    (two_hidden, dict(bug="sigmoid'", seed=26), ("derivative-wrong",)),
    (two_hidden, dict(bug="sigmoid of a", seed=27), ("derivative-of-output",)),
    (two_hidden, dict(bug="no softplus'", seed=28, n=5), ("derivative-missing",)),
    (two_hidden, dict(bug="lam", lam=0.1, seed=29), ("decay-scale",)),
    (two_hidden, dict(bug="lam forgotten", lam=0.1, seed=30), ("decay-missing",)),
    (two_hidden, dict(bug="biases too", lam=0.1, seed=31), ("decay-on-bias",)),
    (two_hidden, dict(bug="kept rows", seed=32), ("bias-not-summed",)),
    (two_hidden, dict(bug="total", seed=33), ("bias-total-sum",)),
    (two_hidden, dict(bug="keepdims", seed=34), ("shape",)),
    (two_hidden, dict(bug="same buffer", seed=35), ("mutates",)),
]

RIGHT = [
    (one_hidden, dict()),
    (one_hidden, dict(act="silu", loss_kind="eps", bug="jacobian", seed=40)),
    (one_hidden, dict(act="silu", loss_kind="squares", k=5, seed=41)),
    (one_hidden, dict(total=True, d=2, h=2, k=2, n=2, seed=42)),
    (two_hidden, dict()),
    (two_hidden, dict(lam=0.05, n=20, seed=43)),
]
