import numpy as np

# two rings joined by one edge, two known nodes a ring
edges = [(i, (i + 1) % 6) for i in range(6)] + [(6 + i, 6 + (i + 1) % 6) for i in range(6)] + [(0, 6)]
N = 12
A = np.eye(N)
for i, j in edges:
    A[i, j] = A[j, i] = 1
dinv = np.diag(A.sum(0) ** -0.5)
A_hat = dinv @ A @ dinv
feats = np.random.RandomState(2).randn(N, 4)
feats[:6, 0] += 1
labels = np.array([0] * 6 + [1] * 6)
known = [1, 4, 8, 10, 2, 7]


class GCN:
    def __init__(self):
        r = np.random.RandomState(3)
        self.W0 = r.randn(4, 6) * 0.5
        self.W1 = r.randn(6, 5) * 0.5
        self.W2 = r.randn(5, 2) * 0.5

    def forward(self, X):
        self.X = X
        self.P0 = A_hat @ X
        self.H1 = np.tanh(self.P0 @ self.W0)
        self.P1 = A_hat @ self.H1
        self.H2 = np.tanh(self.P1 @ self.W1)
        self.P2 = A_hat @ self.H2
        Z = self.P2 @ self.W2
        Z = np.exp(Z - Z.max(1, keepdims=True))
        return Z / Z.sum(1, keepdims=True)

    def loss(self, X, y):
        p = self.forward(X)
        return -np.log(p[known, y[known]]).sum() / len(known)

    def backward(self, X, y):
        p = self.forward(X)
        d = np.zeros_like(p)
        d[known] = p[known]
        d[known, y[known]] -= 1
        d /= len(known)
        g = {}
        g["W2"] = self.P2.T @ d
        d = (A_hat.T @ (d @ self.W2.T)) * (1 - self.H2 ** 2)
        g["W1"] = self.P1.T @ d
        d = (A_hat.T @ (d @ self.W1.T)) * (1 - self.H1 ** 2)
        g["W0"] = self.P0.T @ d
        return g

    def fit(self, n=300, lr=0.5):
        for _ in range(n):
            for k, v in self.backward(feats, labels).items():
                setattr(self, k, getattr(self, k) - lr * v)
        return self.loss(feats, labels)
