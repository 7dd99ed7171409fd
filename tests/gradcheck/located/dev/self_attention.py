import numpy as np

# %% a causal single-head attention, tokens x -> next-token regression
B, L, E, K = 3, 4, 5, 2
g = np.random.default_rng(20)
Wq, Wk, Wv = (g.normal(size=(E, K)) * .6 for _ in range(3))
Wo = g.normal(size=(K, E)) * .6
params = {"q": Wq, "k": Wk, "v": Wv, "o": Wo}
X = g.normal(size=(B, L, E))
Y = g.normal(size=(B, L, E))
data = (X, Y)
causal = np.triu(np.full((L, L), -1e9), 1)


# %%
def attend(p, X):
    Q = X @ p["q"]
    Kx = X @ p["k"]
    V = X @ p["v"]
    S = np.einsum("bik,bjk->bij", Q, Kx) / np.sqrt(K) + causal
    A = np.exp(S - S.max(axis=-1, keepdims=True))
    A = A / A.sum(axis=-1, keepdims=True)
    C = A @ V
    return Q, Kx, V, A, C, C @ p["o"]


def loss(p, X, Y):
    out = attend(p, X)[-1]
    return 0.5 * np.sum((out - Y) ** 2) / (B * L)


# %%
def gradients(p, X, Y):
    Q, Kx, V, A, C, out = attend(p, X)
    dout = (out - Y) / (B * L)
    dC = dout @ p["o"].T
    dA = np.einsum("bik,bjk->bij", dC, V)
    dV = np.einsum("bij,bik->bjk", A, dC)
    dS = A * (dA - np.sum(dA * A, axis=-1, keepdims=True))
    dS = dS / np.sqrt(K)
    dQ = np.einsum("bij,bjk->bik", dS, Kx)
    dK = np.einsum("bij,bik->bjk", dS, Q)
    return {
        "q": np.einsum("ble,blk->ek", X, dQ),
        "k": np.einsum("ble,blk->ek", X, dK),
        "v": np.einsum("ble,blk->ek", X, dV),
        "o": np.einsum("blk,ble->ke", C, dout),
    }
