import numpy as np

# ---- layers.py ----
def fc_forward(z, W, b):
    return np.dot(z, W) + b


def fc_backward(upstream, W, z):
    dw = np.dot(z.T, upstream)
    db = np.sum(upstream, axis=0)
    dz = np.dot(upstream, W.T)
    return dw, db, dz


# ---- activations.py ----
def tanh_forward(z):
    return np.tanh(z)


def tanh_backward(upstream):
    """
    upstream: what the layer above hands down
    """
    t = np.tanh(upstream)
    return 1 - t * t


# ---- auto encoder 8-5-2-5-8 ----
weights = {}
rng = np.random.RandomState(77)
sizes = [8, 5, 2, 5, 8]
for i in range(1, 5):
    weights["W%d" % i] = rng.randn(sizes[i-1], sizes[i]) * 0.5
    weights["b%d" % i] = np.zeros(sizes[i])


def forward(weights, X):
    outs = {"z0": X}
    for i in range(1, 5):
        z = fc_forward(outs["z%d" % (i-1)], weights["W%d" % i], weights["b%d" % i])
        outs["a%d" % i] = z
        outs["z%d" % i] = tanh_forward(z) if i < 4 else z
    return outs


def mse(weights, X):
    out = forward(weights, X)["z4"]
    return np.sum((out - X) ** 2) / X.shape[0] / 2


def backward(weights, X):
    outs = forward(weights, X)
    gradients = {}
    dz = (outs["z4"] - X) / X.shape[0]
    for i in (4, 3, 2, 1):
        if i < 4:
            dz = tanh_backward(dz)
        gradients["W%d" % i], gradients["b%d" % i], dz = fc_backward(dz, weights["W%d" % i], outs["z%d" % (i-1)])
    return gradients


def curves(n=30):
    t = np.linspace(0, 1, 8)
    a, b = rng.rand(n, 1), rng.rand(n, 1)
    return a * np.sin(3 * t) + b * t - 0.5


def train(X, lr=0.1):
    w = {k: v.copy() for k, v in weights.items()}
    for epoch in range(1500):
        g = backward(w, X)
        for k in w:
            w[k] -= lr * g[k]
    return mse(w, X)
