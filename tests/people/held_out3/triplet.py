# same net for anchor, positive, negative. dot-product similarity, soft margin
import numpy as np

r = np.random.RandomState(64)
W1 = r.randn(6, 10) * 0.4
b1 = r.randn(10) * 0.1
W2 = r.randn(10, 3) * 0.4


def embed(x):
    hid = np.tanh(x @ W1 + b1)
    return hid, hid @ W2


def softplus(d):
    return np.logaddexp(0, d)


def loss(a, p, n):
    ea, ep, en = embed(a)[1], embed(p)[1], embed(n)[1]
    d = ((ea - ep) ** 2).sum(1) - ((ea - en) ** 2).sum(1)
    return softplus(d).mean()


def grads(a, p, n):
    (ha, ea), (hp, ep), (hn, en) = embed(a), embed(p), embed(n)
    d = ((ea - ep) ** 2).sum(1) - ((ea - en) ** 2).sum(1)
    w = (1 / (1 + np.exp(-d)) / len(a))[:, None]
    dW1, db1, dW2 = np.zeros_like(W1), np.zeros_like(b1), np.zeros_like(W2)
    for x, h, de in ((a, ha, 2 * w * (en - ep)), (p, hp, -2 * w * (ea - ep)), (n, hn, 2 * w * (ea - en))):
        dW2 += h.T @ de
        dh = de @ W2.T * (1 - h ** 2)
        dW1 += x.T @ dh
        db1 += dh.sum(0)
    return dW1, db1, dW2


def triplets(m=40):
    centers = r.randn(3, 6)
    c = r.randint(0, 3, m)
    other = (c + r.randint(1, 3, m)) % 3
    noise = lambda: 0.4 * r.randn(m, 6)
    return centers[c] + noise(), centers[c] + noise(), centers[other] + noise()


def train(rate=0.1, epochs=200):
    global W1, b1, W2
    a, p, n = triplets()
    for _ in range(epochs):
        dW1, db1, dW2 = grads(a, p, n)
        W1 = W1 - rate * dW1
        b1 = b1 - rate * db1
        W2 = W2 - rate * dW2
    return loss(a, p, n)
