# Two-layer classifier with batch normalization in the middle.
import numpy as np

np.random.seed(231)
N, D, H, C = 9, 5, 6, 3
eps = 1e-5
reg = 0.05

params = {
    'W1': 0.6 * np.random.randn(D, H),
    'gamma': 1 + 0.2 * np.random.randn(H),
    'beta': 0.1 * np.random.randn(H),
    'W2': 0.5 * np.random.randn(H, C),
    'b2': 0.1 * np.random.randn(C),
}
data = (np.random.randn(N, D), np.random.randint(C, size=N))


def batchnorm_forward(x, gamma, beta):
    mu = x.mean(axis=0)
    xc = x - mu
    var = np.mean(xc ** 2, axis=0)
    std = np.sqrt(var + eps)
    xhat = xc / std
    out = gamma * xhat + beta
    cache = (xhat, xc, std, gamma)
    return out, cache


def batchnorm_backward(dout, cache):
    xhat, xc, std, gamma = cache
    m = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dxc = dxhat / std
    dstd = -np.sum(dxhat * xc, axis=0) / std ** 2
    dvar = 0.5 * dstd / std
    dxc += 2.0 / m * xc * dvar
    dmu = -np.sum(dxc, axis=0)
    dx = dxc + dmu / m
    return dx, dgamma, dbeta


def softmax_loss(scores, y):
    z = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(z)
    p /= p.sum(axis=1, keepdims=True)
    n = len(y)
    value = -np.log(p[range(n), y]).mean()
    dscores = p.copy()
    dscores[range(n), y] -= 1
    return value, dscores / n


def forward(params, X):
    a = X.dot(params['W1'])
    bn, bn_cache = batchnorm_forward(a, params['gamma'], params['beta'])
    h = np.maximum(bn, 0)
    scores = h.dot(params['W2']) + params['b2']
    return scores, (h, bn_cache)


def loss(params, X, y):
    scores, _ = forward(params, X)
    value, _ = softmax_loss(scores, y)
    return value + 0.5 * reg * (np.sum(params['W1'] ** 2) + np.sum(params['W2'] ** 2))


def gradients(params, X, y):
    scores, (h, bn_cache) = forward(params, X)
    _, dscores = softmax_loss(scores, y)
    grads = {}
    grads['W2'] = h.T.dot(dscores) + reg * params['W2']
    grads['b2'] = dscores.sum(axis=0)
    dh = dscores.dot(params['W2'].T)
    dh[h <= 0] = 0
    da, grads['gamma'], grads['beta'] = batchnorm_backward(dh, bn_cache)
    grads['W1'] = X.T.dot(da) + reg * params['W1']
    return grads
