import numpy as np

class SigmoidLayer:
    def __init__(self, n, m, g):
        self.weights = g.standard_normal((m, n)) / np.sqrt(n)
        self.bias = g.standard_normal(m) * 0.1

# the output comes first in this list, the input last
g = np.random.default_rng(15)
layers = [SigmoidLayer(7, 1, g), SigmoidLayer(7, 7, g), SigmoidLayer(2, 7, g)]
LAMBDA = 1e-4       # on everything, on the biases too

def forward(layers, X):
    a = [X]
    for L in reversed(layers):
        a.append(1 / (1 + np.exp(-(a[-1] @ L.weights.T + L.bias))))
    return a

def cost(layers, X, y):
    p = forward(layers, X)[-1]
    data = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return data + LAMBDA / 2 * sum(np.sum(L.weights ** 2) + np.sum(L.bias ** 2) for L in layers)

def descend(layers, X, y, rate=2.0, n=4000):
    for i in range(n):
        a = forward(layers, X)
        delta = (a.pop() - y) / len(y)
        for L in layers:
            below = a.pop()
            passed = delta @ L.weights * below * (1 - below)
            L.weights -= rate * (delta.T @ below + LAMBDA * L.weights)
            L.bias -= rate * (delta.sum(0) + LAMBDA * L.bias)
            delta = passed

def donut(n=200):
    r = np.random.default_rng(3)
    X = r.uniform(-1.5, 1.5, (n, 2))
    return X, (np.abs(np.hypot(X[:, 0], X[:, 1]) - 0.9) < 0.45).astype(float)[:, None]

if __name__ == '__main__':
    X, y = donut()
    descend(layers, X, y)
    print(cost(layers, X, y), np.mean((forward(layers, X)[-1] > .5) == y))
