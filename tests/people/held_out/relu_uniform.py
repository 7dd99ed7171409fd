import numpy as np

class Layer:
    def __init__(self, n_in, n_out, last=False):
        self.W = np.random.uniform(-1, 1, (n_in, n_out))
        self.b = np.random.uniform(-1, 1, n_out)
        self.last = last

    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        return self.z if self.last else np.maximum(0, self.z)

    def backward(self, d):
        if not self.last:
            d = d * (self.z > 0)
        self.dW = self.x.T @ d
        self.db = d.sum(axis=0)
        return d @ self.W.T


class MLP:
    def __init__(self, sizes, seed=0):
        np.random.seed(seed)
        self.layers = [Layer(a, b) for a, b in zip(sizes[:-2], sizes[1:-1])]
        self.layers.append(Layer(sizes[-2], sizes[-1], last=True))

    def forward(self, x):
        for l in self.layers:
            x = l.forward(x)
        e = np.exp(x - x.max(1, keepdims=True))
        self.p = e / e.sum(1, keepdims=True)
        self.logits = x
        return self.p

    def loss(self, x, t):
        self.forward(x)
        s = self.logits - self.logits.max(1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(1, keepdims=True))
        return -np.mean(logp[np.arange(len(t)), t])

    def backward(self, t):
        d = self.p.copy()
        d[np.arange(len(t)), t] -= 1
        d /= len(t)
        for l in self.layers[::-1]:
            d = l.backward(d)

    def step(self, x, t, lr=0.3):
        self.forward(x)
        self.backward(t)
        for l in self.layers:
            l.W -= lr * l.dW
            l.b -= lr * l.db


def moons(n=150, seed=1):
    r = np.random.RandomState(seed)
    t = np.arange(n) % 2
    a = r.uniform(0, np.pi, n)
    x = np.where(t[:, None] == 0, np.c_[np.cos(a), np.sin(a)], np.c_[1 - np.cos(a), 0.5 - np.sin(a)])
    return x + 0.1 * r.randn(n, 2), t

if __name__ == "__main__":
    x, t = moons()
    net = MLP([2, 100, 100, 100, 100, 2])
    for e in range(300):
        net.step(x, t)
        if e % 30 == 0:
            print(e, net.loss(x, t), (net.forward(x).argmax(1) == t).mean())
