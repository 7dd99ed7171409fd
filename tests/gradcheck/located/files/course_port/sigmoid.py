import numpy as np


def sigmoid(z):
    g = 1.0 / (1.0 + np.exp(-z))
    return g


def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1.0 - g)
