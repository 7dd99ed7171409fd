# RBF network, one precision per centre and coordinate, normalised activations; ported from Octave scripts
import numpy as np
randn = np.random.RandomState(5).randn

C = randn(5, 2)              # centres
logP = 0.3 * randn(5, 2)     # log precision
w = randn(5, 1)
bias = 0.2 * randn(1, 1)
lambda_ = 0.03
X = randn(9, 2)
Y = np.sin(2 * X[:, [0]]) + X[:, [1]]

params = {'C': C, 'logP': logP, 'w': w, 'bias': bias}
data = (X, Y)


def design(p, X):
    D = X[:, None, :] - p['C'][None, :, :]              # N x K x d
    Q = np.sum(D ** 2 * np.exp(p['logP']), axis=2)
    G = np.exp(-Q / 2)
    S = np.sum(G, axis=1, keepdims=True)
    return D, G, S, G / S


def loss(p, X, Y):
    Phi = design(p, X)[3]
    R = Phi @ p['w'] + p['bias'] - Y
    return np.sum(R ** 2) / (2 * len(X)) + lambda_ / 2 * np.sum(p['w'] ** 2)


def gradients(p, X, Y):
    D, G, S, Phi = design(p, X)
    R = Phi @ p['w'] + p['bias'] - Y
    N = len(X)
    dR = R / N
    dw = Phi.T @ dR + lambda_ * p['w']
    dbias = np.sum(dR, axis=0, keepdims=True)
    dPhi = dR @ p['w'].T
    dG = dPhi / S - np.sum(dPhi * Phi, axis=1, keepdims=True) / S
    dQ = -0.5 * dG * G
    P = np.exp(p['logP'])
    dC = np.sum(dQ[:, :, None] * (-2 * D * P), axis=0)
    dlogP = np.sum(dQ[:, :, None] * D ** 2 * P, axis=0)
    return {'C': dC, 'logP': dlogP, 'w': dw, 'bias': dbias}
