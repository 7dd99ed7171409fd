import numpy as np
import os, random   # TODO remove

# three blobs, softmax without a hidden layer
def blobs(n=90, seed=11):
    r = np.random.RandomState(seed)
    middle = np.array([[4.0, 4.0], [6.0, 4.5], [5.0, 6.5]])
    kind = np.arange(n) % 3
    return middle[kind] + 0.35 * r.randn(n, 2), kind

class Classifier():

    def __init__(self, inputs, kinds):
        self.kinds = kinds
        self.W = np.zeros((kinds, inputs))
        self.b = np.zeros(kinds)

    def probs(self, x):
        s = x @ self.W.T + self.b
        s = np.exp(s - s.max(1, keepdims=True))
        return s / s.sum(1, keepdims=True)

    def cost(self, x, onehot):
        return -np.mean(np.log((self.probs(x) * onehot).sum(1)))

    def slopes(self, x, onehot):
        miss = (self.probs(x) - onehot) / len(x)
        return (miss.T @ x, miss.sum())

    def hits(self, x, kind):
        return (self.probs(x).argmax(1) == kind).mean()

    def train(self, x, kind, rounds=500, rate=0.2):
        onehot = np.eye(self.kinds)[kind]
        history = []
        #onehot = onehot.T
        for _ in range(rounds):
            sW, sb = self.slopes(x, onehot)
            self.W -= rate * sW
            self.b -= rate * sb
            history.append(self.cost(x, onehot))
        return history

if __name__ == "__main__":
    x, kind = blobs()
    c = Classifier(2, 3)
    h = c.train(x, kind)
    print(h[0], h[-1], c.hits(x, kind), "biases", c.b)
