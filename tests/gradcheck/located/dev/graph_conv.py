# Node classification with two graph convolutions. Rows of A_hat average over the neighbours and the node itself.
import numpy as np

edges = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 5), (4, 6), (5, 6), (6, 7)]
n_nodes, n_feat, n_hidden, n_class = 8, 4, 5, 3
weight_decay = 5e-2

A = np.eye(n_nodes)
for u, v in edges:
    A[u, v] = A[v, u] = 1
A_hat = A / A.sum(axis=1, keepdims=True)

gen = np.random.RandomState(21)
features = gen.randn(n_nodes, n_feat)
labels = gen.randint(0, n_class, n_nodes)
train = np.array([True, True, False, True, False, True, False, True])

params = {"W0": gen.randn(n_feat, n_hidden) * 0.8, "b0": gen.randn(n_hidden) * 0.2,
          "W1": gen.randn(n_hidden, n_class) * 0.8, "b1": gen.randn(n_class) * 0.2}
data = (A_hat, features, labels, train)


def gcn(p, A_hat, X):
    AX = A_hat @ X
    H = AX @ p["W0"] + p["b0"]
    R = np.where(H > 0, H, np.expm1(H))
    AR = A_hat @ R
    Z = AR @ p["W1"] + p["b1"]
    Z = Z - Z.max(axis=1, keepdims=True)
    prob = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return AX, H, R, AR, prob


def loss(p, A_hat, X, y, train):
    prob = gcn(p, A_hat, X)[-1]
    nll = -np.log(prob[np.arange(len(y)), y])
    return nll[train].mean() + weight_decay / 2 * (p["W0"] ** 2).sum()


def gradients(p, A_hat, X, y, train):
    AX, H, R, AR, prob = gcn(p, A_hat, X)
    dZ = prob - np.eye(prob.shape[1])[y]
    dZ[~train] = 0
    dZ /= train.sum()
    dW1 = AR.T @ dZ
    db1 = dZ.sum(axis=0)
    dR = A_hat.T @ (dZ @ p["W1"].T)
    dH = dR * np.where(H > 0, 1, R + 1)
    dW0 = AX.T @ dH + weight_decay * p["W0"]
    db0 = dH.sum(axis=0)
    return {"W0": dW0, "b0": db0, "W1": dW1, "b1": db1}
