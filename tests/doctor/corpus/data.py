"""Small data to learn: the embedded digits and synthetic sets, X in rows, T as the outputs should be, y as labels."""

import numpy as np

import xnn

from .nets import one_hot


def digits(n=200, seed=0):
    X, y = xnn.datasets.digits()
    some = np.random.default_rng(seed).permutation(len(y))[:n]
    return X[some] / 16.0, one_hot(y[some], 10), y[some]


def xor():
    return np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]]), None


def circle(n=80, seed=0):
    X, y = xnn.datasets.circle(n=n, seed=seed)
    X = np.asarray(X, dtype=float)
    return X / X.std(), np.asarray(y, dtype=float).reshape(-1, 1), None


def blobs(n=60, classes=3, features=4, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(n) % classes
    X = rng.normal(size=(n, features)) + 2.5 * rng.normal(size=(classes, features))[y]
    return (X - X.mean(axis=0)) / X.std(axis=0), one_hot(y, classes), y


def curve(n=60, outputs=1, seed=0, noise=0.0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    T = np.column_stack([np.sin(X[:, 0]) + 0.5 * X[:, 1], np.cos(X[:, 2])])[:, :outputs]
    return X, T + noise * rng.normal(size=T.shape), None


def line(n=50, features=5, seed=0, noise=0.1):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, features))
    return X, X @ rng.normal(size=(features, 1)) + noise * rng.normal(size=(n, 1)), None
