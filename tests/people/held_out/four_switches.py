import numpy as np

def sigm(t):
    return 1 / (1 + np.exp(-t))

class Stack:
    """Any number of sigmoid layers. Samples are COLUMNS. Layers are counted from 1, like in my lecture notes."""

    def __init__(self, *units):
        r = np.random.RandomState(1)
        self.L = len(units) - 1
        self.W = {}
        self.b = {}
        for l in range(1, self.L + 1):
            self.W[l] = r.normal(size=(units[l], units[l - 1]))
            self.b[l] = np.zeros((units[l], 1))

    def up(self, X):
        out = {0: X}
        for l in range(1, self.L + 1):
            out[l] = sigm(self.W[l] @ out[l - 1] + self.b[l])
        return out

    def cross_entropy(self, X, T):
        p = self.up(X)[self.L]
        return -(T * np.log(p) + (1 - T) * np.log(1 - p)).sum() / T.shape[1]

    def down(self, X, T):
        out = self.up(X)
        gW, gb = {}, {}
        back = (out[self.L] - T) / T.shape[1]       # the sigmoid's derivative cancels
        for l in range(self.L, 0, -1):
            gW[l] = back @ out[l].T
            gb[l] = back.sum(axis=1, keepdims=True)
            if l > 1:
                back = self.W[l].T @ back * out[l - 1] * (1 - out[l - 1])
        return gW, gb

    def learn(self, X, T, eta=0.5, times=1500):
        for _ in range(times):
            gW, gb = self.down(X, T)
            for l in gW:
                self.W[l] = self.W[l] - eta * gW[l]
                self.b[l] = self.b[l] - eta * gb[l]

def switches():
    r = np.random.RandomState(0)
    X = r.normal(size=(4, 120))
    return X, np.array([X[0] > 0, X[1] > X[2], X[3] + X[0] > 0, X[2] < 0]) * 1.0

if __name__ == '__main__':
    X, T = switches()
    s = Stack(4, 4, 4)
    print(s.cross_entropy(X, T))
    s.learn(X, T)
    print(s.cross_entropy(X, T), ((s.up(X)[2] > .5) == (T > .5)).mean())
