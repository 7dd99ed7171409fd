import numpy as np
from collections import namedtuple

Net = namedtuple('Net', 'w_in g b w1 w2 w_out')

def make(d=4, h=6, rng=np.random.default_rng(240)):
    n = lambda *s: rng.standard_normal(s) / np.sqrt(s[0])
    return Net(n(d, h), np.ones(h) + .1 * rng.standard_normal(h), .1 * rng.standard_normal(h), n(h, 2 * h), n(2 * h, h), n(h, 1))

def gelu(x):
    return .5 * x * (1 + np.tanh(.79788456 * (x + .044715 * x ** 3)))

def gelu_p(x):
    t = np.tanh(.79788456 * (x + .044715 * x ** 3))
    return .5 * (1 + t) + .5 * x * (1 - t ** 2) * .79788456 * (1 + 3 * .044715 * x ** 2)

def layer_norm(x, g, b):
    mu = x.mean(-1, keepdims=True)
    s = np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return (x - mu) / s * g + b

def fwd(net, X):
    x0 = X @ net.w_in
    n = layer_norm(x0, net.g, net.b)
    u = n @ net.w1
    x1 = x0 + gelu(u) @ net.w2
    return x0, n, u, x1, (x1 @ net.w_out)[:, 0]

def loss(net, X, y):
    r = fwd(net, X)[-1] - y
    return np.sum(np.sqrt(1 + r ** 2) - 1)           # pseudo Huber

def bwd(net, X, y):
    x0, n, u, x1, o = fwd(net, X)
    r = o - y
    do = (r / np.sqrt(1 + r ** 2))[:, None]
    dx1 = do @ net.w_out.T
    du = (dx1 @ net.w2.T) * gelu_p(u)
    dn = du @ net.w1.T
    # layer norm
    mu, s = x0.mean(-1, keepdims=True), np.sqrt(x0.var(-1, keepdims=True) + 1e-5)
    xh = (x0 - mu) / s
    dxh = dn * net.g
    dx0 = (dxh - dxh.mean(-1, keepdims=True) - xh * (dxh * xh).mean(-1, keepdims=True)) / s
    dx0 += dx1                                        # skip connection
    return Net(X.T @ dx0, (dn * xh).sum(0), dn.sum(0), n.T @ du, gelu(u).T @ dx1, x1.T @ do)

def data(n=50):
    rng = np.random.default_rng(241)
    X = rng.standard_normal((n, 4))
    return X, X[:, 0] * X[:, 1] + np.abs(X[:, 2])

def train(net, lr=.003, steps=2000):
    X, y = data()
    for i in range(steps):
        net = Net(*[p - lr * d for p, d in zip(net, bwd(net, X, y))])
    return loss(net, X, y) / len(y)

if __name__ == '__main__':
    print(train(make()))
