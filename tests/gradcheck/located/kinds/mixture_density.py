"""Mixture density network: for each x a mixture of Gaussians over y, three kernels, y in two dimensions."""

import numpy as np

K = 3
DIM = 2


def unpack(out):
    """Columns: K mixing logits, K log-deviations, K * DIM means."""
    logits = out[:, :K]
    log_dev = out[:, K : 2 * K]
    means = out[:, 2 * K :].reshape(-1, K, DIM)
    return logits, log_dev, means


def lse(a):
    top = a.max(axis=1, keepdims=True)
    return top + np.log(np.exp(a - top).sum(axis=1, keepdims=True))


def net(params, x):
    W1, b1, W2, b2 = params
    hidden = np.sin(x @ W1 + b1)
    return hidden, hidden @ W2 + b2


def joint_log(out, y):
    logits, log_dev, means = unpack(out)
    sq = ((y[:, None, :] - means) ** 2).sum(axis=2)
    log_kernel = -0.5 * sq * np.exp(-2 * log_dev) - DIM * log_dev - 0.5 * DIM * np.log(2 * np.pi)
    return logits - lse(logits) + log_kernel


def loss(params, x, y):
    _, out = net(params, x)
    return -lse(joint_log(out, y)).mean()


def gradients(params, x, y):
    W1, b1, W2, b2 = params
    n = len(x)
    hidden, out = net(params, x)
    logits, log_dev, means = unpack(out)

    joint = joint_log(out, y)
    resp = np.exp(joint - lse(joint))
    mix = np.exp(logits - lse(logits))
    precision = np.exp(-2 * log_dev)
    diff = means - y[:, None, :]
    sq = (diff**2).sum(axis=2)

    d_logits = mix - resp
    d_log_dev = resp * (DIM - sq * precision)
    d_means = (resp * precision)[:, :, None] * diff
    d_out = np.concatenate([d_logits, d_log_dev, d_means.reshape(n, -1)], axis=1) / n

    dW2 = hidden.T @ d_out
    db2 = d_out.sum(axis=0)
    d_pre = (d_out @ W2.T) * np.cos(x @ W1 + b1)
    dW1 = x.T @ d_pre
    db1 = d_pre.sum(axis=0)
    return (dW1, db1, dW2, db2)


_rng = np.random.default_rng(314)
params = (
    _rng.normal(size=(1, 7)) * 2,
    _rng.uniform(-1, 1, size=7),
    _rng.normal(size=(7, 2 * K + K * DIM)) * 0.5,
    _rng.normal(size=2 * K + K * DIM) * 0.2,
)
_t = _rng.uniform(-1, 1, size=(10, 1))
data = (_t, np.hstack([np.cos(3 * _t), np.sin(3 * _t)]) + 0.2 * _rng.normal(size=(10, 2)))
