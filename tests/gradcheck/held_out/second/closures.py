"""A physicist's fit: X and y live outside, one unrolled vector in C order, einsum, unusual activations."""

import math

import numpy as np

from ..program import Program

PHI = {
    "sin": (np.sin, np.cos),
    "gauss": (lambda z: np.exp(-(z**2)), lambda z: -2 * z * np.exp(-(z**2))),
    "atan": (np.arctan, lambda z: 1 / (1 + z**2)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
}


def fit(bug="", act="sin", shape=(2, 5, 4, 1), N=12, misfit="rmse", seed=1, scale=0.8):
    bugs = set(bug.split("+"))
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.5, 1.5, (N, shape[0]))
    target = np.stack([np.cos(2 * x.sum(1) + k) for k in range(shape[-1])], axis=1)
    sizes = [(i, o) for i, o in zip(shape, shape[1:])]
    n_par = sum(i * o + o for i, o in sizes)
    theta = scale * rng.normal(size=n_par)
    f, df = PHI[act]
    noise = np.random.default_rng(99)

    def split(theta):
        out, k = [], 0
        for i, o in sizes:
            out.append((theta[k : k + i * o].reshape(i, o), theta[k + i * o : k + i * o + o]))
            k += i * o + o
        return out

    def energy(theta):
        a = x
        pairs = split(theta)
        for k, (W, b) in enumerate(pairs):
            a = np.einsum("ni,ij->nj", a, W) + b
            if k < len(pairs) - 1:
                a = f(a)
        r = a - target
        if misfit == "rmse":
            return math.sqrt(np.einsum("nj,nj->", r, r) / r.size)
        if misfit == "chi2":
            return 0.5 * np.einsum("nj,nj->", r, r)
        return np.einsum("nj,nj->", r, r) / r.size

    def force(theta):
        pairs = split(theta)
        points = x + 0.05 * noise.normal(size=x.shape) if "jitter" in bugs else x
        a, z = [points], []
        for k, (W, b) in enumerate(pairs):
            z.append(np.einsum("ni,ij->nj", a[-1], W) + b)
            a.append(f(z[-1]) if k < len(pairs) - 1 else z[-1])
        r = a[-1] - target
        if misfit == "rmse":
            d = r / r.size / math.sqrt(np.mean(r**2))
            if "mse gradient" in bugs:
                d = 2 * r / r.size
        elif misfit == "chi2":
            d = r
        else:
            d = 2 * r / (len(x) if "N only" in bugs else r.size)
        if "minus gradient" in bugs:
            d = -d
        if "mean error" in bugs:
            d = np.broadcast_to(d.mean(axis=0), d.shape)
        if "r[1:]" in bugs:
            d = d.copy()
            d[0] = 0
        grad = np.zeros(n_par)
        k = n_par
        for l in range(len(pairs) - 1, -1, -1):
            i, o = sizes[l]
            gW, gb = np.einsum("ni,nj->ij", a[l], d), np.einsum("nj->j", d)
            if f"ij swapped {l}" in bugs:
                gW = np.einsum("ni,nj->ji", a[l], d)
            if f"z in {l}" in bugs:
                gW = np.einsum("ni,nj->ij", z[l - 1], d)
            if f"b sum {l}" in bugs:
                gb = np.einsum("nj->", d)
            grad[k - o : k] = gb
            if "last" in bugs and l == len(pairs) - 1:
                grad[k - 1] = 0
            k -= o
            grad[k - i * o : k] = gW.ravel()
            k -= i * o
            W = pairs[l][0]
            if f"relaxed {l}" in bugs:
                W = W - 0.4 * gW
            if l > 0:
                zz = a[l] if f"f'(a) {l}" in bugs else z[l - 1]
                slope = df(zz)
                if f"f not f' {l}" in bugs:
                    slope = f(zz)
                if f"no f' {l}" in bugs:
                    slope = np.ones_like(zz)
                if f"no z {l}" in bugs:
                    slope = -2 * np.exp(-(zz**2))
                if f"f' f' {l}" in bugs:
                    slope = slope**2
                d = slope * (np.einsum("ni,ij->nj" if f"W once {l}" in bugs else "nj,ij->ni", d, W))
        return grad

    two = " (two bugs)" if len(bugs) > 1 else ""
    name = f"closures fit {act} {shape} N={N} {misfit} scale={scale} seed={seed}: {bug or 'right'}{two}"
    return Program(name, energy, force, theta)


def potential(bug="", n=6, seed=1):
    """Energy of a chain of springs with a quartic term: one vector of positions, no data, not a network."""
    rng = np.random.default_rng(seed)
    q = rng.normal(size=n)

    def energy(q):
        s = np.diff(q)
        return 0.5 * s @ s + 0.25 * np.sum(q**4)

    def grad(q):
        g = np.zeros_like(q)
        s = np.diff(q)
        g[:-1] -= s
        g[1:] += s
        g += q**3 if bug != "quartic lost" else 0
        if bug == "force":
            return -g
        if bug == "open end":
            g[-1] = 0
        return g

    return Program(f"closures springs n={n} seed={seed}: {bug or 'right'}", energy, grad, q)


BUGGY = [
    (fit, dict(bug="mse gradient", seed=2), ("scale",)),  # the gradient of the mean square is 2 rmse times rmse's
    (fit, dict(bug="N only", misfit="mse", shape=(2, 4, 3), seed=3), ("scale",)),
    (fit, dict(bug="minus gradient", act="gauss", seed=4), ("sign",)),
    (fit, dict(bug="mean error", act="atan", misfit="chi2", seed=5, shape=(2, 5, 3)), ("summed-error",)),
    (fit, dict(bug="mean error", act="sin", seed=6), ("summed-error",)),
    (fit, dict(bug="r[1:]", act="tanh", misfit="mse", seed=7), ("sample-skipped",)),
    (fit, dict(bug="ij swapped 1", shape=(2, 4, 4, 1), seed=8), ("transposed",)),
    (fit, dict(bug="z in 1", act="tanh", seed=9), ("wrong-input",)),
    (fit, dict(bug="z in 2", act="sin", seed=10, misfit="chi2"), ("wrong-input",)),
    (fit, dict(bug="b sum 0", act="atan", shape=(3, 6, 1), seed=11), ("bias-total-sum",)),
    (fit, dict(bug="last", seed=12, shape=(2, 4, 2), misfit="mse"), ("skipped",)),
    (fit, dict(bug="relaxed 2", act="tanh", misfit="chi2", seed=13), ("weights-updated",)),
    (fit, dict(bug="f'(a) 1", act="atan", shape=(3, 5, 2), seed=14), ("derivative-of-output",)),
    (fit, dict(bug="f'(a) 2", act="sin", seed=15), ("derivative-of-output",)),
    (fit, dict(bug="f not f' 1", act="sin", shape=(2, 6, 1), seed=16), ("derivative-wrong",)),
    (fit, dict(bug="no z 1", act="gauss", shape=(2, 6, 1), seed=17), ("derivative-wrong",)),
    (fit, dict(bug="no f' 2", act="gauss", seed=18, scale=0.6), ("derivative-missing",)),
    (fit, dict(bug="f' f' 1", act="atan", shape=(2, 5, 3), seed=19, misfit="mse"), ("derivative-twice",)),
    (fit, dict(bug="f' f' 2", act="tanh", seed=20), ("derivative-twice",)),
    (fit, dict(bug="W once 2", shape=(3, 5, 3, 3), act="tanh", seed=21, misfit="chi2"), ("weights-not-transposed",)),
    (fit, dict(bug="jitter", seed=22), ("nondeterministic",)),
    (fit, dict(bug="last+f'(a) 1", act="atan", seed=23), ("skipped", "derivative-of-output")),
    (potential, dict(bug="quartic lost"), ("unknown",)),
    (potential, dict(bug="force", seed=2, n=5), ("sign",)),
    (potential, dict(bug="open end", seed=3), ("skipped",)),
]

RIGHT = [
    (fit, dict()),
    (fit, dict(act="gauss", misfit="chi2", seed=30)),
    (fit, dict(act="atan", shape=(3, 4, 2), misfit="mse", seed=31, N=20)),
    (fit, dict(act="tanh", shape=(1, 3, 3, 3, 1), seed=32)),
    (potential, dict()),
]
