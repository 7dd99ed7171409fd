import numpy as np


def softmax(s):
    s = np.exp(s - s.max(axis=-1, keepdims=True))
    return s / s.sum(axis=-1, keepdims=True)


class SelfAttention:
    # 6 tokens of 6 features, learns to copy the value of the token with the same key
    def __init__(self, d_in=6, d=4, n_out=2):
        rng = np.random.RandomState(9)
        self.Wq = rng.randn(d_in, d) * 0.5
        self.Wk = rng.randn(d_in, d) * 0.5
        self.Wv = rng.randn(d_in, d) * 0.5
        self.Wo = rng.randn(d, n_out) * 0.5
        self.d = d

    def __call__(self, x):
        self.x = x
        self.q, self.k, self.v = x @ self.Wq, x @ self.Wk, x @ self.Wv
        self.scores = self.q @ self.k.T / np.sqrt(self.d)
        self.attnW = softmax(self.scores)
        self.ctx = self.attnW @ self.v
        return self.ctx @ self.Wo

    def mse(self, x, target):
        return ((self(x) - target) ** 2).mean()

    def backward(self, x, target):
        out = self(x)
        dOut = 2 * (out - target) / out.size
        dWo = self.ctx.T @ dOut
        dctx = dOut @ self.Wo.T
        dV = self.attnW.T @ dctx
        dA = dctx @ self.v.T
        dS = self.attnW * (dA - (self.attnW * dA).sum(-1, keepdims=True))
        dQ = dS @ self.k / np.sqrt(self.d)
        dK = dS @ self.q / np.sqrt(self.d)
        return {"Wq": x.T @ dQ, "Wk": x.T @ dK, "Wv": x.T @ dV, "Wo": dWo}


def sequence(seed):
    r = np.random.RandomState(seed)
    x = np.zeros((6, 6))
    keys = np.array([0, 1, 2, 0, 1, 2])
    r.shuffle(keys)
    x[np.arange(6), keys] = 1
    x[:, 3:5] = r.randn(6, 2)
    x[:, 5] = 1
    t = np.array([x[keys == k, 3:5].mean(0) for k in keys])
    return x, t


def train(net, steps=1500, lr=0.3):
    for s in range(steps):
        x, t = sequence(s % 20)
        for k, g in net.backward(x, t).items():
            getattr(net, k)[...] -= lr * g
    return np.mean([net.mse(*sequence(s)) for s in range(20)])
