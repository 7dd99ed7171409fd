"""I tried rates 0.5, 0.1, 0.05, 0.01, 0.005 and the loss explodes with each of them"""
import numpy as np

rng = np.random.RandomState(0)
X = rng.uniform(-1, 1, (200, 3))
Y = (X[:, :1] * X[:, 1:2] + 0.5 * X[:, 2:]) * 2 + 0.02 * rng.randn(200, 1)

lr = 0.05


class Net:
    def __init__(self):
        r = np.random.RandomState(1)
        self.W1 = r.randn(3, 20) / np.sqrt(3)
        self.b1 = np.zeros(20)
        self.W2 = r.randn(20, 1) / np.sqrt(20)
        self.b2 = np.zeros(1)

    def forward(self, X):
        self.a1 = np.maximum(X @ self.W1 + self.b1, 0)
        return self.a1 @ self.W2 + self.b2

    def loss(self, X, Y):
        return np.sum((self.forward(X) - Y) ** 2)

    def backward(self, X, Y):
        d2 = 2 * (self.forward(X) - Y)
        d1 = d2 @ self.W2.T * (self.a1 > 0)
        self.dW2, self.db2 = self.a1.T @ d2, d2.sum(0)
        self.dW1, self.db1 = X.T @ d1, d1.sum(0)

    def step(self, lr):
        for n in ['W1', 'b1', 'W2', 'b2']:
            setattr(self, n, getattr(self, n) - lr * getattr(self, 'd' + n))


def train(net, steps=3000):
    for i in range(steps):
        net.backward(X, Y)
        net.step(lr)
    return net.loss(X, Y) / len(X)


if __name__ == "__main__":
    print(train(Net()))
