import numpy as np


def log_normal(x, mean, log_sd):
    return -0.5 * ((x - mean) / np.exp(log_sd)) ** 2 - log_sd - 0.5 * np.log(2 * np.pi)


def log_normal_grads(x, mean, log_sd):
    """with respect to x, mean and log_sd"""
    z = (x - mean) / np.exp(log_sd)
    dx = -z / np.exp(log_sd)
    return dx, -dx, z ** 2 - 1


def log_bernoulli(x, logit):
    return x * logit - np.logaddexp(0, logit)


def log_bernoulli_grad(x, logit):
    return x - 1 / (1 + np.exp(-logit))
