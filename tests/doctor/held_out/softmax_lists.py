"""Softmax classifiers with integer labels; the parameters are one flat list W, b, W, b, ..."""

import numpy as np

from .program import Program


def blobs(n, classes, seed, spread=0.6):
    """Round clouds, their centres evenly placed on a circle of radius two."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % classes
    angle = 2 * np.pi * y / classes
    X = 2 * np.column_stack([np.cos(angle), np.sin(angle)]) + spread * rng.standard_normal((n, 2))
    return X, y


def spirals(n, classes, seed):
    """Arms of a spiral, one a class."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % classes
    r = rng.uniform(0.1, 1.0, n)
    t = 3.0 * r + 2 * np.pi * y / classes + 0.08 * rng.standard_normal(n)
    return 2 * np.column_stack([r * np.cos(t), r * np.sin(t)]), y


def drawings(n, seed, noise=0.15):
    """8 x 8 pictures: upright bar, level bar, frame, diagonal; values about 0 to 1."""
    rng = np.random.default_rng(seed)
    images, y = np.zeros((n, 8, 8)), np.arange(n) % 4
    for image, kind in zip(images, y):
        a = rng.integers(1, 6)
        if kind == 0:
            image[:, a : a + 2] = 1
        elif kind == 1:
            image[a : a + 2, :] = 1
        elif kind == 2:
            image[1:7, 1:7] = 1
            image[2:6, 2:6] = 0
        else:
            image[np.arange(8), (np.arange(8) + a - 3) % 8] = 1
    images += noise * rng.standard_normal(images.shape)
    return images.reshape(n, 64), y


def checker(n, seed):
    """Two classes in opposite quadrants."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1.5, 1.5, (n, 2))
    return X, (X[:, 0] * X[:, 1] > 0).astype(int)


DATA = {
    "blobs": lambda: blobs(90, 3, 1),
    "spirals": lambda: spirals(150, 3, 2),
    "drawings": lambda: drawings(120, 3),
    "checker": lambda: checker(120, 4),
    "noisy": lambda: blobs(40, 2, 5, spread=1.6),
    "five": lambda: blobs(200, 5, 6, spread=0.4),
}

ACT = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "leaky": (lambda z: np.where(z > 0, z, 0.1 * z), lambda z: np.where(z > 0, 1.0, 0.1)),
}


def make(data="blobs", hidden=(16,), act="relu", rate=0.3, fault=None, decay=0.0, seed=0, warm=0, raw=1.0):
    """A classifier; `fault` names what is wrong with it."""
    X, y = DATA[data]()
    X = X * raw
    classes = int(y.max()) + 1
    rng = np.random.default_rng(seed)
    sizes = [X.shape[1], *hidden, classes]
    params = []
    for a, b in zip(sizes, sizes[1:]):
        params += [rng.standard_normal((a, b)) * np.sqrt(2 / a) / raw ** (a == sizes[0]), np.zeros(b)]
    f, df = ACT[act]

    if fault == "zeros":
        params = [np.zeros_like(p) for p in params]
    elif fault == "same":
        params = [np.full_like(p, 0.3) if p.ndim == 2 else p for p in params]
    elif fault == "dead":
        params = [p - 12.0 if i % 2 and i < len(params) - 1 else p for i, p in enumerate(params)]
    elif fault == "big":
        params = [p * 60 if p.ndim == 2 else p for p in params]
    elif fault == "small":
        params = [p * 1e-3 if p.ndim == 2 else p for p in params]
    elif fault == "from one":
        y = y + 1
    elif fault == "fast":
        rate = 60.0
    elif fault == "slow":
        rate = 2e-6

    def forward(params, X):
        zs, outs = [], [X]
        for i in range(0, len(params), 2):
            zs.append(outs[-1] @ params[i] + params[i + 1])
            outs.append(f(zs[-1]) if i < len(params) - 2 else zs[-1])
        return zs, outs

    def log_probs(z):
        axis = 0 if fault == "axis" else 1
        z = z - z.max(axis=axis, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))

    def targets(y):
        return (np.arange(classes) == np.asarray(y)[:, None]) * 1.0

    def loss(params, X, y):
        t = targets(y)
        data_part = -(t * log_probs(forward(params, X)[1][-1])).sum() / len(X)
        return data_part + decay / 2 * sum((W**2).sum() for W in params[::2])

    def gradients(params, X, y):
        zs, outs = forward(params, X)
        t = targets(y)
        p = np.exp(log_probs(outs[-1]))
        delta = (p - t) / len(X) if fault == "axis" else (p * t.sum(axis=1, keepdims=True) - t) / len(X)
        if fault == "no mean":
            delta = delta * len(X)
        elif fault == "upside down":
            delta = -delta
        grads = [None] * len(params)
        for i in range(len(params) - 2, -1, -2):
            grads[i] = outs[i // 2].T @ delta + decay * params[i]
            grads[i + 1] = delta.sum(axis=0)
            if i:
                back = delta @ params[i].T
                if fault == "own mask":
                    delta = back * (back > 0)
                else:
                    delta = back * df(zs[i // 2 - 1])
        return grads

    def predict(params, X):
        return np.exp(log_probs(forward(params, X)[1][-1]))

    def accuracy(params, X, y):
        return float(np.mean(np.argmax(predict(params, X), axis=1) == y))

    for _ in range(warm):
        params = [p - rate * g for p, g in zip(params, gradients(params, X, y))]
    name = f"lists {data} {act} {'-'.join(map(str, hidden))} {fault or 'right'}"
    if warm:
        name += " converged"
    options = {"predict": predict, "learning_rate": rate}
    if fault != "from one":
        options["accuracy"] = accuracy
    return Program(name, loss, gradients, params, X, y, options)


BUGGY = [
    (make, {"data": "spirals", "hidden": (24,), "fault": "upside down"}, ("sign",)),
    (make, {"data": "spirals", "hidden": (24, 24), "rate": 0.5, "fault": "no mean"}, ("scale",)),
    (make, {"data": "spirals", "hidden": (24, 24), "rate": 0.3, "fault": "own mask"}, ("delta-mask",)),
    (make, {"data": "drawings", "hidden": (20,), "fault": "zeros"}, ("zero-init",)),
    (make, {"data": "checker", "hidden": (12,), "act": "tanh", "rate": 0.5, "fault": "same"}, ("symmetric-init",)),
    (make, {"data": "blobs", "hidden": (16,), "fault": "dead"}, ("dead-units",)),
    # Weights sixty times too large are what drives every tanh to its end.
    (make, {"data": "checker", "hidden": (16, 16), "act": "tanh", "fault": "big"}, ("init-scale", "saturated-units")),
    # Starting weights a thousand times too small are the fault; that nothing is passed down is its effect.
    (
        make,
        {"data": "blobs", "hidden": (16, 16, 16), "act": "tanh", "fault": "small"},
        ("init-scale", "vanishing-gradients"),
    ),
    (make, {"data": "five", "hidden": (16,), "fault": "from one"}, ("labels-range",)),
    (make, {"data": "five", "hidden": (16,), "fault": "axis"}, ("samples-mixed",)),
    (make, {"data": "drawings", "hidden": (20,), "rate": 0.3, "fault": "fast"}, ("learning-rate-high",)),
    (make, {"data": "blobs", "hidden": (12,), "fault": "slow"}, ("learning-rate-low",)),
]

RIGHT = [
    (make, {"data": "blobs", "hidden": (16,)}),
    (make, {"data": "spirals", "hidden": (32, 32), "rate": 0.3, "seed": 3}),
    (make, {"data": "drawings", "hidden": (20,), "rate": 0.2, "seed": 4}),
    (make, {"data": "drawings", "hidden": (24, 12), "act": "tanh", "rate": 0.2, "decay": 1e-3}),
    (make, {"data": "checker", "hidden": (16,), "act": "tanh", "rate": 0.5, "seed": 6}),
    (make, {"data": "noisy", "hidden": (8,), "act": "tanh", "rate": 0.2, "seed": 7}),
    (make, {"data": "five", "hidden": (20, 10), "act": "leaky", "rate": 0.2, "seed": 8}),
    (make, {"data": "blobs", "hidden": (10,), "act": "tanh", "rate": 0.3, "warm": 600, "seed": 9}),
    (make, {"data": "five", "hidden": (16,), "rate": 0.05, "raw": 4.0, "seed": 10}),
]
