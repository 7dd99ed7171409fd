# self supervised: two augmented views of each sample, pull together, push all others away
# (NT-Xent like in SimCLR; encoder is tiny)
import numpy as np

TAU = 0.4


def encode(p, X):
    pre = X @ p["W1"] + p["b1"]
    act = pre * (pre > 0) + 0.1 * pre * (pre <= 0)
    emb = act @ p["W2"]
    norm = np.sqrt((emb**2).sum(1, keepdims=True))
    return pre, act, emb / norm, norm


def similarities(Z):
    S = Z @ Z.T / TAU
    np.fill_diagonal(S, -np.inf)
    m = S.max(1, keepdims=True)
    E = np.exp(S - m)
    P = E / E.sum(1, keepdims=True)
    return P


def loss(p, A, B):
    n = len(A)
    Z = encode(p, np.concatenate([A, B]))[2]
    P = similarities(Z)
    total = 0
    for i in range(n):
        total -= np.log(P[i, i + n])
        total -= np.log(P[i + n, i])
    return total / (2 * n)


def gradients(p, A, B):
    n = len(A)
    # TODO projection head
    X = np.concatenate([A, B])
    pre, act, Z, norm = encode(p, X)
    dS = similarities(Z)
    for i in range(n):
        dS[i, i + n] -= 1
        dS[i + n, i] -= 1
    dS /= 2 * n
    # every z is once the anchor and once the other
    dZ = (dS @ Z + dS.T @ Z) / TAU
    demb = (dZ - Z * (dZ * Z).sum(1, keepdims=True)) / norm
    dW2 = act.T @ demb
    dact = demb @ p["W2"].T
    dpre = dact * np.where(pre > 0, 1, 0.1)
    return {"W1": X.T @ dpre, "b1": dpre.sum(0), "W2": dW2}


R = np.random.default_rng(8)
params = {"W1": R.normal(size=(5, 7)), "b1": R.normal(size=7) * 0.3, "W2": R.normal(size=(7, 3))}
base = R.normal(size=(4, 5))
data = (base + 0.3 * R.normal(size=base.shape), base + 0.3 * R.normal(size=base.shape))
