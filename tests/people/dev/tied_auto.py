#!/usr/bin/env python
# autoencoder with tied weights (decoder = encoder transposed), pictures of bars 4x4
import numpy as np


def bars():
    pics = []
    for i in range(4):
        a = np.zeros((4, 4)); a[i] = 1; pics.append(a.ravel())
        b = np.zeros((4, 4)); b[:, i] = 1; pics.append(b.ravel())
    return np.array(pics)


def g(x): return 1 / (1 + np.exp(-x))


def init(n=16, k=6):
    r = np.random.RandomState(9)
    return [r.randn(n, k) * 0.5, np.zeros(k), np.zeros(n)]


def code(theta, x):
    W, bh, bv = theta
    h = g(x @ W + bh)
    return h, g(h @ W.T + bv)


def cost(theta, x):
    h, xhat = code(theta, x)
    return ((x - xhat) ** 2).sum() / (2 * x.shape[0])


def costGrad(theta, x):
    W, bh, bv = theta
    h, xhat = code(theta, x)
    m = x.shape[0]
    dv = (xhat - x) * xhat * (1 - xhat) / m
    dh = (dv @ W) * h * (1 - h)
    return [x.T @ dh, dh.sum(0), dv.sum(0)]


def train(theta, x, numIter=3000, learnRate=2.0):
    for it in range(numIter):
        for p, d in zip(theta, costGrad(theta, x)):
            p -= learnRate * d
    return cost(theta, x)


if __name__ == "__main__":
    print(train(init(), bars()))
