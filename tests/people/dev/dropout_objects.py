import numpy as np

# weights in one numpy object array, dropout on the hidden layer

def setup():
    rs = np.random.RandomState(230)
    net = np.empty(4, dtype=object)
    net[0] = rs.randn(3, 20)
    net[1] = rs.randn(20) * 0.1
    net[2] = rs.randn(20, 2) * 0.3
    net[3] = np.zeros(2)
    return net

def forward(net, X, keep=0.8, train=True):
    h = np.tanh(X @ net[0] + net[1])
    mask = (np.random.rand(*h.shape) < keep) / keep if train else np.ones_like(h)
    return h, mask, (h * mask) @ net[2] + net[3]

def loss(net, X, Y):
    return 0.5 * ((forward(net, X)[2] - Y) ** 2).sum() / len(X)

def gradient(net, X, Y):
    h, mask, out = forward(net, X)
    d = (out - Y) / len(X)
    g = np.empty(4, dtype=object)
    g[2], g[3] = (h * mask).T @ d, d.sum(0)
    dh = d @ net[2].T * mask * (1 - h ** 2)
    g[0], g[1] = X.T @ dh, dh.sum(0)
    return g

def batch(n=64):
    rs = np.random.RandomState(231)
    X = rs.uniform(-1, 1, (n, 3))
    return X, np.c_[np.sin(2 * X[:, 0]), X[:, 1] * X[:, 2]]

def train(net, X, Y, rate=0.1, n=4000):
    np.random.seed(0)
    for i in range(n):
        net = net - rate * gradient(net, X, Y)
    out = forward(net, X, train=False)[2]
    return 1 - ((out - Y) ** 2).sum() / ((Y - Y.mean(0)) ** 2).sum()

if __name__ == '__main__':
    print('R2', train(setup(), *batch()))
