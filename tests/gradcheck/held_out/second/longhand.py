"""Index by index, as in a textbook: one sample or a few, no biases or one shared scalar bias, odd activations."""

import numpy as np

from ..program import Program


def softsign(t):
    return t / (1 + abs(t))


def d_softsign(t):
    return 1 / (1 + abs(t)) ** 2


def hardtanh(t):
    return max(-1.0, min(1.0, t))


def d_hardtanh(t):
    return 1.0 if -1 < t < 1 else 0.0


def single(bug="", D=3, M=4, K=2, act="softsign", seed=1, size=1.0):
    """One sample x, targets t, no biases: w1[j, i], w2[k, j], error sum of squares over 2."""
    rng = np.random.default_rng(seed)
    w = [size * rng.normal(size=(M, D)), size * rng.normal(size=(K, M))]
    x, t = rng.normal(size=D), rng.normal(size=K)
    g, dg = (softsign, d_softsign) if act == "softsign" else (hardtanh, d_hardtanh)

    def outputs(w, x):
        a = [sum(w[0][j, i] * x[i] for i in range(D)) for j in range(M)]
        z = [g(v) for v in a]
        return a, z, [sum(w[1][k, j] * z[j] for j in range(M)) for k in range(K)]

    def error(w, x, t):
        y = outputs(w, x)[2]
        return 0.5 * sum((y[k] - t[k]) ** 2 for k in range(K))

    def derivs(w, x, t):
        a, z, y = outputs(w, x)
        out = [np.zeros((M, D)), np.zeros((K, M))]
        dk = [y[k] - t[k] for k in range(K)]
        if bug == "2":
            dk = [2 * v for v in dk]
        old = w[1].copy()
        for k in range(K):
            for j in range(M if bug != "range(M - 1)" else M - 1):
                out[1][k, j] = dk[k] * (a[j] if bug == "a for z" else z[j])
                if bug == "online":
                    old[k, j] -= 0.3 * out[1][k, j]
        for j in range(M):
            if bug == "w2[j, k]":
                s = sum(old[j, k] * dk[k] for k in range(K))
            elif bug == "no w2":
                s = dk[j]
            elif bug == "inner k":
                s = old[K - 1, j] * dk[K - 1]
            else:
                s = sum(old[k, j] * dk[k] for k in range(K))
            slope = dg(a[j])
            if bug == "dg(z)":
                slope = dg(z[j])
            elif bug == "no square":
                slope = 1 / (1 + abs(a[j]))
            elif bug == "no dg":
                slope = 1
            elif bug == "dg dg":
                slope = dg(a[j]) * dg(a[j])
            for i in range(1 if bug == "range(1, D)" else 0, D):
                out[0][j, i] = s * slope * x[i]
        if bug == "w1 i j":
            out[0] = np.array([[out[0][j, i] for j in range(M)] for i in range(D)])
        return out

    name = f"longhand single {D}-{M}-{K} {act} size={size} seed={seed}: {bug or 'right'}"
    return Program(name, error, derivs, w, (x, t))


def shared(bug="", D=3, M=4, N=6, seed=1):
    """A loop over samples; one scalar bias shared by the hidden units, and one for the output; logistic loss, +-1."""
    rng = np.random.default_rng(seed)
    theta = {"V": rng.normal(size=(D, M)), "c": np.array(0.3), "u": rng.normal(size=M), "d": np.array([-0.2])}
    X = rng.normal(size=(N, D))
    y = np.array([1.0 if i % 2 else -1.0 for i in range(N)])

    def objective(theta, X, y):
        total = 0.0
        for n in range(len(X)):
            h = np.array([hardtanh(v) for v in X[n] @ theta["V"] + theta["c"]])
            total += np.log(1 + np.exp(-y[n] * (h @ theta["u"] + theta["d"][0])))
        return total / len(X)

    def gradient(theta, X, y):
        G = {"V": np.zeros((D, M)), "c": 0.0, "u": np.zeros(M), "d": np.zeros(1)}
        N = len(X) - 1 if bug == "N - 1" else len(X)
        for n in range(N):
            pre = X[n] @ theta["V"] + theta["c"]
            h = np.clip(pre, -1, 1)
            e = -y[n] / (1 + np.exp(y[n] * (h @ theta["u"] + theta["d"][0])))
            if bug == "+y":
                e = -e
            q = e * theta["u"] * (np.abs(pre) < 1)
            if bug == "open":
                q = e * theta["u"]
            elif bug == "no u":
                q = e * (np.abs(pre) < 1)
            G["u"] += e * (pre if bug == "pre" else h)
            G["d"] += e
            G["V"] += np.outer(X[n], q)
            G["c"] += q.mean() if bug == "c mean" else q.sum()
            if bug == "= for +=":
                G["V"] = np.outer(X[n], q)
        over = 1 if bug == "sum" else len(X)
        G = {key: np.asarray(v) / over for key, v in G.items()}
        if bug == "c vector":
            G["c"] = np.full(M, G["c"])
        if bug == "d zero":
            G["d"] = np.zeros(1)
        return G

    return Program(f"longhand shared {D}-{M}-1 N={N} seed={seed}: {bug or 'right'}", objective, gradient, theta, (X, y))


def brier(bug="", D=3, M=5, K=3, N=6, entropy=False, seed=1):
    """Tanh units, softmax, the chain rule written out over every pair of outputs; squares or entropy of p."""
    rng = np.random.default_rng(seed)
    theta = (rng.normal(size=(D, M)), rng.normal(size=M), rng.normal(size=(M, K)), rng.normal(size=K))
    X, t = rng.normal(size=(N, D)), np.eye(K)[rng.integers(0, K, N)]

    def predict(theta, x):
        h = np.tanh(x @ theta[0] + theta[1])
        e = np.exp(h @ theta[2] + theta[3])
        return h, e / e.sum()

    def cost(theta, X, t):
        total = 0.0
        for n in range(N):
            p = predict(theta, X[n])[1]
            total += -np.sum(t[n] * np.log(p)) if entropy else np.sum((p - t[n]) ** 2)
        return total / N

    def slope(theta, X, t):
        G = [np.zeros_like(v) for v in theta]
        for n in range(N):
            h, p = predict(theta, X[n])
            dp = -t[n] / p if entropy else 2 * (p - t[n])
            dz = np.zeros(K)
            for i in range(K):
                for j in range(K):
                    if i == j:
                        dz[j] += dp[i] * p[i] * (1 - p[i])
                    elif bug != "i == j only":
                        dz[j] -= dp[i] * p[i] * p[j] * (-1 if bug == "plus" else 1)
            if bug == "dp":
                dz = dp
            dh = np.array([sum(theta[2][j, k] * dz[k] for k in range(K)) for j in range(M)])
            da = dh * (1 - h) if bug == "1 - h" else dh * (1 - h**2) ** 2 if bug == "power 4" else dh * (1 - h**2)
            for g, v in zip(G, (np.outer(X[n], da), da, np.outer(h, dz), dz)):
                g += v / N
            if bug == "bias of last":
                G[1] = da / N
        return tuple(G)

    name = f"longhand brier {D}-{M}-{K} N={N} entropy={entropy} seed={seed}: {bug or 'right'}"
    return Program(name, cost, slope, theta, (X, t))


BUGGY = [
    (brier, dict(bug="i == j only", seed=2), ("softmax-diagonal",)),
    (brier, dict(bug="i == j only", K=4, entropy=True, seed=3), ("softmax-diagonal",)),
    (brier, dict(bug="plus", seed=4), ("unknown",)),
    (brier, dict(bug="dp", K=4, seed=5), ("output-derivative-missing",)),
    (brier, dict(bug="1 - h", entropy=True, seed=6), ("derivative-wrong",)),
    (brier, dict(bug="power 4", seed=7), ("derivative-twice",)),
    (brier, dict(bug="bias of last", seed=8), ("unknown",)),
    (single, dict(bug="2", seed=2), ("scale",)),
    (single, dict(bug="range(M - 1)", seed=3), ("skipped",)),
    (single, dict(bug="range(1, D)", seed=4, M=5), ("skipped",)),
    (single, dict(bug="a for z", seed=5), ("wrong-input",)),
    (single, dict(bug="online", seed=6), ("weights-updated",)),
    (single, dict(bug="w2[j, k]", M=3, K=3, seed=7), ("weights-not-transposed",)),
    (single, dict(bug="no w2", M=4, K=4, seed=8), ("weights-omitted",)),
    (single, dict(bug="inner k", seed=9), ("unknown",)),
    (single, dict(bug="dg(z)", seed=10), ("derivative-of-output",)),
    (single, dict(bug="no square", seed=11, M=6), ("derivative-wrong",)),
    (single, dict(bug="no dg", seed=12), ("derivative-missing",)),
    (single, dict(bug="no dg", act="hardtanh", seed=13, size=1.5, M=6), ("derivative-missing",)),
    (single, dict(bug="dg dg", seed=14), ("derivative-twice",)),
    (single, dict(bug="w1 i j", seed=15), ("transposed",)),
    (shared, dict(bug="N - 1", seed=16), ("sample-skipped",)),
    (shared, dict(bug="+y", seed=17), ("sign",)),
    (shared, dict(bug="open", seed=18), ("derivative-missing",)),
    (shared, dict(bug="no u", seed=19), ("weights-omitted",)),
    (shared, dict(bug="pre", seed=20), ("wrong-input",)),
    (shared, dict(bug="c mean", seed=22), ("scale",)),
    (shared, dict(bug="= for +=", seed=23), ("unknown",)),
    (shared, dict(bug="sum", seed=24, N=9), ("scale",)),
    (shared, dict(bug="c vector", seed=25), ("shape",)),
    (shared, dict(bug="d zero", seed=26), ("zero",)),
]

RIGHT = [
    (single, dict()),
    (single, dict(act="hardtanh", D=5, M=7, K=3, seed=40)),
    (shared, dict()),
    (shared, dict(D=2, M=5, N=12, seed=41)),
    (brier, dict()),
    (brier, dict(entropy=True, seed=42, K=5)),
]
