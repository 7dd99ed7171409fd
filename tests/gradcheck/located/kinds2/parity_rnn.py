# Vanilla RNN, a label at every step, learned initial state. Column vectors.
import numpy as np

np.random.seed(12)
n_h, n_x, n_y = 5, 2, 3
params = {'Wxh': np.random.randn(n_h, n_x) * 0.5,
          'Whh': np.random.randn(n_h, n_h) * 0.4,
          'Why': np.random.randn(n_y, n_h) * 0.6,
          'bh': np.random.randn(n_h, 1) * 0.1,
          'by': np.random.randn(n_y, 1) * 0.1,
          'h_start': np.random.randn(n_h, 1) * 0.3}
xs = [np.random.randn(n_x, 1) for _ in range(6)]
ts = [0, 2, 1, 1, 0, 2]
data = (xs, ts)

def unroll(p, xs):
    hs = {-1: p['h_start']}
    ps = {}
    for t in range(len(xs)):
        hs[t] = np.tanh(p['Wxh'] @ xs[t] + p['Whh'] @ hs[t - 1] + p['bh'])
        y = p['Why'] @ hs[t] + p['by']
        ps[t] = np.exp(y) / np.exp(y).sum()
    return hs, ps

def loss(p, xs, ts):
    _, ps = unroll(p, xs)
    return sum(-np.log(ps[t][ts[t], 0]) for t in range(len(xs)))

def gradients(p, xs, ts):
    hs, ps = unroll(p, xs)
    d = {k: np.zeros_like(v) for k, v in p.items()}
    dh_next = np.zeros((n_h, 1))
    for t in reversed(range(len(xs))):
        dy = ps[t].copy()
        dy[ts[t]] -= 1
        d['Why'] += dy @ hs[t].T
        d['by'] += dy
        dh = p['Why'].T @ dy + dh_next
        draw = (1 - hs[t] ** 2) * dh
        d['bh'] += draw
        d['Wxh'] += draw @ xs[t].T
        d['Whh'] += draw @ hs[t - 1].T
        dh_next = p['Whh'].T @ draw
    d['h_start'] = dh_next
    return d
