import numpy as np

class TwoLayer:

    def __init__(self, D, H, C):
        self.W1 = np.zeros((D, H)); self.b1 = np.zeros(H)
        self.W2 = np.zeros((H, C)); self.b2 = np.zeros(C)

    def scores(self, X):
        self.h = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        return self.h @ self.W2 + self.b2

    def loss(self, X, y):
        s = self.scores(X)
        s = s - s.max(1, keepdims=True)
        self.p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
        return -np.log(self.p[np.arange(len(y)), y]).mean()

    def gradients(self, X, y):
        self.loss(X, y)
        ds = self.p.copy()
        ds[np.arange(len(y)), y] -= 1
        ds /= len(y)
        dh = ds @ self.W2.T * self.h * (1 - self.h)
        return {'W1': X.T @ dh, 'b1': dh.sum(0), 'W2': self.h.T @ ds, 'b2': ds.sum(0)}

    def train(self, X, y, lr=1.0, epochs=2000):
        for e in range(epochs):
            g = self.gradients(X, y)
            for k in g:
                vars(self)[k] -= lr * g[k]
        return (self.scores(X).argmax(1) == y).mean()


def rings(n=121):
    rs = np.random.RandomState(1)
    y = np.arange(n) % 3
    a = rs.rand(n) * 2 * np.pi
    r = 0.4 + y * 0.7 + rs.randn(n) * 0.06
    return np.c_[r * np.cos(a), r * np.sin(a)], y


if __name__ == '__main__':
    X, y = rings()
    print(TwoLayer(2, 12, 3).train(X, y))
