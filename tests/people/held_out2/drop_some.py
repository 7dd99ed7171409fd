import numpy as np

KEEP = 0.8

class Net(object):

    def __init__(self):
        rs = np.random.RandomState(260)
        self.W1 = rs.randn(6, 12) * np.sqrt(2. / 6)
        self.b1 = np.zeros(12)
        self.W2 = rs.randn(12, 8) * np.sqrt(2. / 12)
        self.b2 = np.zeros(8)
        self.W3 = rs.randn(8, 1) * np.sqrt(1. / 8)
        self.b3 = np.zeros(1)

    def elu(self, z):
        return np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1)

    def forward(self, X, training=True):
        self.X = X
        self.h1 = self.elu(X.dot(self.W1) + self.b1)
        self.m1 = (np.random.rand(*self.h1.shape) < KEEP) / KEEP if training else np.ones(self.h1.shape)
        self.d1 = self.h1 * self.m1
        self.h2 = self.elu(self.d1.dot(self.W2) + self.b2)
        self.m2 = (np.random.rand(*self.h2.shape) < KEEP) / KEEP if training else np.ones(self.h2.shape)
        self.d2 = self.h2 * self.m2
        self.out = self.d2.dot(self.W3) + self.b3
        return self.out

    def cost(self, X, y):
        z = self.forward(X)
        # log(1 + e^-z) for y = 1, log(1 + e^z) for y = 0
        return np.mean(np.logaddexp(0, -z * (2 * y - 1)))

    def gradients(self, X, y):
        z = self.forward(X)
        s = 2 * y - 1
        dz = -s / (1 + np.exp(s * z)) / len(y)
        g = {'W3': self.d2.T.dot(dz), 'b3': dz.sum(0)}
        # elu' is 1 above zero and elu + 1 below
        da2 = dz.dot(self.W3.T) * self.m2 * np.where(self.h2 > 0, 1, self.h2 + 1)
        g['W2'], g['b2'] = self.d1.T.dot(da2), da2.sum(0)
        da1 = da2.dot(self.W2.T) * self.m1 * np.where(self.h1 > 0, 1, self.h1 + 1)
        g['W1'], g['b1'] = X.T.dot(da1), da1.sum(0)
        return g


def patients(n=64):
    rs = np.random.RandomState(261)
    X = rs.randn(n, 6)
    return X, (X[:, [0]] * X[:, [1]] + X[:, [2]] > 0).astype(float)


def train(net, steps=1500, lr=0.3):
    np.random.seed(262)
    X, y = patients()
    for i in range(steps):
        g = net.gradients(X, y)
        for k in g:
            setattr(net, k, getattr(net, k) - lr * g[k])
    return np.mean((net.forward(X, training=False) > 0) == y)


if __name__ == '__main__':
    print(train(Net()))
