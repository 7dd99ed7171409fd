"""A coupled energy model: a symmetric matrix stands on both sides, so that nothing needs a transpose.

The couplings are (A + A^T) / 2; the negative log density of a Gaussian whose precision is I + S^2.
"""

import numpy as np


def coupling(params):
    return 0.5 * (params["A"] + params["A"].T)


def loss(params, X):
    S = coupling(params)
    P = np.eye(len(S)) + S @ S
    R = X - params["mean"]
    # squash the deviations, so that outliers count less
    T = R / (1 + np.exp(-params["sharp"] * R))
    quad = np.einsum("ni,ij,nj->n", T, P, T)
    return 0.5 * quad.mean() - 0.5 * np.linalg.slogdet(P)[1]


def gradients(params, X):
    n = len(X)
    S = coupling(params)
    P = np.eye(len(S)) + S @ S
    R = X - params["mean"]
    q = 1 / (1 + np.exp(-params["sharp"] * R))
    T = R * q
    # P and S are symmetric and commute: P T both sides at once, and 2 S M symmetrised in one step
    C = T.T @ T / n
    M = 0.5 * (C - np.linalg.inv(P))
    gS = S @ M + M @ S
    dT = T @ P / n
    slope = q * (1 + params["sharp"] * R * (1 - q))
    return {
        "A": gS,
        "mean": -(dT * slope).sum(axis=0),
        "sharp": np.sum(dT * R**2 * q * (1 - q), keepdims=True)[0],
    }


_r = np.random.RandomState(31)
params = {"A": _r.randn(4, 4) * 0.6, "mean": _r.randn(4) * 0.3, "sharp": np.array([1.4])}
data = (_r.randn(11, 4) * np.array([1.0, 2.0, 0.5, 1.0]),)
