"""Three graph convolutions for node classification with few labelled nodes. Neighbourhoods are averaged (row-normalised)."""

import numpy as np


class GraphConv:
    def forward(self, A, H, W, b):
        self.A = A
        self.AH = A @ H
        self.W = W
        return self.AH @ W + b

    def backward(self, dZ):
        dW = self.AH.T @ dZ
        db = dZ.sum(0)
        dH = self.A.T @ (dZ @ self.W.T)
        return dH, dW, db


class GCN:
    def __init__(self, decay):
        self.layers = [GraphConv(), GraphConv(), GraphConv()]
        self.decay = decay

    def forward(self, params, A, X):
        H = X
        self.Z = []
        for i, layer in enumerate(self.layers):
            Z = layer.forward(A, H, params["W%d" % (i + 1)], params["b%d" % (i + 1)])
            self.Z.append(Z)
            H = np.maximum(Z, 0.0) if i < 2 else Z
        e = np.exp(H - H.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, params, A, X, labels, labelled):
        P = self.forward(params, A, X)
        picked = P[labelled, labels[labelled]]
        return -np.log(picked).mean() + 0.5 * self.decay * np.sum(params["W1"] ** 2)

    def gradients(self, params, A, X, labels, labelled):
        P = self.forward(params, A, X)
        onehot = np.eye(P.shape[1])[labels]
        dZ = np.zeros_like(P)
        dZ[labelled] = (P[labelled] - onehot[labelled]) / len(labelled)

        dH2, dW3, db3 = self.layers[2].backward(dZ)
        dZ2 = dH2 * (self.Z[1] > 0)
        dH1, dW2, db2 = self.layers[1].backward(dZ2)
        dZ1 = dH1 * (self.Z[0] > 0)
        _, dW1, db1 = self.layers[0].backward(dZ1)
        dW1 += self.decay * params["W1"]
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}

    def accuracy(self, params, A, X, labels):
        return (self.forward(params, A, X).argmax(axis=1) == labels).mean()


def make_graph(n, seed):
    r = np.random.RandomState(seed)
    A = (r.rand(n, n) < 0.3).astype(float)
    np.fill_diagonal(A, 1)
    return A / A.sum(axis=1, keepdims=True)


gcn = GCN(decay=0.05)
loss = gcn.loss
gradients = gcn.gradients

_r = np.random.RandomState(200)
params = {
    "W1": _r.randn(4, 5) * 0.9,
    "b1": _r.randn(5) * 0.2,
    "W2": _r.randn(5, 5) * 0.9,
    "b2": _r.randn(5) * 0.2,
    "W3": _r.randn(5, 3) * 0.9,
    "b3": _r.randn(3) * 0.2,
}
data = (
    make_graph(9, 71),
    _r.randn(9, 4),
    np.array([0, 1, 2, 0, 1, 2, 1, 0, 2]),
    np.array([0, 2, 3, 6]),
)
