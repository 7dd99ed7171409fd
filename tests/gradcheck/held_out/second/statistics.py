"""Generalised linear models as a statistician writes them: beta and an intercept, weights, penalties, offsets."""

import numpy as np

from ..program import Program


def glm(bug="", family="poisson", n=14, p=4, penalty="none", lam=0.0, weighted=False, seed=1, as_dict=False):
    """Params = (beta0 of shape (1,), beta of shape (p,)), or a dict of the two; case weights w on request."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    beta0, beta = 0.3 * rng.normal(size=1), 0.5 * rng.normal(size=p)
    eta = X @ beta + beta0
    if family == "poisson":
        y = rng.poisson(np.exp(eta)).astype(float)
    elif family == "binomial":
        y = (rng.random(n) < 0.5).astype(float)
    elif family == "margin":
        y = np.where(rng.random(n) < 0.5, -1.0, 1.0)
    else:
        y = eta + rng.standard_t(3, size=n)
    w = rng.uniform(0.2, 3.0, n) if weighted else np.ones(n)

    def unpack(params):
        return (params["intercept"], params["beta"]) if as_dict else params

    def nll(params, X, y, w):
        b0, b = unpack(params)
        eta = X @ b + b0
        if family == "poisson":
            terms = np.exp(eta) - y * eta
        elif family == "binomial":
            terms = np.logaddexp(0.0, eta) - y * eta
        elif family == "margin":
            terms = np.log1p(np.exp(-y * eta))
        elif family == "huber":
            r = np.abs(y - eta)
            terms = np.where(r <= 1.0, 0.5 * r**2, r - 0.5)
        elif family == "lad":
            terms = np.abs(y - eta)
        else:
            terms = (y - eta) ** 2
        value = np.sum(w * terms) / np.sum(w)
        if penalty == "ridge":
            value += 0.5 * lam * np.sum(b**2)
        elif penalty == "lasso":
            value += lam * np.sum(np.abs(b))
        return value

    def score(params, X, y, w):
        b0, b = unpack(params)
        eta = X @ b + b0
        if family == "poisson":
            mu = np.exp(eta)
            u = mu - y
            if bug == "mu weight":
                u = u * mu
        elif family == "binomial":
            mu = 1 / (1 + np.exp(-eta))
            if bug == "naive logistic":
                mu = np.exp(eta) / (1 + np.exp(eta))
            u = mu - y
            if bug == "variance weight":
                u = u * mu * (1 - mu)
        elif family == "margin":
            if bug == "recode":
                y[y < 0] = 0
                u = 1 / (1 + np.exp(-eta)) - y
            else:
                u = -y / (1 + np.exp(y * eta))
            if bug == "minus lost":
                u = -u
        elif family == "huber":
            r = eta - y
            u = r if bug == "never clipped" else np.clip(r, -1, 1)
        elif family == "lad":
            u = np.sign(eta - y)
        else:
            u = 2 * (eta - y)
            if bug == "half":
                u = eta - y
            elif bug == "residual":
                u = 2 * (y - eta)
        if bug == "error mean":
            u = np.full(n, np.mean(w * u) / np.mean(w))
        if bug == "weights forgotten":
            w = np.ones(n)
            g0, g = np.sum(u, keepdims=True) / n, X.T @ u / n
        elif bug == "n for sum of w":
            g0, g = np.sum(w * u, keepdims=True) / n, X.T @ (w * u) / n
        elif bug == "over p":
            g0, g = np.sum(w * u, keepdims=True) / np.sum(w), X.T @ (w * u) / np.sum(w) / p
        elif bug == "first dropped":
            g0, g = np.sum((w * u)[1:], keepdims=True) / np.sum(w), X[1:].T @ (w * u)[1:] / np.sum(w)
        elif bug == "per case":
            g0, g = w * u / np.sum(w), X.T @ (w * u) / np.sum(w)
        else:
            g0, g = np.sum(w * u, keepdims=True) / np.sum(w), X.T @ (w * u) / np.sum(w)
        if bug == "column vector":
            g = g.reshape(-1, 1)
        if bug == "no intercept":
            g0 = np.zeros(1)
        if penalty == "ridge":
            if bug == "penalise b0":
                g0 = g0 + lam * b0
            if bug == "lam twice":
                g = g + 2 * lam * b
            elif bug == "subtract":
                g = g - lam * b
            elif bug != "no penalty":
                g = g + lam * b
        elif penalty == "lasso" and bug != "no penalty":
            g = g + lam * np.sign(b)
        return {"intercept": g0, "beta": g} if as_dict else (g0, g)

    params = {"intercept": beta0, "beta": beta} if as_dict else (beta0, beta)
    name = f"statistics {family} n={n} p={p} {penalty} {lam} weighted={weighted} seed={seed}: {bug or 'right'}"
    return Program(name, nll, score, params, (X, y, w))


def overflow(seed=1, n=6, safe=False):
    """One case far out: the loss is stable (logaddexp), the naive exp(eta) / (1 + exp(eta)) is inf / inf."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    X[2] *= 4000
    beta = np.array([0.7, -0.4, 0.9]) * np.sign(X[2])
    y = (np.arange(n) % 2).astype(float)

    def nll(beta, X, y):
        eta = X @ beta
        return np.mean(np.logaddexp(0, eta) - y * eta)

    def score(beta, X, y):
        eta = X @ beta
        if safe:
            mu = np.where(eta >= 0, 1 / (1 + np.exp(-np.abs(eta))), 1 - 1 / (1 + np.exp(-np.abs(eta))))
        else:
            mu = np.exp(eta) / (1 + np.exp(eta))
        return X.T @ (mu - y) / len(y)

    return Program(f"statistics overflow safe={safe} seed={seed}", nll, score, beta, (X, y))


def normal_model(bug="", n=11, seed=1):
    """Mean and log standard deviation of a normal sample, as two numbers in one vector: no network at all."""
    rng = np.random.default_rng(seed)
    x = 2 + 1.5 * rng.normal(size=n)
    theta = np.array([1.2, 0.1])

    def nll(theta, x):
        mu, s = theta
        return np.sum(0.5 * ((x - mu) / np.exp(s)) ** 2 + s)

    def score(theta, x):
        mu, s = theta
        z = (x - mu) / np.exp(s)
        d_mu = -np.sum(z) / np.exp(s)
        d_s = np.sum(1 - z**2)
        if bug == "n lost":
            d_s = 1 - np.sum(z**2)
        if bug == "mean":
            d_mu, d_s = d_mu / n, d_s / n
        if bug == "up":
            return np.array([-d_mu, -d_s])
        return np.array([d_mu, d_s])

    return Program(f"statistics normal n={n} seed={seed}: {bug or 'right'}", nll, score, theta, (x,))


BUGGY = [
    (glm, dict(bug="mu weight", seed=2), ("output-derivative-extra",)),
    (glm, dict(bug="variance weight", family="binomial", seed=3), ("output-derivative-extra",)),
    (glm, dict(bug="recode", family="margin", seed=4), ("mutates",)),
    (glm, dict(bug="minus lost", family="margin", seed=5, penalty="ridge", lam=0.3), ("sign",)),
    (glm, dict(bug="never clipped", family="huber", seed=6), ("unknown",)),
    (glm, dict(bug="half", family="squares", seed=7), ("scale",)),
    (glm, dict(bug="residual", family="squares", seed=8, as_dict=True), ("sign",)),
    (glm, dict(bug="error mean", family="squares", seed=9), ("summed-error",)),
    (glm, dict(bug="error mean", family="binomial", seed=10, as_dict=True), ("summed-error",)),
    (glm, dict(bug="weights forgotten", family="binomial", weighted=True, seed=11), ("unknown",)),
    (glm, dict(bug="n for sum of w", family="huber", weighted=True, seed=12), ("scale",)),
    (glm, dict(bug="over p", family="lad", p=5, seed=13), ("scale",)),
    (glm, dict(bug="first dropped", family="poisson", seed=14), ("sample-skipped",)),
    (glm, dict(bug="per case", family="squares", seed=15), ("bias-not-summed",)),
    (glm, dict(bug="column vector", seed=16), ("shape",)),
    (glm, dict(bug="no intercept", family="huber", seed=17), ("zero",)),
    (glm, dict(bug="penalise b0", family="squares", penalty="ridge", lam=2.0, seed=18), ("decay-on-bias",)),
    (glm, dict(bug="lam twice", family="lad", penalty="ridge", lam=0.4, seed=19), ("decay-scale",)),
    (glm, dict(bug="subtract", penalty="ridge", lam=0.2, seed=20), ("decay-scale",)),
    (glm, dict(bug="no penalty", family="binomial", penalty="ridge", lam=0.5, seed=21), ("decay-missing",)),
    (glm, dict(bug="no penalty", family="squares", penalty="lasso", lam=0.5, seed=22), ("decay-missing",)),
    (overflow, dict(), ("not-finite",)),
    (normal_model, dict(bug="n lost"), ("unknown",)),
    (normal_model, dict(bug="mean", n=9), ("scale",)),
    (normal_model, dict(bug="up", seed=3), ("sign",)),
]

RIGHT = [
    (glm, dict()),
    (glm, dict(family="binomial", weighted=True, seed=30)),
    (glm, dict(family="margin", penalty="lasso", lam=0.2, seed=31)),
    (glm, dict(family="huber", penalty="ridge", lam=0.1, seed=32, as_dict=True)),
    (glm, dict(family="lad", seed=33)),
    (glm, dict(family="squares", n=500, p=6, seed=34)),
    (overflow, dict(safe=True)),
    (normal_model, dict()),
]
