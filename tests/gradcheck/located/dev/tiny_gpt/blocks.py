"""Pieces of the block. Each *_back takes the gradient of the output and what the forward piece kept."""
import numpy as np


def layernorm(x, w, eps=1e-5):
    mu = x.mean(-1, keepdims=True)
    rstd = (x.var(-1, keepdims=True) + eps) ** -0.5
    norm = (x - mu) * rstd
    return norm * w["scale"] + w["shift"], (norm, rstd, w["scale"])


def layernorm_back(dy, kept):
    norm, rstd, scale = kept
    lead = tuple(range(dy.ndim - 1))
    g = {"scale": (dy * norm).sum(lead), "shift": dy.sum(lead)}
    dn = dy * scale
    dx = dn - dn.mean(-1, keepdims=True) - norm * (dn * norm).mean(-1, keepdims=True)
    return dx * rstd, g


def split(x, heads):
    b, t, c = x.shape
    return x.reshape(b, t, heads, c // heads).transpose(0, 2, 1, 3)


def join(x):
    b, h, t, c = x.shape
    return x.transpose(0, 2, 1, 3).reshape(b, t, h * c)


def causal_mha(x, w, heads):
    q, k, v = np.split(x @ w["qkv"], 3, axis=-1)
    q, k, v = split(q, heads), split(k, heads), split(v, heads)
    t, c = q.shape[2:]
    score = q @ k.swapaxes(-1, -2) / c**0.5
    score = np.where(np.tril(np.ones((t, t))) == 0, -np.inf, score)
    score = np.exp(score - score.max(-1, keepdims=True))
    prob = score / score.sum(-1, keepdims=True)
    mixed = join(prob @ v)
    return mixed @ w["proj"], (x, q, k, v, prob, mixed)


def causal_mha_back(dout, kept, w, heads):
    x, q, k, v, prob, mixed = kept
    dproj = np.einsum("bti,btj->ij", mixed, dout)
    dmixed = split(dout @ w["proj"].T, heads)
    dprob = dmixed @ v.swapaxes(-1, -2)
    dv = prob.swapaxes(-1, -2) @ dmixed
    dscore = prob * (dprob - (prob * dprob).sum(-1, keepdims=True))
    dscore /= q.shape[-1] ** 0.5
    dq = dscore @ k
    dk = dscore.swapaxes(-1, -2) @ q
    dqkv = np.concatenate([join(dq), join(dk), join(dv)], axis=-1)
    return dqkv @ w["qkv"].T, {"qkv": np.einsum("bti,btj->ij", x, dqkv), "proj": dproj}


def ffn(x, w):
    pre = x @ w["w1"] + w["b1"]
    act = np.maximum(pre, 0.0)
    return act @ w["w2"] + w["b2"], (x, pre, act)


def ffn_back(dout, kept, w):
    x, pre, act = kept
    dpre = (dout @ w["w2"].T) * (pre > 0)
    g = {
        "w1": np.tensordot(x, dpre, axes=((0, 1), (0, 1))),
        "b1": dpre.sum((0, 1)),
        "w2": np.tensordot(act, dout, axes=((0, 1), (0, 1))),
        "b2": dout.sum((0, 1)),
    }
    return dpre @ w["w1"].T, g
