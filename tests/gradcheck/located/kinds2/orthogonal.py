"""Linear dynamics kept near to orthogonal, read out through log-sum-exp features; three steps of the same map."""
import numpy as np

rng = np.random.RandomState(29)
params = [rng.randn(4, 4) * 0.5, rng.randn(4) * 0.2, rng.randn(4, 2) * 0.6]
data = (rng.randn(5, 4), rng.randn(5, 2))
STEPS, KAPPA = 3, 0.15


def loss(params, x, target):
    A, a, R = params
    for _ in range(STEPS):
        x = np.sin(x @ A + a)
    fit = np.abs(x @ R - target).sum() / len(target)
    gap = A.T @ A - np.eye(len(A))
    return fit + KAPPA * np.sum(gap * gap) + 0.01 * np.abs(np.trace(A))


def gradients(params, x, target):
    A, a, R = params
    xs, angles = [x], []
    for _ in range(STEPS):
        angles.append(xs[-1] @ A + a)
        xs.append(np.sin(angles[-1]))
    d = np.sign(xs[-1] @ R - target) / len(target)
    gR = xs[-1].T @ d
    gA, ga = np.zeros_like(A), np.zeros_like(a)
    d = d @ R.T
    for k in range(STEPS - 1, -1, -1):
        d = d * np.cos(angles[k])
        gA += xs[k].T @ d
        ga += d.sum(0)
        d = d @ A.T
    gap = A.T @ A - np.eye(len(A))
    gA += 4 * KAPPA * A @ gap
    gA += 0.01 * np.sign(np.trace(A)) * np.eye(len(A))
    return [gA, ga, gR]
