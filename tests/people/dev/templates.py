import numpy as np


class Net:
    """MSE + tanh, lists of matrices. Targets are +1 for the right class, -1 for all others"""

    def __init__(self, sizes):
        r = np.random.RandomState(6)
        self.weights = [r.randn(b, a) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
        self.biases = [np.zeros((b, 1)) for b in sizes[1:]]
        self.blank_w = [np.zeros(w.shape) for w in self.weights]
        self.blank_b = [np.zeros(b.shape) for b in self.biases]

    def levels(self, x):
        lv = [x]
        for w, b in zip(self.weights, self.biases):
            lv.append(np.tanh(w @ lv[-1] + b))
        return lv

    def mse(self, X, T):
        return np.mean([np.sum((self.levels(x[:, None])[-1] - t[:, None]) ** 2) for x, t in zip(X, T)])

    def collect(self, X, T):
        acc_b = self.blank_b
        acc_w = self.blank_w
        for x, t in zip(X, T):
            lv = self.levels(x[:, None])
            d = 2 * (lv[-1] - t[:, None]) * (1 - lv[-1] ** 2) / len(X)
            for l in range(len(self.weights) - 1, -1, -1):
                acc_w[l] += d @ lv[l].T
                acc_b[l] += d
                if l > 0:
                    d = self.weights[l].T @ d * (1 - lv[l] ** 2)
        return {"weights": acc_w, "biases": acc_b}

    def train(self, X, T, rate=0.4, epochs=60, chunk=10):
        for e in range(epochs):
            for k in range(0, len(X), chunk):
                u = self.collect(X[k:k + chunk], T[k:k + chunk])
                for l in range(len(self.weights)):
                    self.weights[l] = self.weights[l] - rate * u["weights"][l]
                    self.biases[l] = self.biases[l] - rate * u["biases"][l]
        return np.mean([self.levels(x[:, None])[-1].argmax() == t.argmax() for x, t in zip(X, T)])


def data():
    r = np.random.RandomState(3)
    centres = r.randn(5, 8)
    lab = np.tile(np.arange(5), 12)
    return centres[lab] + 0.4 * r.randn(60, 8), 2 * np.eye(5)[lab] - 1


if __name__ == "__main__":
    X, T = data()
    print(Net([8, 12, 5]).train(X, T))
