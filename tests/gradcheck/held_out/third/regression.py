"""Physicists and statisticians: least squares, Huber, logistic; beta vectors, named tuples, einsum and lambdas."""

from typing import NamedTuple

import numpy as np

from ..program import Program


class Net(NamedTuple):
    A: np.ndarray
    a0: np.ndarray
    B: np.ndarray
    b0: np.ndarray


def surrogate(bug="", d=3, h=7, k=2, m=11, cost="half-sum", out="linear", scaling=1.0, seed=8, still=False):
    """A fit of a physical surface: tanh units, rows, (in, out), squared error in one of its usual factors."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    theta = Net(
        rng.normal(size=(d, h)) * scaling,
        rng.normal(size=h) * 0.3,
        rng.normal(size=(h, k)) / scaling,
        rng.normal(size=k) * 0.3,
    )
    noise = np.random.default_rng(41)

    def factor(m):
        return {"half-sum": 0.5, "sum": 1.0, "mean": 1 / m, "half-mean": 0.5 / m, "all": 1 / (m * k)}[cost]

    def model(theta, x):
        u = np.einsum("mi,ih->mh", x, theta.A) + theta.a0
        y = np.einsum("mh,hk->mk", np.tanh(u), theta.B) + theta.b0
        if out == "tanh":
            return u, y, np.tanh(y)
        if out == "sigmoid":
            return u, y, 1 / (1 + np.exp(-y))
        return u, y, y

    def chi2(theta, x, t):
        if "jitter" in bugs:
            x = x + 0.01 * noise.normal(size=x.shape)
        r = model(theta, x)[2] - t
        return factor(len(x)) * np.sum(r**2)

    def dchi2(theta, x, t):
        u, y, f = model(theta, x)
        s = np.tanh(u)
        c = 2 * factor(len(x))
        if "no factor 2" in bugs:
            c = c / 2
        if "divided by m" in bugs:
            c = c / len(x)
        if "divided by k" in bugs:
            c = c / k
        r = f - t
        if "signs" in bugs:
            r = t - f
        if "total residual" in bugs:
            r = np.repeat(r.sum(axis=0, keepdims=True), len(x), axis=0)
        if out == "tanh" and "output slope forgotten" not in bugs:
            r = r * (1 - f**2)
        if out == "sigmoid" and "output slope forgotten" not in bugs:
            r = r * f * (1 - f)
        e = c * r
        source = s
        if "u for s" in bugs:
            source = u
        if "x for s" in bugs:
            source = x
        if "y for s" in bugs:
            source = f
        gB = np.einsum("mh,mk->hk", source, e)
        gb = np.einsum("mk->k", e)
        B = theta.B
        if "wrong index" in bugs:
            q = np.einsum("kh,mk->mh", B, e)
        elif "no B" in bugs:
            q = e * np.ones(h)
        else:
            q = np.einsum("hk,mk->mh", B, e)
        slope = 1 - s**2
        if "bare" in bugs:
            slope = 1
        if "of the output" in bugs:
            slope = 1 - np.tanh(s) ** 2
        if "squared" in bugs:
            slope = slope**2
        if "sech" in bugs:
            slope = 1 / np.cosh(u)
        e1 = q * slope
        gA = np.einsum("mi,mh->ih", x, e1)
        ga = np.einsum("mh->h", e1)
        if "ga per event" in bugs:
            ga = e1
        if "ga per row" in bugs:
            ga = np.einsum("mh->m", e1)
        if "ga all" in bugs:
            ga = np.einsum("mh->", e1)
        if "events uncontracted" in bugs:
            gA = np.einsum("mi,mh->mih", x, e1)
        if "first event lost" in bugs:
            gA = np.einsum("mi,mh->ih", x[1:], e1[1:])
            gB = np.einsum("mh,mk->hk", s[1:], e[1:])
            ga, gb = e1[1:].sum(0), e[1:].sum(0)
        if "order" in bugs:
            gA, gB = gB, gA
        if "gA turned" in bugs:
            gA = np.einsum("mi,mh->hi", x, e1)
        if "first input skipped" in bugs:
            gA[0] = 0
        if "gB minus" in bugs:
            gB = -gB
        if "gB thrice" in bugs:
            gB = 3 * gB
        if "gb none" in bugs:
            gb = 0 * gb
        if "unit noise" in bugs:
            gA = gA * np.random.default_rng(1).uniform(0.2, 2, size=gA.shape)
        if "root" in bugs:
            gA = np.sign(gA) * np.sqrt(np.abs(gA))
        if "unit vectors" in bugs:
            with np.errstate(all="ignore"):
                gA = gA * np.sqrt(x.sum(0) ** 2 / x.sum(0) ** 2)[:, None]
        if "rescales t" in bugs:
            t *= 0.5
        return Net(gA, ga, gB, gb)

    x = rng.normal(size=(m, d)) / scaling
    if "unit vectors" in bugs:
        x[:, 0] = 0
    t = np.tanh(rng.normal(size=(m, k)))
    if out == "sigmoid":
        t = 0.5 + 0.5 * t
    if still:
        t = model(theta, x)[2]  # converged exactly: every gradient is zero
    label = bug or f"right {d}-{h}-{k} m={m} {cost} {out} scaling={scaling} still={still}"
    return Program(f"regression surrogate {label}", chi2, dchi2, theta, (x, t))


def glm(bug="", p=4, n=15, family="logit", ridge=0.0, seed=9, far=False, eps=0.0, clip=0.0, trained=0):
    """A generalized linear model with design matrix [1, X] and one vector beta; the intercept is not penalised."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    beta = rng.normal(size=p + 1) * 0.7
    X = np.column_stack([np.ones(n), rng.normal(size=(n, p))])
    y = (rng.random(n) < 0.5).astype(float)
    y[0] = 1.0
    if family == "gauss":
        y = rng.normal(size=n)
    if far:
        X[0, 1] = 9000.0 * np.sign(beta[1])
        if "naive" in bugs:
            X[0, 1] = -X[0, 1]
    kept = {"g": np.zeros(p + 1)}

    def nll(beta, X, y):
        eta = X @ beta
        if family == "logit":
            if clip:
                mu = np.clip(1 / (1 + np.exp(-eta)), clip, 1 - clip)
                value = -np.mean(y * np.log(mu) + (1 - y) * np.log(1 - mu))
            elif eps:
                mu = 1 / (1 + np.exp(-eta))
                value = -np.mean(y * np.log(mu + eps) + (1 - y) * np.log(1 - mu + eps))
            else:
                value = np.mean(np.logaddexp(0, eta) - y * eta)
        elif family == "huber":
            r = np.abs(eta - y)
            value = np.mean(np.where(r < 1, 0.5 * r**2, r - 0.5))
        elif family == "lad":
            value = np.mean(np.abs(eta - y))
        else:
            value = np.mean((eta - y) ** 2)
        return value + 0.5 * ridge * np.sum(beta[1:] ** 2)

    def score(beta, X, y):
        n = len(y)
        eta = X @ beta
        if family == "logit":
            with np.errstate(all="ignore"):
                mu = 1 / (1 + np.exp(-eta))
                if "naive" in bugs:
                    mu = np.exp(-eta) / (1 + np.exp(-eta))
                    mu = 1 - mu
            r = mu - y
            if "variance weight" in bugs:
                r = r * mu * (1 - mu)
        elif family == "huber":
            r = np.clip(eta - y, -1, 1)
        elif family == "lad":
            r = np.sign(eta - y)
        else:
            r = 2 * (eta - y)
        if "likelihood" in bugs:
            r = -r
        if "sum of residuals" in bugs:
            r = np.full(n, r.sum())
        if "last row" in bugs:
            g = X[:-1].T @ r[:-1] / n
        else:
            g = X.T @ r / n
        if "total" in bugs:
            g = g * n
        if "n minus p" in bugs:
            g = g * n / (n - p - 1)
        penalty = ridge * beta
        if "all penalised" not in bugs:
            penalty[0] = 0
        if "ridge twice" in bugs:
            penalty = 2 * penalty
        if "ridge lost" not in bugs:
            g = g + penalty
        if "intercept fixed" in bugs:
            g[0] = 0
        if "as column" in bugs:
            g = np.outer(g, np.ones(2))
        if "standardises" in bugs:
            X[:, 1:] -= X[:, 1:].mean(axis=0)
        if "bootstrap" in bugs:
            rows = draw.integers(0, n, size=n)
            g = X[rows].T @ r[rows] / n + penalty
        if "running total" in bugs:
            kept["g"] = kept["g"] + g
            return kept["g"].copy()
        if "momentum" in bugs:
            return 0.9 * np.linspace(-1, 1, p + 1) + 0.1 * g
        return g

    draw = np.random.default_rng(77)
    for _ in range(trained):
        beta = beta - 0.3 * score(beta, X, y)
    label = bug or f"right p={p} n={n} ridge={ridge} far={far} eps={eps} clip={clip} trained={trained}"
    return Program(f"regression glm {family} {label}", nll, score, beta, (X, y))


BUGGY = [
    (surrogate, {"bug": "jitter"}, ("nondeterministic",)),
    (surrogate, {"bug": "no factor 2", "cost": "mean"}, ("scale",)),
    (surrogate, {"bug": "divided by m", "cost": "sum", "k": 3}, ("scale",)),
    (surrogate, {"bug": "divided by k", "cost": "half-mean", "k": 5, "h": 4}, ("scale",)),
    (surrogate, {"bug": "signs", "cost": "all"}, ("sign",)),
    (surrogate, {"bug": "total residual"}, ("summed-error",)),
    (surrogate, {"bug": "total residual", "cost": "mean", "k": 1, "h": 4}, ("summed-error",)),
    (surrogate, {"bug": "output slope forgotten", "out": "tanh"}, ("output-derivative-missing",)),
    (surrogate, {"bug": "output slope forgotten", "out": "sigmoid", "cost": "all"}, ("output-derivative-missing",)),
    (surrogate, {"bug": "u for s"}, ("wrong-input",)),
    (surrogate, {"bug": "x for s", "d": 5, "h": 5, "cost": "mean"}, ("wrong-input",)),
    (surrogate, {"bug": "y for s", "h": 4, "k": 4, "out": "sigmoid"}, ("wrong-input",)),
    (surrogate, {"bug": "wrong index", "h": 4, "k": 4, "d": 2}, ("weights-not-transposed",)),
    (surrogate, {"bug": "no B", "k": 1, "cost": "half-mean"}, ("weights-omitted",)),
    (surrogate, {"bug": "bare", "out": "tanh"}, ("derivative-missing",)),
    (surrogate, {"bug": "of the output", "cost": "all", "scaling": 1.4}, ("derivative-of-output",)),
    (surrogate, {"bug": "squared", "cost": "mean"}, ("derivative-twice",)),
    (surrogate, {"bug": "sech", "scaling": 1.5}, ("derivative-wrong",)),
    (surrogate, {"bug": "ga per event", "d": 4}, ("bias-not-summed",)),
    (surrogate, {"bug": "ga per row"}, ("bias-wrong-axis",)),
    (surrogate, {"bug": "ga all", "cost": "sum"}, ("bias-total-sum",)),
    (surrogate, {"bug": "events uncontracted"}, ("shape",)),
    (surrogate, {"bug": "first event lost"}, ("sample-skipped",)),
    (surrogate, {"bug": "order", "d": 2}, ("swapped-layers",)),
    (surrogate, {"bug": "gA turned", "d": 5, "h": 5}, ("transposed",)),
    (surrogate, {"bug": "first input skipped"}, ("skipped",)),
    (surrogate, {"bug": "gb none", "cost": "mean"}, ("zero",)),
    (surrogate, {"bug": "unit noise"}, ("unknown",)),
    (surrogate, {"bug": "root", "cost": "mean"}, ("unknown",)),
    (surrogate, {"bug": "unit vectors"}, ("not-finite",)),
    (surrogate, {"bug": "rescales t"}, ("mutates",)),
    (surrogate, {"bug": "squared+gB minus", "d": 4}, ("derivative-twice", "sign")),
    (surrogate, {"bug": "of the output+gB thrice", "scaling": 1.3}, ("derivative-of-output", "scale")),
    (glm, {"bug": "naive", "far": True}, ("not-finite",)),
    (glm, {"bug": "variance weight"}, ("output-derivative-extra",)),
    (glm, {"bug": "likelihood", "family": "huber"}, ("sign",)),
    (glm, {"bug": "sum of residuals", "family": "gauss"}, ("summed-error",)),
    (glm, {"bug": "last row", "family": "lad"}, ("sample-skipped",)),
    (glm, {"bug": "total", "ridge": 0.4}, ("scale",)),
    (glm, {"bug": "n minus p", "family": "gauss"}, ("scale",)),
    (glm, {"bug": "all penalised", "ridge": 0.5, "family": "gauss"}, ("decay-on-bias",)),
    (glm, {"bug": "ridge twice", "ridge": 0.5}, ("decay-scale",)),
    (glm, {"bug": "ridge lost", "ridge": 0.3, "family": "gauss"}, ("decay-missing",)),
    (glm, {"bug": "intercept fixed"}, ("skipped",)),
    (glm, {"bug": "as column"}, ("shape",)),
    (glm, {"bug": "standardises"}, ("mutates",)),
    (glm, {"bug": "bootstrap"}, ("nondeterministic",)),
    (glm, {"bug": "running total", "family": "gauss"}, ("accumulates",)),
    (glm, {"bug": "momentum"}, ("unknown",)),
]
RIGHT = [
    (surrogate, {}),
    (surrogate, {"cost": "all", "out": "sigmoid"}),
    (surrogate, {"cost": "mean", "m": 1, "k": 1}),
    (surrogate, {"scaling": 1e4}),
    (surrogate, {"still": True, "cost": "half-mean"}),  # all zero: only truncation is left in plain differences
    (glm, {}),
    (glm, {"family": "huber", "ridge": 0.2}),
    (glm, {"family": "lad", "n": 21}),
    (glm, {"family": "gauss", "n": 2000}),
    (glm, {"family": "logit", "far": True}),
    (glm, {"family": "logit", "eps": 1e-12, "p": 6}),
    (glm, {"family": "logit", "clip": 1e-7, "n": 30}),
    (glm, {"family": "logit", "ridge": 0.3, "trained": 3000}),
    (glm, {"family": "gauss", "p": 3, "trained": 5000}),
]
