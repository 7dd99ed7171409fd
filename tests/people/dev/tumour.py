import numpy as np

class TumourModel:
    def __init__(self, eta=0.1, rounds=1000):
        self.eta = eta
        self.rounds = rounds
        self.w = None
        self.b = None
        self.losses = []

    def _sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def loss(self, X, y):
        p = self._sigmoid(X @ self.w + self.b)
        return -np.mean(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))

    def grads(self, X, y):
        p = self._sigmoid(X @ self.w + self.b)
        return {'w': X.T @ (p - y) / X.shape[0], 'b': np.mean(p - y)}

    def fit(self, X, y):
        self.w = np.zeros((X.shape[1], 1))
        self.b = 0
        for _ in range(self.rounds):
            g = self.grads(X, y)
            self.w -= self.eta * g['w']
            self.b -= self.eta * g['b']
            self.losses.append(self.loss(X, y))
        return self

    def predict(self, X):
        probs = self._sigmoid(X @ self.w + self.b)
        return np.array([1 if p > 0.5 else 0 for p in probs])

    def accuracy(self, X, y):
        return np.mean(self.predict(X) == y)


def load():
    rs = np.random.RandomState(4)
    y = rs.randint(0, 2, (80, 1))
    X = rs.randn(80, 6) + y * np.array([1.5, -1, 0.8, 0, 1.2, -0.3])
    return (X - X.mean(0)) / X.std(0), y


if __name__ == "__main__":
    X, y = load()
    clf = TumourModel().fit(X, y)
    print("loss", clf.losses[-1], "accuracy", clf.accuracy(X, y))
