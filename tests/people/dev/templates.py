import numpy as np


class Net:
    """MSE + tanh, lists of matrices. Targets are +1 for the right class, -1 for all others"""

    def __init__(self, sizes):
        r = np.random.RandomState(6)
        self.weights = [r.randn(b, a) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
        self.biases = [np.zeros((b, 1)) for b in sizes[1:]]
        self.weight_templates = [np.zeros(w.shape) for w in self.weights]
        self.bias_templates = [np.zeros(b.shape) for b in self.biases]

    def feedforward(self, x):
        acts = [x]
        for w, b in zip(self.weights, self.biases):
            acts.append(np.tanh(w @ acts[-1] + b))
        return acts

    def mse(self, X, T):
        return np.mean([np.sum((self.feedforward(x[:, None])[-1] - t[:, None]) ** 2) for x, t in zip(X, T)])

    def updates(self, X, T):
        bias_updates = self.bias_templates
        weight_updates = self.weight_templates
        for x, t in zip(X, T):
            acts = self.feedforward(x[:, None])
            delta = 2 * (acts[-1] - t[:, None]) * (1 - acts[-1] ** 2) / len(X)
            for l in range(len(self.weights) - 1, -1, -1):
                weight_updates[l] += delta @ acts[l].T
                bias_updates[l] += delta
                if l > 0:
                    delta = self.weights[l].T @ delta * (1 - acts[l] ** 2)
        return {"weights": weight_updates, "biases": bias_updates}

    def train(self, X, T, learnRate=0.4, epochs=60, batchSize=10):
        for e in range(epochs):
            for k in range(0, len(X), batchSize):
                u = self.updates(X[k:k + batchSize], T[k:k + batchSize])
                for l in range(len(self.weights)):
                    self.weights[l] = self.weights[l] - learnRate * u["weights"][l]
                    self.biases[l] = self.biases[l] - learnRate * u["biases"][l]
        return np.mean([self.feedforward(x[:, None])[-1].argmax() == t.argmax() for x, t in zip(X, T)])


def data():
    r = np.random.RandomState(3)
    centres = r.randn(5, 8)
    lab = np.tile(np.arange(5), 12)
    return centres[lab] + 0.4 * r.randn(60, 8), 2 * np.eye(5)[lab] - 1


if __name__ == "__main__":
    X, T = data()
    print(Net([8, 12, 5]).train(X, T))
