import numpy as np

# one neuron, trained sample by sample (delta rule)

class Neuron:
    def __init__(self, n, eta=0.05):
        self.w = np.zeros(n)
        self.b = 0
        self.eta = eta

    def output(self, X):
        return np.dot(X, self.w) + self.b

    def sse(self, X, y):
        return ((y - self.output(X)) ** 2).sum() / 2

    def epoch(self, X, y):
        for xi, target in zip(X, y):
            error = target - self.output(xi)
            self.w = self.w + self.eta * error * xi
            self.b = self.b + self.eta * error

    def fit(self, X, y, n=20):
        for _ in range(n):
            self.epoch(X, y)
        return (np.where(self.output(X) >= 0, 1, -1) == y).mean()


def two_clouds(n=40):
    rs = np.random.RandomState(240)
    y = np.where(np.arange(n) % 2, 1, -1)
    return y[:, None] * [1.0, 0.6] + 0.5 * rs.randn(n, 2), y


if __name__ == "__main__":
    print(Neuron(2).fit(*two_clouds()))
