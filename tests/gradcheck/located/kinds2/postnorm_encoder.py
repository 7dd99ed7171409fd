"""One post-norm encoder layer with sinusoidal positions, padded tokens, mean pooling over the real tokens, two classes."""
import numpy as np

rng = np.random.RandomState(121)
V, D, F, T = 6, 4, 5, 5
EPS = 1e-5
weights = {'emb': (V, D), 'wq': (D, D), 'wk': (D, D), 'wv': (D, D), 'f1': (D, F), 'f2': (F, D), 'cls': (D,)}
params = {k: rng.randn(*s) * 0.6 for k, s in weights.items()}
for k in ('g1', 'g2'):
    params[k] = 1 + 0.1 * rng.randn(D)
for k in ('s1', 's2'):
    params[k] = 0.1 * rng.randn(D)
tokens = np.array([[1, 3, 3, 5, 0], [2, 1, 4, 0, 0], [5, 5, 2, 4, 1]])
label = np.array([1, 0, 1])
data = (tokens, label)
_t, _i = np.arange(T)[:, None], np.arange(D // 2)[None]
_ang = _t / 50 ** (2 * _i / D)
POS = np.concatenate([np.sin(_ang), np.cos(_ang)], axis=1)


def ln(x, g, s):
    c = x - x.mean(-1, keepdims=True)
    inv = 1 / np.sqrt((c * c).mean(-1, keepdims=True) + EPS)
    return g * c * inv + s, (c * inv, inv)


def ln_back(dy, g, kept):
    n, inv = kept
    dn = dy * g
    dx = inv * (dn - dn.mean(-1, keepdims=True) - n * (dn * n).mean(-1, keepdims=True))
    return dx, (dy * n).sum((0, 1)), dy.sum((0, 1))


def run(p, tokens):
    real = tokens > 0
    x = p['emb'][tokens] * np.sqrt(D) + POS
    q, k, v = x @ p['wq'], x @ p['wk'], x @ p['wv']
    s = np.where(real[:, None, :], q @ k.transpose(0, 2, 1) / np.sqrt(D), -1e30)
    a = np.exp(s - s.max(-1, keepdims=True))
    a /= a.sum(-1, keepdims=True)
    x1, n1 = ln(x + a @ v, p['g1'], p['s1'])
    z = x1 @ p['f1']
    r = np.maximum(z, 0)
    x2, n2 = ln(x1 + r @ p['f2'], p['g2'], p['s2'])
    pooled = (x2 * real[:, :, None]).sum(1) / real.sum(1, keepdims=True)
    return real, x, q, k, v, a, x1, n1, z, r, n2, pooled


def loss(p, tokens, label):
    o = run(p, tokens)[-1] @ p['cls']
    return np.mean(np.logaddexp(0, o) - label * o)


def gradients(p, tokens, label):
    real, x, q, k, v, a, x1, n1, z, r, n2, pooled = run(p, tokens)
    g = {}
    do = (1 / (1 + np.exp(-pooled @ p['cls'])) - label) / len(label)
    g['cls'] = pooled.T @ do
    dx2 = np.outer(do, p['cls'])[:, None, :] * (real / real.sum(1, keepdims=True))[:, :, None]
    d2, g['g2'], g['s2'] = ln_back(dx2, p['g2'], n2)
    g['f2'] = np.einsum('btf,btd->fd', r, d2)
    dz = d2 @ p['f2'].T * (z > 0)
    g['f1'] = np.einsum('btd,btf->df', x1, dz)
    dx1 = d2 + dz @ p['f1'].T
    d1, g['g1'], g['s1'] = ln_back(dx1, p['g1'], n1)
    da = d1 @ v.transpose(0, 2, 1)
    ds = a * (da - (a * da).sum(-1, keepdims=True)) / np.sqrt(D)
    dq, dk, dv = ds @ k, ds.transpose(0, 2, 1) @ q, a.transpose(0, 2, 1) @ d1
    dx = d1.copy()
    for name, d in (('wq', dq), ('wk', dk), ('wv', dv)):
        g[name] = np.einsum('bti,btj->ij', x, d)
        dx += d @ p[name].T
    g['emb'] = np.zeros((V, D))
    np.add.at(g['emb'], tokens, dx * np.sqrt(D))
    return g
