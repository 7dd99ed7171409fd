import numpy as np

class Linear:
    def __init__(self, nin, nout, rng):
        self.W = rng.normal(0, np.sqrt(2 / nin), (nin, nout))
        self.b = np.zeros(nout)
    def forward(self, x, training):
        self.x = x
        return x @ self.W + self.b
    def backward(self, d):
        self.grad = {'W': self.x.T @ d, 'b': d.sum(0)}
        return d @ self.W.T

class BN:
    def __init__(self, n):
        self.gamma = np.ones(n)
        self.beta = np.zeros(n)
        self.run_mean = np.zeros(n)
        self.run_var = np.ones(n)
    def forward(self, x, training):
        if training:
            m, v = x.mean(0), x.var(0)
            self.run_mean = 0.9*self.run_mean + 0.1*m
            self.run_var = 0.9*self.run_var + 0.1*v
        else:
            m, v = self.run_mean, self.run_var
        self.std = np.sqrt(v + 1e-5)
        self.xh = (x - m) / self.std
        return self.gamma*self.xh + self.beta
    def backward(self, d):
        self.grad = {'gamma': (d*self.xh).sum(0), 'beta': d.sum(0)}
        dh = d*self.gamma
        return (dh - dh.mean(0) - self.xh*(dh*self.xh).mean(0)) / self.std

class Relu:
    grad = {}
    def forward(self, x, training):
        self.on = x > 0
        return x*self.on
    def backward(self, d):
        return d*self.on

class Model:
    def __init__(self, seed=3):
        rng = np.random.default_rng(seed)
        # the linear layer before BN has a bias though BN takes it away again
        self.layers = [Linear(2, 16, rng), BN(16), Relu(), Linear(16, 2, rng)]
    def forward(self, x, training=True):
        for l in self.layers:
            x = l.forward(x, training)
        return x
    def loss(self, x, t, training=True):
        s = self.forward(x, training)
        s = s - s.max(1, keepdims=True)
        self.p = np.exp(s)/np.exp(s).sum(1, keepdims=True)
        return -np.log(self.p[np.arange(len(t)), t]).mean()
    def gradients(self, x, t):
        self.loss(x, t)
        d = self.p.copy()
        d[np.arange(len(t)), t] -= 1
        d /= len(t)
        for l in self.layers[::-1]:
            d = l.backward(d)
        return {'layers': [l.grad for l in self.layers]}
    def step(self, x, t, lr=0.2):
        self.gradients(x, t)
        for l in self.layers:
            for k in l.grad:
                setattr(l, k, getattr(l, k) - lr*l.grad[k])

def moons(n=160):
    r = np.random.default_rng(0)
    t = np.arange(n) % 2
    a = r.uniform(0, np.pi, n)
    x = np.where(t[:, None] == 0, np.c_[np.cos(a), np.sin(a)], np.c_[1 - np.cos(a), .5 - np.sin(a)])
    return x + r.normal(0, .1, x.shape), t

if __name__ == '__main__':
    x, t = moons()
    m = Model()
    for i in range(300):
        m.step(x, t)
    print(m.loss(x, t, training=False), (m.forward(x, False).argmax(1) == t).mean())
