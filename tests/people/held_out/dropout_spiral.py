import numpy as np
from copy import deepcopy

np.random.seed(6)

class DropNet:
    def __init__(self, hidden=60, keep=0.5):
        self.W = np.random.randn(2, hidden) * 2
        self.b = np.zeros(hidden)
        self.V = np.random.randn(hidden, 3) / np.sqrt(hidden)
        self.c = np.zeros(3)
        self.keep = keep

    def loss_and_gradient(self, X, t):
        n = len(X)
        pre = X @ self.W + self.b
        hid = np.maximum(pre, 0)
        drop = (np.random.rand(*hid.shape) < self.keep) / self.keep
        hid = hid * drop
        s = hid @ self.V + self.c
        s = np.exp(s - s.max(1)[:, None])
        p = s / s.sum(1)[:, None]
        loss = -np.log(p[range(n), t]).sum() / n
        p[range(n), t] -= 1
        p /= n
        g_hid = p @ self.V.T
        g_hid[pre < 0] = 0
        return loss, {'W': X.T @ g_hid, 'b': g_hid.sum(0), 'V': hid.T @ p, 'c': p.sum(0)}

    def train(self, X, t, rate=0.3, rounds=600):
        for _ in range(rounds):
            loss, g = self.loss_and_gradient(X, t)
            for k in g:
                self.__dict__[k] = self.__dict__[k] - rate * g[k]

    def classify(self, X):
        return (np.maximum(X @ self.W + self.b, 0) @ self.V + self.c).argmax(1)

def spiral(n=70):
    r = np.random.RandomState(0)
    t = np.repeat(np.arange(3), n)
    far = np.tile(np.linspace(0.05, 1, n), 3)
    turn = far * 4 + t * 2 * np.pi / 3 + r.randn(3 * n) * 0.1
    return np.c_[far * np.cos(turn), far * np.sin(turn)], t

if __name__ == "__main__":
    X, t = spiral()
    net = DropNet()
    net.train(X, t)
    print((net.classify(X) == t).mean())
