# poem generator, second try. One text, one layer, everything in dictionaries by time step
import numpy as np

text = "so much depends upon a red wheel barrow"
chars = sorted(set(text))
ix = {c: i for i, c in enumerate(chars)}
V = len(chars)
H = 7
np.random.seed(8)


class Weights:
    pass


params = Weights()
params.Wxh = np.random.randn(H, V) * 0.4
params.Whh = np.random.randn(H, H) * 0.4
params.Why = np.random.randn(V, H) * 0.4
params.bh = np.random.randn(H, 1) * 0.1
params.by = np.random.randn(V, 1) * 0.1
params.h0 = np.random.randn(H, 1) * 0.3  # the first state is learned too


def lossFun(p, inputs, targets):
    xs, hs, ps = {}, {}, {}
    hs[-1] = np.copy(p.h0)
    L = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((V, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(p.Wxh @ xs[t] + p.Whh @ hs[t - 1] + p.bh)
        y = p.Why @ hs[t] + p.by
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        L += -np.log(ps[t][targets[t], 0])
    L = L / len(inputs)
    return L, xs, hs, ps


def loss(p, inputs, targets):
    return lossFun(p, inputs, targets)[0]


def gradients(p, inputs, targets):
    _, xs, hs, ps = lossFun(p, inputs, targets)
    n = len(inputs)
    d = Weights()
    for name in vars(p):
        setattr(d, name, np.zeros_like(getattr(p, name)))
    dhnext = np.zeros((H, 1))
    for t in reversed(range(n)):
        dy = np.copy(ps[t]) / n
        dy[targets[t]] -= 1 / n
        d.Why += dy @ hs[t].T
        d.by += dy
        dh = p.Why.T @ dy + dhnext
        dz = (1 - hs[t] ** 2) * dh
        d.bh += dz
        d.Wxh += dz @ xs[t].T
        d.Whh += dz @ hs[t - 1].T
        dhnext = p.Whh.T @ dz
    d.h0 = dhnext
    return d


def sample(p, first, n):
    """write something"""
    h, out = p.h0, [first]
    for _ in range(n):
        x = np.zeros((V, 1))
        x[out[-1]] = 1
        h = np.tanh(p.Wxh @ x + p.Whh @ h + p.bh)
        y = np.exp(p.Why @ h + p.by)
        out.append(int(np.random.choice(V, p=(y / y.sum()).ravel())))
    return "".join(chars[i] for i in out)


# TODO clip the gradients? so far it did not explode
start, stop = 3, 14
data = ([ix[c] for c in text[start:stop]], [ix[c] for c in text[start + 1 : stop + 1]])
