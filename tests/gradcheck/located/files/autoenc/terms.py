import numpy as np


def kl(mu, logvar):
    """KL(N(mu, exp(logvar)) || N(0, 1)), summed over dimensions, averaged over the batch."""
    n = len(mu)
    value = 0.5 * np.sum(np.exp(logvar) + mu**2 - 1 - logvar) / n
    return value, mu / n, 0.5 * (np.exp(logvar) - 1) / n


def bernoulli(logits, x):
    n = len(x)
    value = np.sum(np.logaddexp(0, logits) - x * logits) / n
    return value, (1 / (1 + np.exp(-logits)) - x) / n


def reparametrise(mu, logvar, eps):
    return mu + np.exp(0.5 * logvar) * eps


def reparametrise_back(dz, logvar, eps):
    return dz, dz * 0.5 * np.exp(0.5 * logvar) * eps
