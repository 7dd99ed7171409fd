import numpy as np


def interactions(E):
    """half of (sum)^2 - sum of squares; E is (samples, fields, k)"""
    total = E.sum(axis=1)
    return 0.5 * (total ** 2 - (E ** 2).sum(axis=1)).sum(axis=1), total


def interactions_back(d, E, total):
    return d[:, None, None] * (total[:, None, :] - E)
