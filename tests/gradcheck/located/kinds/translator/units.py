"""Building blocks: a minimal gated unit and dot-product attention, with their derivatives."""

import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def unit_step(w, x, h):
    """One gate f forgets and lets in: h' = (1 - f) h + f tanh(U [x; f h])."""
    xh = np.concatenate([x, h])
    f = sigmoid(w["Wf"] @ xh + w["bf"])
    xfh = np.concatenate([x, f * h])
    c = np.tanh(w["Wc"] @ xfh + w["bc"])
    return (1 - f) * h + f * c, (xh, f, xfh, c, h)


def unit_back(w, g, dh_new, cache):
    xh, f, xfh, c, h = cache
    n_in = len(xh) - len(h)
    dc = dh_new * f * (1 - c**2)
    g["Wc"] += np.outer(dc, xfh)
    g["bc"] += dc
    dxfh = w["Wc"].T @ dc
    df = dh_new * (c - h) + dxfh[n_in:] * h
    df = df * f * (1 - f)
    g["Wf"] += np.outer(df, xh)
    g["bf"] += df
    dxh = w["Wf"].T @ df
    dx = dxfh[:n_in] + dxh[:n_in]
    dh = dh_new * (1 - f) + dxfh[n_in:] * f + dxh[n_in:]
    return dx, dh


def attend(query, memory):
    weights = softmax(memory @ query / np.sqrt(len(query)))
    return weights @ memory, weights


def attend_back(dcontext, query, memory, weights):
    dweights = memory @ dcontext
    dscores = weights * (dweights - weights @ dweights)
    dscores = dscores / np.sqrt(len(query))
    dmemory = np.outer(weights, dcontext) + np.outer(dscores, query)
    dquery = memory.T @ dscores
    return dquery, dmemory
