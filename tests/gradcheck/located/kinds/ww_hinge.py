"""Multi-class margin loss (all violating classes pay) on learnt cosine features, weights as rows, class costs."""

import numpy as np

COST = np.array([1.0, 2.0, 0.5, 1.5])
C = 0.02


def features(V, phase, x):
    return np.sqrt(2.0 / len(phase)) * np.cos(x @ V.T + phase)


def loss(params, X, y):
    V, phase, W = params["V"], params["phase"], params["W"]
    total = 0.0
    for i in range(len(y)):
        s = W @ features(V, phase, X[i])
        for j in range(len(s)):
            if j == y[i]:
                continue
            gap = s[j] - s[y[i]] + 1.0
            if gap > 0:
                total += COST[y[i]] * gap**2
    return total / len(y) + 0.5 * C * np.sum(W * W)


def gradients(params, X, y):
    V, phase, W = params["V"], params["phase"], params["W"]
    dV, dphase, dW = np.zeros_like(V), np.zeros_like(phase), np.zeros_like(W)
    norm = np.sqrt(2.0 / len(phase))
    for i in range(len(y)):
        x = X[i]
        arg = V @ x + phase
        f = norm * np.cos(arg)
        s = W @ f
        gap = s - s[y[i]] + 1.0
        gap[y[i]] = 0.0
        ds = 2.0 * COST[y[i]] * np.maximum(gap, 0.0)
        ds[y[i]] = -ds.sum()
        dW += np.outer(ds, f)
        df = W.T @ ds
        darg = -norm * np.sin(arg) * df
        dV += np.outer(darg, x)
        dphase += darg
    for d in (dV, dphase, dW):
        d /= len(y)
    dW += C * W
    return {"V": dV, "phase": dphase, "W": dW}


_rng = np.random.default_rng(1985)
params = {
    "V": _rng.normal(size=(7, 3)),
    "phase": _rng.uniform(0, 2 * np.pi, 7),
    "W": _rng.normal(size=(4, 7)),
}
data = (_rng.normal(size=(9, 3)), np.array([0, 1, 2, 3, 0, 2, 1, 3, 0]))
