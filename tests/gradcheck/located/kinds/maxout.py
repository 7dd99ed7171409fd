"""Two maxout layers and a softmax. Loops over the samples, arrays filled in place."""

import numpy as np

PIECES = 3


def maxout(x, W, b):
    """W: (pieces, in, units). The winning piece of each unit is kept for the way back."""
    z = np.empty((PIECES, W.shape[2]))
    for k in range(PIECES):
        z[k] = x @ W[k] + b[k]
    best = z.argmax(axis=0)
    return z[best, np.arange(z.shape[1])], best


def scores(params, x):
    W1, b1, W2, b2, W3, b3 = params
    h1, k1 = maxout(x, W1, b1)
    h2, k2 = maxout(h1, W2, b2)
    return h1, k1, h2, k2, h2 @ W3 + b3


def loss(params, X, Y):
    total = 0.0
    for i in range(X.shape[0]):
        s = scores(params, X[i])[-1]
        s = s - s.max()
        total += np.log(np.exp(s).sum()) - s @ Y[i]
    return total / X.shape[0]


def gradients(params, X, Y):
    W1, b1, W2, b2, W3, b3 = params
    gW1, gb1 = np.zeros(W1.shape), np.zeros(b1.shape)
    gW2, gb2 = np.zeros(W2.shape), np.zeros(b2.shape)
    gW3, gb3 = np.zeros(W3.shape), np.zeros(b3.shape)
    N = X.shape[0]
    for i in range(N):
        h1, k1, h2, k2, s = scores(params, X[i])
        p = np.exp(s - s.max())
        p /= p.sum()
        ds = (p - Y[i]) / N

        gW3 += np.outer(h2, ds)
        gb3 += ds
        dh2 = W3 @ ds

        dh1 = np.zeros_like(h1)
        for j in range(len(h2)):
            k = k2[j]
            gW2[k, :, j] += h1 * dh2[j]
            gb2[k, j] += dh2[j]
            dh1 += W2[k, :, j] * dh2[j]
        for j in range(len(h1)):
            k = k1[j]
            gW1[k, :, j] += X[i] * dh1[j]
            gb1[k, j] += dh1[j]
    return gW1, gb1, gW2, gb2, gW3, gb3


def classify(params, X):
    return np.array([scores(params, x)[-1].argmax() for x in X])


rng = np.random.default_rng(1001)
params = (
    rng.normal(size=(PIECES, 4, 5)),
    rng.normal(size=(PIECES, 5)) * 0.5,
    rng.normal(size=(PIECES, 5, 6)) * 0.5,
    rng.normal(size=(PIECES, 6)) * 0.5,
    rng.normal(size=(6, 3)) * 0.5,
    rng.normal(size=3) * 0.2,
)
data = (rng.normal(size=(7, 4)), np.eye(3)[[0, 2, 1, 1, 0, 2, 2]])
