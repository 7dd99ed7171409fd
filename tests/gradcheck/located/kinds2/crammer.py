import numpy as np

# multi-class SVM on random Fourier features with learned frequencies: squared hinge against the best wrong class
np.random.seed(303)
Om = np.random.randn(2, 6)
ph = np.random.rand(6) * 3
W = np.random.randn(6, 4)
X, y = np.random.randn(10, 2), np.arange(10) % 4
params, data = [Om, ph, W], (X, y)
C = 2.0


def loss(params, X, y):
    Om, ph, W = params
    S = np.cos(X @ Om + ph) @ W
    n = np.arange(len(y))
    R = S.copy()
    R[n, y] = -np.inf
    slack = np.maximum(0, 1 + R.max(1) - S[n, y])
    return C * (slack ** 2).mean() + 0.5 * (W * W).sum()


def gradients(params, X, y):
    Om, ph, W = params
    A = X @ Om + ph
    F = np.cos(A)
    S = F @ W
    n = np.arange(len(y))
    R = S.copy()
    R[n, y] = -np.inf
    rival = R.argmax(1)
    slack = np.maximum(0, 1 + S[n, rival] - S[n, y])
    D = np.zeros_like(S)
    D[n, rival] = 2 * C * slack / len(y)
    D[n, y] = -2 * C * slack / len(y)
    dW = F.T @ D + W
    dA = -np.sin(A) * (D @ W.T)
    return [X.T @ dA, dA.sum(0), dW]
