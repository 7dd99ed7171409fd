"""Every operation returns its value and a function that takes the gradient back. Attention readout of a small set of facts."""
import numpy as np


def affine(x, W, b):
    def pull(dy):
        return dy @ W.T, x.T @ dy, dy.sum(0)
    return x @ W + b, pull


def gelu(x):
    c = np.sqrt(2 / np.pi)
    inner = c * (x + 0.044715 * x ** 3)
    t = np.tanh(inner)

    def pull(dy):
        slope = 0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * c * (1 + 3 * 0.044715 * x ** 2)
        return dy * slope
    return 0.5 * x * (1 + t), pull


def layernorm(x, gain):
    mu = x.mean(1, keepdims=True)
    sd = np.sqrt(((x - mu) ** 2).mean(1, keepdims=True) + 1e-4)
    n = (x - mu) / sd

    def pull(dy):
        dn = dy * gain
        dx = (dn - dn.mean(1, keepdims=True) - n * (n * dn).mean(1, keepdims=True)) / sd
        return dx, (dy * n).sum(0)
    return gain * n, pull


def attention(q, k, v):
    scale = 1 / np.sqrt(q.shape[1])
    s = q @ k.T * scale
    p = np.exp(s - s.max(1, keepdims=True))
    p = p / p.sum(1, keepdims=True)

    def pull(dy):
        dp = dy @ v.T
        ds = p * (dp - (dp * p).sum(1, keepdims=True)) * scale
        return ds @ k, ds.T @ q, p.T @ dy
    return p @ v, pull


def square_error(y, t):
    def pull(d=1.0):
        return d * (y - t) / len(t)
    return 0.5 * ((y - t) ** 2).sum() / len(t), pull


def forward(th, questions, facts, answers):
    q, pq = affine(questions, th["Wq"], th["bq"])
    k, pk = affine(facts, th["Wk"], th["bk"])
    n, pn = layernorm(k, th["gain"])
    v, pv = gelu(k)
    r, pa = attention(q, n, v)
    y, py = affine(r + q, th["Wy"], th["by"])
    J, pj = square_error(y, answers)
    return J, (pq, pk, pn, pv, pa, py, pj)


def loss(th, questions, facts, answers):
    return forward(th, questions, facts, answers)[0]


def gradients(th, questions, facts, answers):
    _, (pq, pk, pn, pv, pa, py, pj) = forward(th, questions, facts, answers)
    g = {}
    dsum, g["Wy"], g["by"] = py(pj())
    dq, dn, dv = pa(dsum)
    dq = dq + dsum
    dk, g["gain"] = pn(dn)
    dk = dk + pv(dv)
    _, g["Wk"], g["bk"] = pk(dk)
    _, g["Wq"], g["bq"] = pq(dq)
    return g


_r = np.random.RandomState(6)
params = {"Wq": _r.randn(3, 4) * .6, "bq": _r.randn(4) * .1, "Wk": _r.randn(2, 4) * .8, "bk": _r.randn(4) * .2,
          "gain": 1 + .2 * _r.randn(4), "Wy": _r.randn(4, 2) * .6, "by": _r.randn(2) * .1}
data = (_r.randn(5, 3), _r.randn(6, 2), _r.randn(5, 2))
