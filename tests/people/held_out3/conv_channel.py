"""Two conv layers with plain loops, colour images, after a course. Does not get better than guessing..."""
import numpy as np

rs = np.random.RandomState(12)


def make_images(n=24):
    x = rs.rand(n, 2, 6, 6) * 0.3
    y = np.arange(n) % 2
    for k in range(n):
        r, c = rs.randint(0, 4, 2)
        x[k, y[k], r:r+2, c:c+2] += 1.0
    return x, y


def new_weights():
    return [rs.randn(2, 2, 3, 3) * 0.4, np.zeros(2), rs.randn(2, 2, 2, 2) * 0.4, np.zeros(2), rs.randn(18) * 0.3, 0.0]


def conv(x, K, b):
    n_out, n_in, kh, kw = K.shape
    oh, ow = x.shape[1] - kh + 1, x.shape[2] - kw + 1
    out = np.zeros((n_out, oh, ow))
    for m in range(n_out):
        for h in range(oh):
            for w in range(ow):
                s = b[m]
                for d in range(n_in):
                    s += np.sum(K[m, d] * x[d, h:h+kh, w:w+kw])
                out[m, h, w] = s
    return out


def bprop_conv(x, K, E):
    gK = np.zeros(K.shape)
    gb = np.zeros(K.shape[0])
    gI = np.zeros(x.shape)
    n_out, n_in, kh, kw = K.shape
    for m in range(n_out):
        for h in range(E.shape[1]):
            for w in range(E.shape[2]):
                gb[m] += E[m, h, w]
                for d in range(n_in):
                    gK[m, d] += E[m, h, w] * x[d, h:h+kh, w:w+kw]
                    gI[m, h:h+kh, w:w+kw] += E[m, h, w] * K[m, d]
    return gI, gK, gb


def run(weights, x):
    K1, b1, K2, b2, v, c = weights
    a1 = np.tanh(conv(x, K1, b1))
    a2 = np.tanh(conv(a1, K2, b2))
    p = 1 / (1 + np.exp(-(a2.ravel() @ v + c)))
    return a1, a2, p


def loss(weights, x, y):
    p = run(weights, x)[-1]
    return -np.log(p) if y else -np.log(1 - p)


def backprop(weights, x, y):
    K1, b1, K2, b2, v, c = weights
    a1, a2, p = run(weights, x)
    e = p - y
    d2 = (e * v).reshape(a2.shape) * (1 - a2 ** 2)
    g1, gK2, gb2 = bprop_conv(a1, K2, d2)
    d1 = g1 * (1 - a1 ** 2)
    _, gK1, gb1 = bprop_conv(x, K1, d1)
    return [gK1, gb1, gK2, gb2, e * a2.ravel(), e]


def train(weights, X, Y, epochs=6, lr=0.1):
    for ep in range(epochs):
        for x, y in zip(X, Y):
            grads = backprop(weights, x, y)
            for i in range(len(weights)):
                weights[i] = weights[i] - lr * grads[i]
    return np.mean([loss(weights, x, y) for x, y in zip(X, Y)])
