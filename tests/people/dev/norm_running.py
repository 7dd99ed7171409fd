import numpy as np

class BatchNorm:
    def __init__(self, d, momentum=0.9):
        self.gamma = np.ones(d)
        self.beta = np.zeros(d)
        self.running_mean = np.zeros(d)
        self.running_var = np.ones(d)
        self.momentum = momentum

    def forward(self, x, train=True):
        if not train:
            return self.gamma * (x - self.running_mean) / np.sqrt(self.running_var + 1e-5) + self.beta
        mu, var = x.mean(0), x.var(0)
        self.inv = 1 / np.sqrt(var + 1e-5)
        self.xhat = (x - mu) * self.inv
        self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mu
        self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var
        return self.gamma * self.xhat + self.beta

    def backward(self, dy):
        n = len(dy)
        self.dgamma = (dy * self.xhat).sum(0)
        self.dbeta = dy.sum(0)
        dxhat = dy * self.gamma
        return self.inv / n * (n * dxhat - dxhat.sum(0) - self.xhat * (dxhat * self.xhat).sum(0))


class Model:
    def __init__(self):
        r = np.random.RandomState(130)
        self.W1 = r.randn(6, 10) * 0.5      # no bias, batchnorm has beta
        self.bn = BatchNorm(10)
        self.W2 = r.randn(10, 3) * 0.5
        self.b2 = np.zeros(3)

    def forward(self, X, train=True):
        self.a = np.tanh(self.bn.forward(X @ self.W1, train))
        return self.a @ self.W2 + self.b2

    def loss(self, X, y):
        s = self.forward(X)
        s = s - s.max(1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(1, keepdims=True))
        self.p = np.exp(logp)
        return -logp[np.arange(len(y)), y].mean()

    def backward(self, X, y):
        self.loss(X, y)
        d = (self.p - np.eye(3)[y]) / len(y)
        g = {'W2': self.a.T @ d, 'b2': d.sum(0)}
        d = self.bn.backward(d @ self.W2.T * (1 - self.a ** 2))
        g['W1'] = X.T @ d
        g['bn'] = {'gamma': self.bn.dgamma, 'beta': self.bn.dbeta}
        return g

    def fit(self, X, y, lr=0.3, epochs=300):
        for _ in range(epochs):
            g = self.backward(X, y)
            for k in ('W1', 'W2', 'b2'):
                setattr(self, k, getattr(self, k) - lr * g[k])
            self.bn.gamma = self.bn.gamma - lr * g['bn']['gamma']
            self.bn.beta = self.bn.beta - lr * g['bn']['beta']
        return (self.forward(X, train=False).argmax(1) == y).mean()


def data():
    r = np.random.RandomState(131)
    y = np.arange(72) % 3
    return r.randn(3, 6)[y] * 20 + r.randn(72, 6) * 8 + 40, y


if __name__ == '__main__':
    print(Model().fit(*data()))
