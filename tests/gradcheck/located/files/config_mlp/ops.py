import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gelu_ish(x, beta):
    """x sigmoid(beta x)."""
    return x * sigmoid(beta * x)


def gelu_ish_grad(x, beta):
    s = sigmoid(beta * x)
    return s + beta * x * s * (1 - s)


def gaussian_nll(mean, logvar, y):
    return 0.5 * np.mean(logvar + (y - mean) ** 2 * np.exp(-logvar))


def gaussian_nll_grad(mean, logvar, y):
    n = y.size
    precision = np.exp(-logvar)
    d_mean = (mean - y) * precision / n
    d_logvar = 0.5 * (1 - (y - mean) ** 2 * precision) / n
    return d_mean, d_logvar
