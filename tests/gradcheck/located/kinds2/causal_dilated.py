import numpy as np

# causal dilated convolutions predicting the next value, with an im2col done by an index table

R = np.random.RandomState(23)
TAPS = 2
DILS = [1, 2]
CH = 4


def table(T, dil):
    t = np.arange(T)[:, None]
    return t - dil * np.arange(TAPS)[None, :]        # negative: before the beginning


params = {
    'in': R.randn(CH) * 0.8,
    'k0': R.randn(TAPS * CH, CH) * 0.4, 'b0': R.randn(CH) * 0.1,
    'k1': R.randn(TAPS * CH, CH) * 0.4, 'b1': R.randn(CH) * 0.1,
    'read': R.randn(CH) * 0.5, 'read_b': R.randn(1) * 0.1,
}
series = np.sin(np.arange(12) * 0.7) + 0.3 * R.randn(12)
data = (series,)


def cols_of(h, dil):
    idx = table(len(h), dil)
    cols = h[np.maximum(idx, 0)]
    cols[idx < 0] = 0.0
    return cols.reshape(len(h), -1), idx


def fwd(p, s):
    h = np.outer(s[:-1], p['in'])
    saved = []
    for l, dil in enumerate(DILS):
        cols, idx = cols_of(h, dil)
        a = np.tanh(cols @ p['k%d' % l] + p['b%d' % l])
        saved.append((cols, idx, a))
        h = h + a
    return h, h @ p['read'] + p['read_b'], saved


def loss(p, s):
    _, guess, _ = fwd(p, s)
    return np.mean((guess - s[1:]) ** 2)


def gradients(p, s):
    h, guess, saved = fwd(p, s)
    g = {}
    e = 2 * (guess - s[1:]) / len(guess)
    g['read'] = h.T @ e
    g['read_b'] = e.sum(keepdims=True)
    dh = np.outer(e, p['read'])
    for l in reversed(range(len(DILS))):
        cols, idx, a = saved[l]
        dz = dh * (1 - a * a)
        g['k%d' % l] = cols.T @ dz
        g['b%d' % l] = dz.sum(axis=0)
        dcols = (dz @ p['k%d' % l].T).reshape(len(h), TAPS, CH)
        inside = idx >= 0
        np.add.at(dh, idx[inside], dcols[inside])
    g['in'] = dh.T @ s[:-1]
    return g
