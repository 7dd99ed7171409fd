"""Course-style networks: all weights unrolled into one vector, biases as column 0, sigmoids, lambda."""

import numpy as np

from .program import Program


def g(z):
    """Sigmoid."""
    return 0.5 * (1 + np.tanh(z / 2))


def pixels(m, rng):
    """8 x 8 pictures of a cross, a square or a slash, ink about 0.9 on paper about 0.1."""
    out, label = [], []
    for i in range(m):
        img = np.full((8, 8), 0.1)
        r, c = rng.integers(2, 6, size=2)
        if i % 3 == 0:
            img[r, :] = img[:, c] = 0.9
        elif i % 3 == 1:
            img[r - 2 : r + 2, c - 2 : c + 2] = 0.9
        else:
            img[range(8), range(7, -1, -1)] = 0.9
            img = np.roll(img, c - 4, axis=1)
        out.append(img.ravel() + rng.uniform(-0.1, 0.1, 64))
        label.append(i % 3)
    return np.array(out), np.array(label)


def flowers(m, rng):
    """Four measurements in centimetres, three species."""
    label = np.arange(m) % 3
    mean = np.array([[5.0, 3.4, 1.5, 0.3], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])[label]
    return mean + rng.normal(0, [0.4, 0.3, 0.35, 0.2], (m, 4)), label


def target(m, rng):
    """Points of a square of side four; those near the middle are class 1, the others class 0."""
    X = rng.uniform(0, 4, (m, 2))
    return X, (((X - 2) ** 2).sum(axis=1) < 2.56).astype(int)


def bands(m, rng):
    """Three classes in bands of x + y, in standard units."""
    X = rng.normal(0, 1, (m, 2))
    total = X.sum(axis=1)
    return X, (total > -0.6).astype(int) + (total > 0.6)


SOURCES = {"pixels": pixels, "flowers": flowers, "target": target, "bands": bands}


def course(source="bands", m=120, hidden=(8,), alpha=1.0, lam=0.0, slip=None, seed=0, start="glorot"):
    """One exercise; `slip` is what was done wrong in it."""
    X, y = SOURCES[source](m, np.random.default_rng(100 + seed))
    K = int(y.max()) + 1
    if slip == "deep":
        hidden = (8,) * 8
    elif slip == "all positive":
        start = "positive"
    sizes = [X.shape[1], *hidden, K]
    shapes = [(b, a + 1) for a, b in zip(sizes, sizes[1:])]
    rng = np.random.default_rng(seed)
    parts = []
    for out, cols in shapes:
        if start == "glorot":
            T = rng.uniform(-1, 1, (out, cols)) * np.sqrt(6 / (out + cols)) * 2
            T[:, 0] = 0
        elif start == "epsilon":
            T = rng.uniform(-0.5, 0.5, (out, cols))
        elif start == "positive":
            T = rng.uniform(0, 1, (out, cols))
        else:
            T = rng.uniform(-0.3, 0.3, (out, cols))
            T[:, 0] = -8.0 if out == K else 0.0
        parts.append(T)
    theta = np.concatenate([T.ravel() for T in parts])

    def roll(theta):
        thetas, at = [], 0
        for shape in shapes:
            size = shape[0] * shape[1]
            thetas.append(theta[at : at + size].reshape(shape))
            at += size
        return thetas

    def with_one(A):
        return np.hstack([np.ones((len(A), 1)), A])

    def run(thetas, X):
        acts = [with_one(X)]
        for T in thetas[:-1]:
            acts.append(with_one(g(acts[-1] @ T.T)))
        return acts, acts[-1] @ thetas[-1].T

    def count(X):
        return X.shape[1] if slip == "n for m" else X.shape[0]

    def J(theta, X, y):
        thetas = roll(theta)
        z = run(thetas, X)[1]
        Y = np.eye(K)[y]
        value = np.sum(np.logaddexp(0, z) - Y * z) / count(X)
        return value + lam / (2 * count(X)) * sum(np.sum(T[:, 1:] ** 2) for T in thetas)

    def grad(theta, X, y):
        thetas = roll(theta)
        acts, z = run(thetas, X)
        h = g(z)
        d = h - np.eye(K)[y]
        if slip == "slope too many":
            d = d * h * (1 - h)
        out = [None] * len(thetas)
        for i in reversed(range(len(thetas))):
            out[i] = d.T @ acts[i] / count(X)
            if i:
                a = acts[i][:, 1:]
                d = (d @ thetas[i][:, 1:]) * a * (1 - a)
        if slip == "swapped":
            out[1], out[2] = out[2], out[1]
        elif slip == "column lost":
            out[0][:, 0] = 0
        elif slip == "last row lost":
            out[-1][-1] = 0
        for G, T in zip(out, thetas):
            if slip == "no lambda":
                continue
            G[:, 1:] += lam / count(X) * T[:, 1:]
        return np.concatenate([G.ravel() for G in out])

    def h_of(theta, X):
        return g(run(roll(theta), X)[1])

    def hits(theta, X, y):
        return np.mean(h_of(theta, X).argmax(axis=1) == y)

    label = f"course {source} {hidden} lambda {lam} {slip or 'right'}"
    return Program(label, J, grad, theta, X, y, {"predict": h_of, "accuracy": hits, "learning_rate": alpha})


BUGGY = [
    (course, {"source": "bands", "lam": 2.0, "slip": "no lambda"}, ("decay-missing",)),
    (course, {"source": "target", "hidden": (5,), "alpha": 2.0, "slip": "column lost", "seed": 3}, ("skipped",)),
    (course, {"source": "flowers", "hidden": (5,), "alpha": 0.5, "slip": "last row lost", "seed": 3}, ("skipped",)),
    (
        course,
        {"source": "pixels", "alpha": 0.5, "start": "cautious", "hidden": (10,), "slip": "slope too many"},
        ("output-derivative-extra",),
    ),
    # A sum over samples divided by four features: thirty times the mean, so this rate is also too high for it.
    (
        course,
        {"source": "flowers", "hidden": (6,), "alpha": 0.5, "slip": "n for m"},
        ("loss-scale", "learning-rate-high"),
    ),
    (course, {"source": "bands", "slip": "deep", "alpha": 1.0}, ("vanishing-gradients",)),
    # Weights drawn from (0, 1) over 64 pixels are the fault, and full saturation is what they do.
    (
        course,
        {"source": "pixels", "hidden": (16, 16), "alpha": 0.5, "slip": "all positive"},
        ("saturated-units", "init-scale"),
    ),
    (course, {"source": "bands", "hidden": (6, 6, 6), "alpha": 1.0, "slip": "swapped", "seed": 2}, ("swapped-layers",)),
]

RIGHT = [
    (course, {"source": "bands", "alpha": 1.0}),
    (course, {"source": "pixels", "hidden": (12,), "alpha": 0.5, "lam": 0.1, "seed": 1}),
    (course, {"source": "flowers", "hidden": (6,), "alpha": 0.5, "start": "epsilon", "seed": 2}),
    (course, {"source": "bands", "hidden": (6, 6), "alpha": 1.0, "m": 200, "seed": 3}),
    (course, {"source": "pixels", "hidden": (10, 8), "alpha": 0.5, "m": 90, "seed": 4}),
    (course, {"source": "flowers", "hidden": (), "alpha": 0.05, "lam": 1.0, "seed": 5}),
]
