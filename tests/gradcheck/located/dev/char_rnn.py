"""Next-character prediction with a plain recurrent net, one sequence, column vectors."""
import numpy as np

V, H, T = 7, 5, 6
rng = np.random.default_rng(3)

params = dict(
    Wxh=rng.normal(size=(H, V)) * 0.5,
    Whh=rng.normal(size=(H, H)) * 0.4,
    Why=rng.normal(size=(V, H)) * 0.5,
    bh=rng.normal(size=(H, 1)) * 0.1,
    by=rng.normal(size=(V, 1)) * 0.1,
)
text = [2, 5, 0, 2, 6, 2, 1]
data = (text[:-1], text[1:], rng.normal(size=(H, 1)) * 0.3)


def one_hot(k):
    x = np.zeros((V, 1))
    x[k] = 1
    return x


def run(p, inputs, hprev):
    xs, hs, ps = {}, {}, {}
    hs[-1] = hprev
    for t, ch in enumerate(inputs):
        xs[t] = one_hot(ch)
        hs[t] = np.tanh(p['Wxh'] @ xs[t] + p['Whh'] @ hs[t - 1] + p['bh'])
        y = p['Why'] @ hs[t] + p['by']
        e = np.exp(y - np.max(y))
        ps[t] = e / np.sum(e)
    return xs, hs, ps


def loss(p, inputs, targets, hprev):
    _, _, ps = run(p, inputs, hprev)
    total = 0
    for t, k in enumerate(targets):
        total -= np.log(ps[t][k, 0])
    return total / len(targets)


def gradients(p, inputs, targets, hprev):
    xs, hs, ps = run(p, inputs, hprev)
    g = {k: np.zeros_like(v) for k, v in p.items()}
    carry = np.zeros((H, 1))
    for t in reversed(range(len(inputs))):
        d = ps[t].copy()
        d[targets[t]] -= 1
        d /= len(targets)
        g['Why'] += d @ hs[t].T
        g['by'] += d
        dh = p['Why'].T @ d + carry
        draw = (1 - hs[t] ** 2) * dh
        g['bh'] += draw
        g['Wxh'] += draw @ xs[t].T
        g['Whh'] += draw @ hs[t - 1].T
        carry = p['Whh'].T @ draw
    return g
