"""GraphSAGE with the mean of the neighbours, two rounds, rows scaled to unit length, node classes, some nodes labelled"""
import numpy as np

np.random.seed(15)
edges = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 5), (3, 5), (5, 6)]
n = 7
A = np.zeros((n, n))
for i, j in edges:
    A[i, j] = A[j, i] = 1
Abar = A / A.sum(1, keepdims=True)
feats = np.random.randn(n, 3)
labels = np.array([0, 0, 0, 1, 1, 1, 1])
train = np.array([0, 3, 6])

theta = {}
for layer, (a, b) in enumerate([(3, 4), (4, 2)], 1):
    theta['self%d' % layer] = np.random.randn(a, b) * .7
    theta['near%d' % layer] = np.random.randn(a, b) * .7
theta['b1'] = np.random.randn(4) * .1


def forward(th, Abar, X):
    N1 = Abar @ X
    Z1 = X @ th['self1'] + N1 @ th['near1'] + th['b1']
    R1 = np.maximum(Z1, 0) + 0.05
    len1 = np.sqrt((R1 ** 2).sum(1, keepdims=True))
    H1 = R1 / len1
    N2 = Abar @ H1
    Z2 = H1 @ th['self2'] + N2 @ th['near2']
    Z2 = 4 * Z2
    P = np.exp(Z2) / np.exp(Z2).sum(1, keepdims=True)
    return N1, Z1, len1, H1, N2, P


def loss(th, Abar, X, labels, train):
    P = forward(th, Abar, X)[-1]
    return -np.log(P[train, labels[train]]).mean()


def gradients(th, Abar, X, labels, train):
    N1, Z1, len1, H1, N2, P = forward(th, Abar, X)
    dZ2 = np.zeros_like(P)
    dZ2[train] = P[train]
    dZ2[train, labels[train]] -= 1
    dZ2 *= 4 / len(train)
    g = {'self2': H1.T @ dZ2, 'near2': N2.T @ dZ2}
    dH1 = dZ2 @ th['self2'].T
    dH1 += Abar.T @ (dZ2 @ th['near2'].T)
    dR1 = (dH1 - H1 * (H1 * dH1).sum(1, keepdims=True)) / len1
    dZ1 = dR1 * (Z1 > 0)
    g['self1'] = X.T @ dZ1
    g['near1'] = N1.T @ dZ1
    g['b1'] = dZ1.sum(0)
    return g


params, data = theta, (Abar, feats, labels, train)
