import numpy as np

class mlp:
    ''' usage: net = mlp(2, 8, 1); net.fit(X, y) '''

    def __init__(self, *n):
        rng = np.random.RandomState(130)
        self.W = [rng.randn(i, o) * np.sqrt(2.0 / i) for i, o in zip(n, n[1:])]
        self.b = [0.1 * rng.randn(o) for o in n[1:]]

    def out(self, X):
        self.acts = [X]
        for W, b in zip(self.W[:-1], self.b[:-1]):
            self.acts.append(np.tanh(self.acts[-1].dot(W) + b))
        z = self.acts[-1].dot(self.W[-1]) + self.b[-1]
        return 1 / (1 + np.exp(-z))

    def xent(self, X, y):
        p = self.out(X)
        return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()

    def deltas(self, X, y):
        d = (self.out(X) - y) / len(y)
        gW, gb = [], []
        for k in range(len(self.W) - 1, -1, -1):
            gW = [self.acts[k].T.dot(d)] + gW
            gb = [d.sum(axis=0)] + gb
            d = d.dot(self.W[k].T) * (1 - self.acts[k] ** 2)
        return dict(W=gW, b=gb)

    def learn(self, X, y, lr):
        g = self.deltas(X, y)
        for W, b, dW, db in zip(self.W, self.b, g['W'], g['b']):
            W = W - lr * dW
            b = b - lr * db

    def fit(self, X, y, lr=0.8, epochs=800):
        for _ in range(epochs):
            self.learn(X, y, lr)
        return self.xent(X, y)


def rings(n=60):
    rng = np.random.RandomState(131)
    y = np.arange(n) % 2
    r = 0.5 + y + 0.1 * rng.randn(n)
    t = rng.uniform(0, 2 * np.pi, n)
    return np.c_[r * np.cos(t), r * np.sin(t)], y[:, None].astype(float)


if __name__ == '__main__':
    net = mlp(2, 8, 1)
    print(net.fit(*rings()))      # 0.7..., also after 100000 epochs
