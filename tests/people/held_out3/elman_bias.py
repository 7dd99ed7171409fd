import numpy as np


class RNN:
    """Elman network, one number in, one number out at the end (is the sum of the sequence positive?)"""

    def __init__(self, hidden_size=6, seed=1):
        r = np.random.default_rng(seed)
        self.hidden_size = hidden_size
        self.U = r.normal(0, 0.6, (1, hidden_size))
        self.W = r.normal(0, 0.4, (hidden_size, hidden_size))
        self.bh = r.normal(0, 0.1, hidden_size)
        self.V = r.normal(0, 0.6, (hidden_size, 1))
        self.by = np.zeros(1)

    def forward(self, X):
        n, T = X.shape
        self.h = [np.zeros((n, self.hidden_size))]
        for t in range(T):
            self.h.append(np.tanh(X[:, t:t+1] @ self.U + self.h[-1] @ self.W + self.bh))
        return 1 / (1 + np.exp(-(self.h[-1] @ self.V + self.by)))

    def loss(self, X, y):
        p = self.forward(X)
        return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))

    def grads(self, X, y):
        grad_out = (self.forward(X) - y) / len(X)
        g = dict(V=self.h[-1].T @ grad_out, by=grad_out.sum(0), U=np.zeros_like(self.U), W=np.zeros_like(self.W),
                 bh=np.zeros_like(self.bh))
        grad_h = grad_out @ self.V.T
        for t in reversed(range(X.shape[1])):
            grad_htilde = grad_h * (1 - self.h[t+1] ** 2)
            g['U'] += X[:, t:t+1].T @ grad_htilde
            g['W'] += self.h[t].T @ grad_htilde
            g['bh'] += grad_h.sum(axis=0)
            grad_h = grad_htilde @ self.W.T
        return g

    def fit(self, X, y, lr=0.5, epochs=300):
        for e in range(epochs):
            for name, g in self.grads(X, y).items():
                setattr(self, name, getattr(self, name) - lr * g)
        return self.loss(X, y)


def sequences(n=40, T=5):
    X = np.random.default_rng(8).normal(size=(n, T))
    return X, (X.sum(1, keepdims=True) > 0.4) * 1.0
