# Contractive autoencoder: tied weights, penalty on the squared Frobenius norm of the encoder's Jacobian.
import numpy as np

rng = np.random.RandomState(50)
W = rng.randn(6, 4) * 0.6
b = rng.randn(4) * 0.3
c = rng.randn(6) * 0.3
X = rng.rand(7, 6)
LAM = 0.1
params = {'W': W, 'b': b, 'c': c}
data = (X,)


def sigm(a):
    return 1. / (1. + np.exp(-a))


def loss(params, X):
    W, b, c = params['W'], params['b'], params['c']
    H = sigm(X @ W + b)
    Z = sigm(H @ W.T + c)
    cross = -np.sum(X * np.log(Z) + (1 - X) * np.log(1 - Z), axis=1)
    jac = ((H * (1 - H)) ** 2) @ (W ** 2).sum(axis=0)
    return np.mean(cross + LAM * jac)


def gradients(params, X):
    W, b, c = params['W'], params['b'], params['c']
    n = X.shape[0]
    H = sigm(X @ W + b)
    Z = sigm(H @ W.T + c)
    dv = (Z - X) / n
    dc = dv.sum(axis=0)
    slope = H * (1 - H)
    dH = dv @ W
    colsq = (W ** 2).sum(axis=0)
    dslope = 2 * LAM / n * slope * colsq
    dH += dslope * (1 - 2 * H)
    du = dH * slope
    dW = X.T @ du + dv.T @ H
    dW += 2 * LAM / n * W * (slope ** 2).sum(axis=0)
    return {'W': dW, 'b': du.sum(axis=0), 'c': dc}
