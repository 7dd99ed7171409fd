"""Cosine classifier with an additive margin and a learnt temperature; the embedding comes from one hidden layer."""

import numpy as np

MARGIN = 0.15


def unit_rows(A):
    norms = np.linalg.norm(A, axis=1, keepdims=True)
    return A / norms, norms


def unit_rows_backward(dU, U, norms):
    return (dU - U * np.sum(dU * U, axis=1, keepdims=True)) / norms


def network(params, X):
    hidden = np.arctan(X @ params["W_in"] + params["b_in"])
    emb = hidden @ params["W_emb"]
    return hidden, emb


def loss(params, X, y):
    _, emb = network(params, X)
    E, _ = unit_rows(emb)
    P, _ = unit_rows(params["proxies"])
    cos = E @ P.T
    cos[np.arange(len(y)), y] -= MARGIN
    logits = np.exp(params["log_scale"]) * cos
    peak = logits.max(axis=1)
    lse = peak + np.log(np.exp(logits - peak[:, None]).sum(axis=1))
    return np.mean(lse - logits[np.arange(len(y)), y])


def gradients(params, X, y):
    n = X.shape[0]
    rows = np.arange(n)
    scale = np.exp(params["log_scale"])

    pre = X @ params["W_in"] + params["b_in"]
    hidden, emb = network(params, X)
    E, e_norm = unit_rows(emb)
    P, p_norm = unit_rows(params["proxies"])
    cos = E @ P.T
    cos[rows, y] -= MARGIN
    logits = scale * cos

    prob = np.exp(logits - logits.max(axis=1, keepdims=True))
    prob /= prob.sum(axis=1, keepdims=True)
    prob[rows, y] -= 1
    dlogits = prob / n

    dlog_scale = np.array([np.sum(dlogits * cos)]) * scale
    dcos = dlogits * scale
    dE = dcos @ P
    dP = dcos.T @ E
    demb = unit_rows_backward(dE, E, e_norm)
    dproxies = unit_rows_backward(dP, P, p_norm)

    dW_emb = hidden.T @ demb
    dhidden = demb @ params["W_emb"].T
    dpre = dhidden / (1 + pre**2)
    return {
        "W_in": X.T @ dpre,
        "b_in": np.sum(dpre, axis=0),
        "W_emb": dW_emb,
        "proxies": dproxies,
        "log_scale": dlog_scale,
    }


gen = np.random.default_rng(77)
params = {
    "W_in": gen.normal(size=(4, 6)),
    "b_in": gen.normal(size=6) * 0.2,
    "W_emb": gen.normal(size=(6, 3)),
    "proxies": gen.normal(size=(5, 3)) * 2,
    "log_scale": np.array([0.9]),
}
data = (gen.normal(size=(8, 4)), np.array([0, 3, 1, 4, 2, 2, 0, 1]))
