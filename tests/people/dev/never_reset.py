import numpy as np

class Trainer:
    """counts its hits while it goes over the data"""

    def __init__(self):
        rs = np.random.RandomState(77)
        self.W = rs.randn(8, 4) * 0.1
        self.b = np.zeros(4)
        self.hits = 0

    def probs(self, X):
        z = X @ self.W + self.b
        e = np.exp(z - z.max(axis=1)[:, None])
        return e / e.sum(axis=1)[:, None]

    def xent(self, X, y):
        return np.mean(-np.log(self.probs(X)[range(len(y)), y]))

    def backprop(self, X, y):
        d = (self.probs(X) - np.eye(4)[y]) / len(y)
        return {"W": X.T @ d, "b": d.sum(0)}

    def accuracy(self, X, y):
        for p, t in zip(self.probs(X), y):
            if p.argmax() == t:
                self.hits += 1
        return self.hits / len(y)

    def run(self, X, y, epochs=30, lr=1.0):
        log = []
        for _ in range(epochs):
            g = self.backprop(X, y)
            self.W, self.b = self.W - lr * g["W"], self.b - lr * g["b"]
            log.append(self.accuracy(X, y))
        return log


def make(n=64):
    rs = np.random.RandomState(78)
    y = np.arange(n) % 4
    return rs.randn(4, 8)[y] * 1.2 + rs.randn(n, 8) * 0.5, y


if __name__ == "__main__":
    print(Trainer().run(*make()))
