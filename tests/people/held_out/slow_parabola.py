import numpy as np

class Dense:
    def __init__(self, i, o, rs):
        self.w = rs.randn(i, o) * np.sqrt(1 / i)
        self.b = np.zeros(o)
    def __call__(self, x):
        self.inp = x
        return x @ self.w + self.b
    def back(self, g):
        self.gw = self.inp.T @ g
        self.gb = g.sum(0)
        return g @ self.w.T

class Tanh:
    def __call__(self, x):
        self.y = np.tanh(x)
        return self.y
    def back(self, g):
        return g * (1 - self.y ** 2)

class Sequential:
    def __init__(self, *mods):
        self.mods = mods
    def __call__(self, x):
        for m in self.mods:
            x = m(x)
        return x
    def back(self, g):
        for m in reversed(self.mods):
            g = m.back(g)

def build():
    rs = np.random.RandomState(4)
    return Sequential(Dense(1, 16, rs), Tanh(), Dense(16, 1, rs))

LEARNING_RATE = 1e-6    # it exploded once with 10, so I went down
x = np.linspace(-1, 1, 64)[:, None]
y = x ** 2

def loss(net, x, y):
    return ((net(x) - y) ** 2).mean()

def epoch(net, x, y):
    net.back(2 * (net(x) - y) / y.size)
    for m in net.mods:
        if hasattr(m, 'w'):
            m.w = m.w - LEARNING_RATE * m.gw
            m.b = m.b - LEARNING_RATE * m.gb

if __name__ == '__main__':
    net = build()
    for i in range(5001):
        epoch(net, x, y)
        if i % 1000 == 0:
            print(i, loss(net, x, y))
