"""Convolution 1x1, batch norm over samples and places, swish, global average pooling, logistic loss."""

import numpy as np

gen = np.random.RandomState(31)
EPS = 1e-3

params = {
    "mix": gen.randn(3, 5) * 0.7,
    "gamma": 1 + 0.2 * gen.randn(5),
    "beta": 0.3 * gen.randn(5),
    "head": gen.randn(5) * 0.8,
    "head_bias": np.array(0.15),
}
data = (gen.randn(6, 2, 4, 3), np.array([1, 0, 0, 1, 1, 0.0]))


def sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


def model(p, images):
    z = images @ p["mix"]
    mu = z.mean(axis=(0, 1, 2))
    var = ((z - mu) ** 2).mean(axis=(0, 1, 2))
    inv = 1.0 / np.sqrt(var + EPS)
    norm = (z - mu) * inv
    y = p["gamma"] * norm + p["beta"]
    gate = sigmoid(y)
    act = y * gate
    feat = act.mean(axis=(1, 2))
    logit = feat @ p["head"] + p["head_bias"]
    return logit, (inv, norm, y, gate, act, feat)


def loss(p, images, labels):
    logit, _ = model(p, images)
    return np.mean(np.log1p(np.exp(-np.abs(logit))) + np.maximum(logit, 0) - labels * logit)


def gradients(p, images, labels):
    logit, (inv, norm, y, gate, act, feat) = model(p, images)
    dlogit = (sigmoid(logit) - labels) / len(labels)
    g = {"head": feat.T @ dlogit, "head_bias": dlogit.sum()}
    places = images.shape[1] * images.shape[2]
    dfeat = np.outer(dlogit, p["head"])
    dact = np.broadcast_to(dfeat[:, None, None, :] / places, act.shape)
    dy = dact * (gate + y * gate * (1 - gate))
    g["gamma"] = (dy * norm).sum(axis=(0, 1, 2))
    g["beta"] = dy.sum(axis=(0, 1, 2))
    dnorm = dy * p["gamma"]
    count = len(images) * places
    total = dnorm.sum(axis=(0, 1, 2))
    along = (dnorm * norm).sum(axis=(0, 1, 2))
    dz = inv * (dnorm - total / count - norm * along / count)
    g["mix"] = np.einsum("nhwc,nhwk->ck", images, dz)
    return g
