# linear RNN that counts the ones in a row of bits:  s_k = s_(k-1) * w_rec + x_k * w_x
import numpy as np

np.random.seed(1)
X = np.random.randint(0, 2, (20, 10)) * 1.0
t = X.sum(1)


def states(X, wx, wrec):
    S = np.zeros((X.shape[0], X.shape[1] + 1))
    for k in range(X.shape[1]):
        S[:, k + 1] = X[:, k] * wx + S[:, k] * wrec
    return S


def loss(W, X, t):
    return np.mean((t - states(X, W[0], W[1])[:, -1]) ** 2)


def slopes(W, X, t):
    S = states(X, W[0], W[1])
    g_state = 2 * (S[:, -1] - t) / X.shape[0]
    g_in = g_rec = 0
    for x, s in zip(X.T[::-1], S.T[-2::-1]):
        g_in += g_state @ x
        g_rec += g_state @ s
        g_state = g_state * W[1]
    return [g_in, g_rec]


W = [1.5, 1.3]
eta = 0.01


def descend(W, n=200):
    W = list(W)
    for i in range(n):
        g = slopes(W, X, t)
        W = [W[0] - eta * g[0], W[1] - eta * g[1]]
        if not np.isfinite(W[1]) or abs(W[1]) > 1e6:
            return np.inf
    return loss(W, X, t)


if __name__ == "__main__":
    print(descend(W))
