import numpy as np

# Nearest-prototype classifier: cosine between an embedded sample and class prototypes, sharpened by a learned
# temperature (its log is the parameter). As many samples as embedding units and classes.

S = 4

np.random.seed(88)
theta = [
    np.random.randn(3, S),              # embedding
    np.random.randn(S) * 0.2,           # its bias
    np.random.randn(S, S),              # prototypes, one a row
    np.array([0.7]),                    # log of the inverse temperature
]
params = theta
X = np.random.randn(S, 3)
y = np.array([1, 3, 0, 1])
data = (X, y)


def normalise(M):
    norm = np.sqrt(np.sum(M ** 2, axis=1, keepdims=True))
    return M / norm, norm


def forward(theta, X):
    E, e, P, t = theta
    H = X @ E + e
    U, hn = normalise(H)
    Q, pn = normalise(P)
    cos = U @ Q.T
    logits = np.exp(t) * cos
    return U, hn, Q, pn, cos, logits


def loss(theta, X, y):
    logits = forward(theta, X)[-1]
    top = np.max(logits, axis=1, keepdims=True)
    lse = top[:, 0] + np.log(np.sum(np.exp(logits - top), axis=1))
    return np.mean(lse - logits[np.arange(S), y])


def gradients(theta, X, y):
    E, e, P, t = theta
    U, hn, Q, pn, cos, logits = forward(theta, X)

    G = np.exp(logits)
    G = G / np.sum(G, axis=1, keepdims=True)
    G[np.arange(S), y] -= 1
    G = G / S

    dt = np.array([np.sum(G * logits)])
    dcos = G * np.exp(t)
    dU = dcos @ Q
    dQ = dcos.T @ U
    dH = (dU - U * np.sum(U * dU, axis=1, keepdims=True)) / hn
    dP = (dQ - Q * np.sum(Q * dQ, axis=1, keepdims=True)) / pn
    dE = X.T @ dH
    de = np.sum(dH, axis=0)
    return [dE, de, dP, dt]
