import numpy as np

# every function returns its value and a closure that carries a gradient back through it


def affine(x, w, b):
    y = x.dot(w) + b

    def back(dy):
        return dy.dot(w.T), x.T.dot(dy), dy.sum(0)

    return y, back


def swish(x):
    s = 1.0 / (1.0 + np.exp(-x))

    def back(dy):
        return dy * (s + x * s * (1.0 - s))

    return x * s, back


def pseudo_huber(p, t, delta=0.7):
    e = (p - t) / delta
    root = np.sqrt(1.0 + e * e)
    n = p.shape[0]

    def back():
        return delta * e / root / n

    return delta ** 2 * (root - 1.0).sum() / n, back


def network(params, x, t):
    backs = []
    for i, (w, b) in enumerate(params):
        x, back = affine(x, w, b)
        backs.append(back)
        if i < len(params) - 1:
            x, back = swish(x)
            backs.append(back)
    value, start = pseudo_huber(x, t)

    def pullback():
        d = start()
        grads = []
        while backs:
            d = backs.pop()(d)
            if isinstance(d, tuple):
                d, dw, db = d
                grads.insert(0, (dw, db))
        return grads

    return value, pullback


def loss(params, x, t):
    return network(params, x, t)[0]


def gradients(params, x, t):
    _, pullback = network(params, x, t)
    return pullback()


def make(seed, *widths):
    g = np.random.default_rng(seed)
    return [(g.standard_normal((i, o)) * (0.8 / i ** 0.5), g.standard_normal(o) * 0.2)
            for i, o in zip(widths[:-1], widths[1:])]


params = make(2, 3, 5, 5, 5, 2)  # the middle ones are square
_g = np.random.default_rng(3)
data = (_g.standard_normal((9, 3)), 2 * _g.standard_normal((9, 2)))
