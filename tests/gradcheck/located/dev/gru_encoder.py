"""A gated recurrent encoder whose last state is classified; all nine weight tensors by themselves."""

from collections import namedtuple

import numpy as np
from numpy import exp, log, tanh

Params = namedtuple("Params", "Wz Uz bz Wr Ur br Wn Un bn V")


def logistic(t):
    return 1 / (1 + exp(-t))


def init(n_in, n_hid, n_out, gen):
    def W(*shape):
        return gen.standard_normal(shape) / np.sqrt(shape[-1])

    gates = []
    for _ in "zrn":
        gates += [W(n_hid, n_in), W(n_hid, n_hid), 0.1 * W(n_hid)]
    return Params(*gates, W(n_out, n_hid))


gen = np.random.default_rng(99)
params = init(3, 4, 2, gen)
data = (gen.standard_normal((5, 6, 3)), gen.integers(0, 2, 6))  # steps, samples, features


def states(P, seq):
    h = np.zeros((seq.shape[1], P.Uz.shape[0]))
    trace = []
    for x in seq:
        z = logistic(x @ P.Wz.T + h @ P.Uz.T + P.bz)
        r = logistic(x @ P.Wr.T + h @ P.Ur.T + P.br)
        rh = r * h
        n = tanh(x @ P.Wn.T + rh @ P.Un.T + P.bn)
        new = (1 - z) * n + z * h
        trace.append((x, h, z, r, rh, n))
        h = new
    return h, trace


def log_probs(P, h):
    s = h @ P.V.T
    s = s - s.max(1)[:, None]
    return s - log(exp(s).sum(1))[:, None]


def loss(P, seq, label):
    h, _ = states(P, seq)
    lp = log_probs(P, h)
    return -sum(lp[k, label[k]] for k in range(len(label))) / len(label)


def gradients(P, seq, label):
    h, trace = states(P, seq)
    ds = exp(log_probs(P, h))
    for k in range(len(label)):
        ds[k, label[k]] -= 1.0
    ds /= len(label)
    G = Params(*(np.zeros_like(w) for w in P))
    G.V[...] = ds.T @ h
    dh = ds @ P.V
    for x, h_old, z, r, rh, n in reversed(trace):
        dz = dh * (h_old - n)
        dn = dh * (1 - z)
        carry = dh * z
        # candidate
        dn_pre = dn * (1 - n * n)
        G.Wn[...] += dn_pre.T @ x
        G.Un[...] += dn_pre.T @ rh
        G.bn[...] += dn_pre.sum(0)
        d_rh = dn_pre @ P.Un
        carry += d_rh * r
        # reset gate
        dr_pre = d_rh * h_old * r * (1 - r)
        G.Wr[...] += dr_pre.T @ x
        G.Ur[...] += dr_pre.T @ h_old
        G.br[...] += dr_pre.sum(0)
        carry += dr_pre @ P.Ur
        # update gate
        dz_pre = dz * z * (1 - z)
        G.Wz[...] += dz_pre.T @ x
        G.Uz[...] += dz_pre.T @ h_old
        G.bz[...] += dz_pre.sum(0)
        carry += dz_pre @ P.Uz
        dh = carry
    return G
