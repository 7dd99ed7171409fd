import numpy as np

# Mixture density network: y is a many-valued function of x. Bishop 1994
np.random.seed(94)
K = 3


def make():
    return [np.random.randn(1, 8), np.zeros(8), np.random.randn(8, 3 * K) * .3, np.linspace(-1, 1, 3 * K)]


def unpack(params, x):
    W1, b1, W2, b2 = params
    h = np.tanh(x @ W1 + b1)
    o = h @ W2 + b2
    logits, mu, logsig = o[:, :K], o[:, K:2 * K], o[:, 2 * K:]
    logits = logits - logits.max(1, keepdims=True)
    logpi = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    return h, logpi, mu, logsig


def log_parts(logpi, mu, logsig, y):
    return logpi - logsig - 0.5 * np.log(2 * np.pi) - 0.5 * ((y - mu) / np.exp(logsig)) ** 2


def nll(params, x, y):
    _, logpi, mu, logsig = unpack(params, x)
    l = log_parts(logpi, mu, logsig, y)
    top = l.max(1, keepdims=True)
    return -(top[:, 0] + np.log(np.exp(l - top).sum(1))).mean()


def nll_grad(params, x, y):
    h, logpi, mu, logsig = unpack(params, x)
    l = log_parts(logpi, mu, logsig, y)
    gamma = np.exp(l - l.max(1, keepdims=True))
    gamma /= gamma.sum(1, keepdims=True)
    u = (y - mu) / np.exp(logsig)
    do = np.hstack([np.exp(logpi) - gamma, -gamma * u / np.exp(logsig), gamma * (1 - u ** 2)]) / len(x)
    dh = do @ params[2].T * (1 - h ** 2)
    return [x.T @ dh, dh.sum(0), h.T @ do, do.sum(0)]


def inverse_problem(n=60):
    t = np.random.rand(n, 1)
    return t + .3 * np.sin(2 * np.pi * t) + .05 * np.random.randn(n, 1), t


def train(params, x, y, lr=.05, n=1500):
    for i in range(n):
        params = [p - lr * np.clip(g, -1, 1) for p, g in zip(params, nll_grad(params, x, y))]
    return nll(params, x, y)
