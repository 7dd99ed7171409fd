import numpy as np
from numpy import tanh

LAMBDA = 1.0     # against overfitting
ETA = 0.1

def concrete(n=70):
    r = np.random.RandomState(170)
    X = r.normal(size=(n, 4))
    t = tanh(X[:, 0] - X[:, 1]) + 0.5 * X[:, 2] * X[:, 3]
    return X, t

def net(p, X):
    W, b, v, c = p
    return tanh(X @ W + b) @ v + c

def err(p, X, t):
    W, b, v, c = p
    return 0.5 * np.mean((net(p, X) - t) ** 2) + 0.5 * LAMBDA * (np.sum(W * W) + np.sum(v * v))

def d_err(p, X, t):
    W, b, v, c = p
    H = tanh(X @ W + b)
    d = (H @ v + c - t) / len(t)
    dH = np.outer(d, v) * (1 - H ** 2)
    return X.T @ dH + LAMBDA * W, dH.sum(0), H.T @ d + LAMBDA * v, d.sum()

def begin():
    r = np.random.RandomState(171)
    return r.normal(0, 0.5, (4, 10)), r.normal(0, 0.1, 10), r.normal(0, 0.3, 10), 0.0

def descend(p, X, t, rounds=2000):
    for i in range(rounds):
        p = tuple(q - ETA * g for q, g in zip(p, d_err(p, X, t)))
    return p

if __name__ == "__main__":
    X, t = concrete()
    p = descend(begin(), X, t)
    print(net(p, X)[:10])       # ten times the same
    print(t[:10])
