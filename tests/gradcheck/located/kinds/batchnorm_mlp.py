"""Two hidden layers with batch normalisation in training mode."""

import numpy as np

EPS = 1e-3


def bn_forward(x, gamma, beta):
    mu = x.mean(axis=0)
    xc = x - mu
    var = (xc**2).mean(axis=0)
    std = np.sqrt(var + EPS)
    xn = xc / std
    return gamma * xn + beta, (xc, std, xn, gamma)


def bn_backward(dout, cache):
    xc, std, xn, gamma = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xn).sum(axis=0)
    dxn = dout * gamma
    dxc = dxn / std
    dstd = -(dxn * xc).sum(axis=0) / std**2
    dvar = 0.5 * dstd / std
    dxc = dxc + 2.0 * xc * dvar / N
    dmu = -dxc.sum(axis=0)
    dx = dxc + dmu / N
    return dx, dgamma, dbeta


def forward(params, X):
    caches = []
    h = X
    for layer in params[:-1]:
        z = h @ layer["W"]
        y, bn = bn_forward(z, layer["gamma"], layer["beta"])
        a = np.tanh(y)
        caches.append((h, bn, a))
        h = a
    return h @ params[-1]["W"] + params[-1]["b"], caches, h


def loss(params, X, Y):
    out, _, _ = forward(params, X)
    return ((out - Y) ** 2).sum(axis=1).mean() / 2


def gradients(params, X, Y):
    out, caches, last = forward(params, X)
    dout = (out - Y) / len(X)
    grads = [{"W": last.T @ dout, "b": dout.sum(axis=0)}]
    dh = dout @ params[-1]["W"].T
    for layer, (h, bn, a) in zip(reversed(params[:-1]), reversed(caches)):
        dy = dh * (1 - a * a)
        dz, dgamma, dbeta = bn_backward(dy, bn)
        grads.append({"W": h.T @ dz, "gamma": dgamma, "beta": dbeta})
        dh = dz @ layer["W"].T
    return grads[::-1]


def fit(params, X, Y, rate=0.1, steps=100):
    history = []
    for _ in range(steps):
        for layer, grad in zip(params, gradients(params, X, Y)):
            for name in layer:
                layer[name] -= rate * grad[name]
        history.append(loss(params, X, Y))
    return history


rng = np.random.default_rng(7)
sizes = [5, 6, 4]
params = []
for fan_in, fan_out in zip(sizes, sizes[1:]):
    params.append(
        {
            "W": rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in),
            "gamma": rng.uniform(0.5, 1.5, fan_out),
            "beta": rng.normal(size=fan_out) * 0.3,
        }
    )
params.append({"W": rng.normal(size=(4, 2)) * 0.7, "b": rng.normal(size=2)})
X = rng.normal(size=(9, 5)) * np.array([1, 3, 0.5, 2, 1])
Y = np.stack([np.sin(X[:, 0]), X[:, 1] * 0.2], axis=1)
data = (X, Y)

if __name__ == "__main__":
    print(fit(params, X, Y)[-1])
