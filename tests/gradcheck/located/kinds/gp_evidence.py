"""Negative log evidence of a Gaussian process, and its gradient by the usual trace formula; torch, no autograd.

Kernel: amplitude^2 * exp(-0.5 * sum_d (x_d - x'_d)^2 / length_d^2) + noise^2 on the diagonal; the mean is linear.
"""

import math

import torch

torch.set_default_dtype(torch.float64)


def kernel(p, X):
    inv_len2 = torch.exp(-2 * p["log_length"])
    diff2 = (X[:, None, :] - X[None, :, :]) ** 2
    smooth = torch.exp(2 * p["log_amp"]) * torch.exp(-0.5 * (diff2 * inv_len2).sum(dim=2))
    return diff2, inv_len2, smooth, smooth + torch.exp(2 * p["log_noise"]) * torch.eye(len(X))


def loss(p, X, y):
    _, _, _, K = kernel(p, X)
    r = y - X @ p["slope"]
    L = torch.linalg.cholesky(K)
    half = torch.linalg.solve_triangular(L, r[:, None], upper=False)
    return 0.5 * (half**2).sum() + torch.log(torch.diagonal(L)).sum() + 0.5 * len(y) * math.log(2 * math.pi)


def gradients(p, X, y):
    diff2, inv_len2, smooth, K = kernel(p, X)
    r = y - X @ p["slope"]
    K_inv = torch.linalg.inv(K)
    a = K_inv @ r
    # dJ/dK
    G = 0.5 * (K_inv - torch.outer(a, a))

    out = {}
    out["slope"] = -X.T @ a
    weighted = G * smooth
    out["log_length"] = torch.einsum("ij,ijd->d", weighted, diff2) * inv_len2
    out["log_amp"] = 2 * weighted.sum().reshape(1)
    out["log_noise"] = 2 * torch.exp(2 * p["log_noise"]) * torch.trace(G)
    return {k: out[k] for k in p}


gen = torch.Generator().manual_seed(12)
X = torch.randn(9, 3, generator=gen)
y = torch.sin(2 * X[:, 0]) + 0.3 * X[:, 1] + 0.1 * torch.randn(9, generator=gen)
params = {
    "slope": torch.tensor([0.1, 0.4, -0.2]),
    "log_length": torch.tensor([-0.2, 0.3, 0.6]),
    "log_amp": torch.tensor([0.1]),
    "log_noise": torch.tensor([-1.1]),
}
data = (X, y)
