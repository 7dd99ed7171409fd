"""Curve fitters: one hidden layer, the output weights a plain vector, the last bias a number."""

import numpy as np

from .program import Program


def wave(rng, n=80):
    """A noisy sine over two periods."""
    x = np.linspace(-2, 2, n)
    return x[:, None], np.sin(3 * x) + 0.05 * rng.normal(size=n)


def bump(rng, n=100):
    """A hill in the plane, on a base of two."""
    X = rng.uniform(-1.5, 1.5, (n, 2))
    return X, 2 + np.exp(-2 * (X**2).sum(axis=1)) * 2 + 0.03 * rng.normal(size=n)


def house(rng, n=120):
    """Prices in hundred thousands from area, rooms and age, standardised."""
    raw = np.column_stack([rng.normal(120, 30, n), rng.integers(2, 7, n), rng.uniform(0, 60, n)])
    price = 0.02 * raw[:, 0] + 0.15 * raw[:, 1] - 0.01 * raw[:, 2] + 0.1 * rng.normal(size=n)
    return (raw - raw.mean(0)) / raw.std(0), price - price.mean()


def rent(rng, n=100):
    """Monthly rents in hundreds, about twenty, from three standard scores."""
    X = rng.normal(size=(n, 3))
    return X, 20 + X @ np.array([1.0, -0.6, 0.3]) + 0.1 * rng.normal(size=n)


def vee(rng, n=60):
    """An absolute value lowered by one."""
    x = rng.uniform(-2, 2, n)
    return x[:, None], np.abs(x) - 1.0


def cubic(rng, n=24):
    """Few and noisy points on a cubic."""
    x = np.sort(rng.uniform(-1.5, 1.5, n))
    return x[:, None], x**3 - x + 0.15 * rng.normal(size=n)


def climate(rng, n=70):
    """A yearly mean that rises and swings, against centuries from 1985."""
    t = np.linspace(-0.35, 0.35, n)
    return t[:, None] * 4, 0.8 * t * 4 + 0.4 * np.sin(9 * t) + 0.05 * rng.normal(size=n)


CURVES = {"wave": wave, "bump": bump, "house": house, "rent": rent, "vee": vee, "cubic": cubic, "climate": climate}
SLOPES = {
    "tanh": lambda z, a: 1 - a**2,
    "relu": lambda z, a: np.where(z > 0, 1.0, 0.0),
    "sine": lambda z, a: np.cos(z),
    "gauss": lambda z, a: -2 * z * a,
    "softsign": lambda z, a: (1 - np.abs(a)) ** 2,
}
BENDS = {
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0.0),
    "sine": np.sin,
    "gauss": lambda z: np.exp(-z * z),
    "softsign": lambda z: z / (1 + np.abs(z)),
}


def fit(
    curve="wave", units=20, bend="tanh", rate=0.1, half=False, ridge=0.0, trouble=None, seed=0, nesterov=0.0, warm=0
):
    """f(x) = v . bend(x A + c) + d; `trouble` is what keeps it from fitting."""
    rng = np.random.default_rng(seed + 50)
    X, y = CURVES[curve](rng)
    theta = {
        "A": rng.normal(size=(X.shape[1], units)) * 1.5 / np.sqrt(X.shape[1]),
        "c": rng.uniform(-1, 1, units),
        "v": rng.normal(size=units) / np.sqrt(units),
        "d": np.zeros(1),
    }
    if trouble == "calendar":
        X = 1985 + 25 * X
    elif trouble == "too fast":
        rate = 6.0
    elif trouble == "too slow":
        rate = 1e-6
    elif trouble == "asleep":
        theta["c"] = theta["c"] - 15
    elif trouble == "no offsets":
        del theta["c"], theta["d"]
    elif trouble == "zero over zero":
        y = np.maximum(y, 0)
        theta["v"] = np.zeros(units)
    share = 0.5 if half else 1.0

    def model(theta, X):
        z = X @ theta["A"] + theta.get("c", 0.0)
        a = BENDS[bend](z)
        f = a @ theta["v"] + theta.get("d", 0.0)
        if trouble == "clipped output":
            f = np.maximum(f, 0)
        elif trouble == "squashed output":
            f = np.tanh(f)
        return z, a, f

    def objective(theta, X, y):
        f = model(theta, X)[2]
        if trouble == "shapes":
            fit_term = np.mean((f[:, None] - y) ** 2)
        elif trouble == "zero over zero":
            fit_term = np.mean(np.abs(f - y))
        elif trouble == "divided by features":
            fit_term = np.sum((f - y) ** 2) / X.shape[1]
        else:
            fit_term = np.mean((f - y) ** 2)
        return share * fit_term + ridge * (np.sum(theta["A"] ** 2) + np.sum(theta["v"] ** 2))

    def derivative(theta, X, y):
        z, a, f = model(theta, X)
        n = len(X)
        r = 2 * share * (f - y) / n
        if trouble == "shapes":
            r = 2 * share * (f - y.mean()) / n
        elif trouble == "zero over zero":
            with np.errstate(invalid="ignore"):
                r = (f - y) / np.abs(f - y) / n
        elif trouble == "divided by features":
            r = r * n / X.shape[1]
        elif trouble == "averaged again":
            r = r / n
        elif trouble == "clipped output":
            r = r * (f > 0)
        elif trouble == "squashed output":
            r = r * (1 - f**2)
        back = np.outer(r, theta["v"]) * SLOPES[bend](z, a)
        out = {"A": X.T @ back + 2 * ridge * theta["A"], "v": a.T @ r + 2 * ridge * theta["v"]}
        if "c" in theta:
            out["c"], out["d"] = back.sum(axis=0), np.array([r.sum()])
        if trouble == "offsets too":
            out["c"], out["d"] = out["c"] + 2 * ridge * theta["c"], out["d"] + 2 * ridge * theta["d"]
        elif trouble == "shrinks wrong way":
            out["A"] -= 4 * ridge * theta["A"]
            out["v"] -= 4 * ridge * theta["v"]
        return {k: out[k] for k in theta}

    def values(theta, X):
        return model(theta, X)[2]

    pace = {k: np.zeros_like(t) for k, t in theta.items()}

    def jump(theta, X, y, rate):
        ahead = {k: theta[k] + nesterov * pace[k] for k in theta}
        slope = derivative(ahead, X, y)
        for k in theta:
            pace[k] = nesterov * pace[k] - rate * slope[k]
        return {k: theta[k] + pace[k] for k in theta}

    for _ in range(warm):
        grad = derivative(theta, X, y)
        theta = {k: theta[k] - rate * grad[k] for k in theta}
    options = {"predict": values, "learning_rate": rate}
    if nesterov:
        options["step"] = jump
    name = f"curve {curve} {bend} {units} {trouble or 'right'}{' converged' * (warm > 0)}"
    return Program(name, objective, derivative, theta, X, y, options)


BUGGY = [
    (fit, {"curve": "wave", "rate": 0.1, "trouble": "averaged again"}, ("scale",)),
    (fit, {"curve": "house", "rate": 0.1, "trouble": "too fast"}, ("learning-rate-high",)),
    (fit, {"curve": "bump", "rate": 0.1, "trouble": "too slow"}, ("learning-rate-low",)),
    (fit, {"curve": "wave", "bend": "relu", "rate": 0.05, "trouble": "asleep"}, ("dead-units",)),
    (fit, {"curve": "climate", "rate": 0.1, "trouble": "calendar"}, ("input-scale",)),
    (fit, {"curve": "vee", "bend": "relu", "rate": 0.05, "trouble": "no offsets"}, ("no-bias",)),
    (fit, {"curve": "house", "rate": 0.1, "trouble": "clipped output"}, ("loss-activation-mismatch",)),
    (fit, {"curve": "bump", "rate": 0.1, "trouble": "squashed output"}, ("loss-activation-mismatch",)),
    (fit, {"curve": "house", "rate": 0.1, "trouble": "shapes"}, ("loss-broadcast",)),
    (fit, {"curve": "vee", "bend": "relu", "rate": 0.05, "trouble": "zero over zero"}, ("not-finite",)),
    # A sum over samples divided by three features: forty times the mean, so this rate is also too high for it.
    (fit, {"curve": "house", "rate": 0.1, "trouble": "divided by features"}, ("loss-scale", "learning-rate-high")),
    (
        fit,
        {"curve": "rent", "units": 4, "bend": "relu", "rate": 0.05, "ridge": 0.01, "trouble": "offsets too"},
        ("decay-on-bias",),
    ),
    (fit, {"curve": "cubic", "rate": 0.2, "ridge": 0.01, "trouble": "shrinks wrong way"}, ("decay-scale",)),
]

RIGHT = [
    (fit, {"curve": "wave", "rate": 0.1}),
    (fit, {"curve": "bump", "bend": "gauss", "rate": 0.1}),
    (fit, {"curve": "house", "bend": "relu", "rate": 0.05, "half": True}),
    (fit, {"curve": "vee", "bend": "relu", "rate": 0.05, "units": 10}),
    (fit, {"curve": "cubic", "rate": 0.1, "ridge": 1e-4, "nesterov": 0.8}),
    (fit, {"curve": "climate", "bend": "softsign", "rate": 0.1, "half": True}),
    (fit, {"curve": "wave", "bend": "sine", "rate": 0.05, "seed": 3}),
    (fit, {"curve": "house", "rate": 0.1, "ridge": 1e-3, "warm": 4000, "units": 8}),
]
