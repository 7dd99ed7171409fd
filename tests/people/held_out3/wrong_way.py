import numpy as np

# auto-encoder with tied weights; loss goes UP every epoch
rng = np.random.RandomState(123)


class TiedCoder:
    def __init__(self, vis=10, hid=4):
        self.W = rng.normal(0, .25, (vis, hid))
        self.c_hid = np.zeros(hid)
        self.c_vis = np.zeros(vis)

    def encode(self, x):
        return 1 / (1 + np.exp(-(x @ self.W + self.c_hid)))

    def decode(self, h):
        return 1 / (1 + np.exp(-(h @ self.W.T + self.c_vis)))

    def cross_entropy(self, x):
        z = self.decode(self.encode(x))
        return -np.mean(np.sum(x * np.log(z) + (1 - x) * np.log(1 - z), axis=1))

    def grads(self, x):
        y = self.encode(x)
        z = self.decode(y)
        diff = z - x
        back = diff @ self.W * y * (1 - y)
        n = len(x)
        return {'W': (x.T @ back + diff.T @ y) / n, 'c_hid': back.mean(axis=0), 'c_vis': diff.mean(axis=0)}

    def train(self, x, lr=0.3):
        g = self.grads(x)
        self.W += lr * g['W']
        self.c_hid += lr * g['c_hid']
        self.c_vis += lr * g['c_vis']


def bits(n=30):
    code = rng.randint(0, 2, (n, 3))
    mix = np.array([[1, 1, 1, 0, 0, 0, 0, 1, 0, 0], [0, 0, 0, 1, 1, 1, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0, 1, 0, 0, 1]])
    return (code @ mix > 0) * 1.0


def run(coder, x, epochs=400):
    for epoch in range(epochs):
        coder.train(x)
        # print(epoch, coder.cross_entropy(x))
    return coder.cross_entropy(x)
