"""Tagging with an Elman net in both directions and a max-margin (hinge) score per token.

The two directions have weights of their own; tokens carry an embedding; tags are +1 / -1.
"""
import numpy as np
from collections import namedtuple

Net = namedtuple('Net', 'emb fx fh fb bx bh bb out')
g0 = np.random.default_rng(99)


def init(*shape, s=.5):
    return s * g0.standard_normal(shape)


params = Net(emb=init(9, 3), fx=init(3, 4), fh=init(4, 4), fb=init(4, s=.1),
             bx=init(3, 2), bh=init(2, 2), bb=init(2, s=.1), out=init(6, s=1.6))
words = np.array([2, 5, 5, 0, 7, 2, 8])
tags = np.array([1, -1, 1, 1, -1, -1, 1])
data = (words, tags)


def scan(X, wx, wh, b):
    H = np.zeros((len(X) + 1, len(b)))
    for t, x in enumerate(X):
        H[t + 1] = np.tanh(x @ wx + H[t] @ wh + b)
    return H


def scan_back(X, H, wx, wh, top):
    """top: gradient at H[1:]"""
    dX = np.zeros_like(X)
    gx, gh, gb = np.zeros_like(wx), np.zeros_like(wh), np.zeros(H.shape[1])
    flow = np.zeros(H.shape[1])
    for t in range(len(X), 0, -1):
        dz = (top[t - 1] + flow) * (1 - H[t] ** 2)
        gx += np.outer(X[t - 1], dz)
        gh += np.outer(H[t - 1], dz)
        gb += dz
        dX[t - 1] = wx @ dz
        flow = wh @ dz
    return dX, gx, gh, gb


def score(net, words):
    X = net.emb[words]
    F = scan(X, net.fx, net.fh, net.fb)
    B = scan(X[::-1], net.bx, net.bh, net.bb)
    both = np.concatenate([F[1:], B[1:][::-1]], axis=1)
    return X, F, B, both, both @ net.out


def loss(net, words, tags):
    s = score(net, words)[-1]
    return np.maximum(0, 1 - tags * s).sum() + 0.05 * np.sum(net.out ** 2)


def gradients(net, words, tags):
    X, F, B, both, s = score(net, words)
    ds = np.where(tags * s < 1, -tags, 0)
    g_out = both.T @ ds + 0.1 * net.out
    dboth = np.outer(ds, net.out)
    n = F.shape[1]
    dXf, gfx, gfh, gfb = scan_back(X, F, net.fx, net.fh, dboth[:, :n])
    dXb, gbx, gbh, gbb = scan_back(X[::-1], B, net.bx, net.bh, dboth[::-1, n:])
    g_emb = np.zeros_like(net.emb)
    np.add.at(g_emb, words, dXf + dXb[::-1])
    return Net(g_emb, gfx, gfh, gfb, gbx, gbh, gbb, g_out)
