"""Mixture of four experts with a softmax gate and a load-balancing term, einsum throughout."""

import numpy as np

BALANCE = 0.3


def softmax(a, axis=-1):
    a = np.exp(a - a.max(axis=axis, keepdims=True))
    return a / a.sum(axis=axis, keepdims=True)


def forward(params, x):
    gate = softmax(x @ params["gate"])
    pre = np.einsum("nd,edh->neh", x, params["W1"]) + params["b1"]
    hid = np.where(pre > 0, pre, np.exp(np.minimum(pre, 0)) - 1)
    out = np.einsum("neh,eho->neo", hid, params["W2"]) + params["b2"]
    mixed = np.einsum("ne,neo->no", gate, out)
    return gate, pre, hid, out, mixed


def loss(params, x, y):
    gate, _, _, _, mixed = forward(params, x)
    fit = 0.5 * np.mean(np.sum((mixed - y) ** 2, axis=1))
    load = gate.mean(axis=0)
    return fit + BALANCE * len(load) * np.sum(load**2)


def gradients(params, x, y):
    n = x.shape[0]
    gate, pre, hid, out, mixed = forward(params, x)
    load = gate.mean(axis=0)
    dmixed = (mixed - y) / n

    dgate = np.einsum("no,neo->ne", dmixed, out)
    dgate += BALANCE * len(load) * 2 * load / n
    dlogit = gate * (dgate - np.sum(dgate * gate, axis=1, keepdims=True))

    dout = np.einsum("ne,no->neo", gate, dmixed)
    dhid = np.einsum("neo,eho->neh", dout, params["W2"])
    dpre = dhid * np.where(pre > 0, 1, hid + 1)
    return {
        "gate": x.T @ dlogit,
        "W1": np.einsum("nd,neh->edh", x, dpre),
        "b1": dpre.sum(axis=0),
        "W2": np.einsum("neh,neo->eho", hid, dout),
        "b2": dout.sum(axis=0),
    }


r = np.random.default_rng(404)
n_exp, d_in, d_hid, d_out = 4, 3, 5, 2
params = {
    "gate": r.normal(size=(d_in, n_exp)),
    "W1": r.normal(size=(n_exp, d_in, d_hid)) * 0.8,
    "b1": r.normal(size=(n_exp, d_hid)) * 0.3,
    "W2": r.normal(size=(n_exp, d_hid, d_out)) * 0.6,
    "b2": r.normal(size=(n_exp, d_out)) * 0.3,
}
data = (r.normal(size=(8, d_in)), r.normal(size=(8, d_out)))
