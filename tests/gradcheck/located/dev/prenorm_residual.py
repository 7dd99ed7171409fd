import numpy as np


class LayerNorm:
    def __init__(self, epsilon=1e-6):
        self.epsilon = epsilon

    def __call__(self, x, g, b):
        self.mean = x.mean(-1, keepdims=True)
        self.centered = x - self.mean
        self.inv = 1.0 / np.sqrt((self.centered**2).mean(-1, keepdims=True) + self.epsilon)
        self.normed = self.centered * self.inv
        self.g = g
        return self.normed * g + b

    def backward(self, grad):
        self.dg = (grad * self.normed).sum(0)
        self.db = grad.sum(0)
        d = grad * self.g
        along_mean = d.mean(-1, keepdims=True)
        along_std = (d * self.normed).mean(-1, keepdims=True)
        return self.inv * (d - along_mean - self.normed * along_std)


class Net:
    """x + W2 gelu(W1 norm(x)), twice the same kind of block, then a linear read-out and mean squares."""

    def __init__(self, width, hidden, blocks, seed):
        r = np.random.default_rng(seed)
        self.blocks = blocks
        self.params = {"readout": r.normal(0, 0.5, (width, 2))}
        for k in range(blocks):
            self.params[f"g{k}"] = r.normal(1, 0.1, width)
            self.params[f"b{k}"] = r.normal(0, 0.1, width)
            self.params[f"up{k}"] = r.normal(0, 0.5, (width, hidden))
            self.params[f"down{k}"] = r.normal(0, 0.5, (hidden, width))
        self.norms = [LayerNorm() for _ in range(blocks)]

    @staticmethod
    def swish(u):
        return u / (1 + np.exp(-u))

    @staticmethod
    def swish_slope(u):
        s = 1 / (1 + np.exp(-u))
        return s + u * s * (1 - s)

    def predict(self, p, x):
        self.tape = []
        for k in range(self.blocks):
            n = self.norms[k](x, p[f"g{k}"], p[f"b{k}"])
            u = n @ p[f"up{k}"]
            a = self.swish(u)
            x = x + a @ p[f"down{k}"]
            self.tape.append((n, u, a))
        self.last = x
        return x @ p["readout"]

    def loss(self, p, x, target):
        return np.mean((self.predict(p, x) - target) ** 2)

    def gradients(self, p, x, target):
        error = self.predict(p, x) - target
        grads = {}
        d = 2 * error / error.size
        grads["readout"] = self.last.T @ d
        d = d @ p["readout"].T
        for k in range(self.blocks)[::-1]:
            n, u, a = self.tape[k]
            grads[f"down{k}"] = a.T @ d
            du = (d @ p[f"down{k}"].T) * self.swish_slope(u)
            grads[f"up{k}"] = n.T @ du
            dn = du @ p[f"up{k}"].T
            d = d + self.norms[k].backward(dn)
            grads[f"g{k}"] = self.norms[k].dg
            grads[f"b{k}"] = self.norms[k].db
        return grads


net = Net(width=5, hidden=7, blocks=2, seed=11)
params, loss, gradients = net.params, net.loss, net.gradients
_r = np.random.default_rng(12)
data = (_r.normal(size=(6, 5)), _r.normal(size=(6, 2)))
