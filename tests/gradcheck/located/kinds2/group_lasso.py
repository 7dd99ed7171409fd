"""Feature selection: elastic net on the output weights, group lasso on the input rows, hidden softplus units."""
import numpy as np
from dataclasses import dataclass


@dataclass
class Weights:
    inp: np.ndarray
    shift: np.ndarray
    out: np.ndarray
    base: np.ndarray


rng = np.random.default_rng(1234)
params = Weights(rng.normal(0, .6, (6, 4)), rng.normal(0, .2, 4), rng.normal(0, .7, 4), np.array([0.3]))
data = (rng.normal(size=(11, 6)), rng.integers(0, 2, 11) * 2.0 - 1)
L1, L2, GROUP = 0.03, 0.05, 0.08


def penalty(w):
    rows = np.sqrt((w.inp ** 2).sum(1))
    return L1 * np.abs(w.out).sum() + L2 * (w.out ** 2).sum() + GROUP * np.sqrt(w.inp.shape[1]) * rows.sum()


def loss(w, X, y):
    h = np.logaddexp(0, X @ w.inp + w.shift)
    m = y * (h @ w.out + w.base)
    return np.logaddexp(0, -m).mean() + penalty(w)


def gradients(w, X, y):
    z = X @ w.inp + w.shift
    h = np.logaddexp(0, z)
    m = y * (h @ w.out + w.base)
    ds = -y / (1 + np.exp(m)) / len(y)
    out = h.T @ ds + L1 * np.sign(w.out) + 2 * L2 * w.out
    dz = np.outer(ds, w.out) / (1 + np.exp(-z))
    rows = np.sqrt((w.inp ** 2).sum(1, keepdims=True))
    inp = X.T @ dz + GROUP * np.sqrt(w.inp.shape[1]) * w.inp / rows
    return Weights(inp, dz.sum(0), out, np.array([ds.sum()]))
