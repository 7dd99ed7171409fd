"""Word scores from characters: embedding, filters, max over time, two highway layers, margin against a second word."""
import numpy as np

rng = np.random.RandomState(404)
A, E, F = 8, 3, 4
params = {'E': rng.randn(A, E), 'K': rng.randn(2 * E, F) * .6}
for l in '01':
    params['T' + l], params['t' + l] = rng.randn(F, F) * .5, rng.randn(F) * .2 - .5
    params['H' + l], params['h' + l] = rng.randn(F, F) * .5, rng.randn(F) * .1
params['u'] = rng.randn(F)
good = ['abca', 'hhb', 'cdefg']
worse = ['gfe', 'ddah', 'bc']
data = (good, worse)


def up(p, word):
    idx = [ord(c) - ord('a') for c in word]
    grams = [np.concatenate([p['E'][i], p['E'][j]]) for i, j in zip(idx, idx[1:])]
    acts = np.tanh(np.array(grams) @ p['K'])
    at = acts.argmax(axis=0)
    y = acts.max(axis=0)
    rec = []
    for l in '01':
        t = 1 / (1 + np.exp(-(y @ p['T' + l] + p['t' + l])))
        z = y @ p['H' + l] + p['h' + l]
        rec.append((y, t, z))
        y = t * np.maximum(z, 0) + (1 - t) * y
    return idx, grams, at, rec, y, y @ p['u']


def down(p, word, ds, g):
    idx, grams, at, rec, y, _ = up(p, word)
    g['u'] += ds * y
    d = ds * p['u']
    for l in '10':
        x, t, z = rec[int(l)]
        dt = d * (np.maximum(z, 0) - x) * t * (1 - t)
        dz = d * t * (z > 0)
        g['T' + l] += np.outer(x, dt)
        g['t' + l] += dt
        g['H' + l] += np.outer(x, dz)
        g['h' + l] += dz
        d = d * (1 - t) + p['T' + l] @ dt + p['H' + l] @ dz
    best = rec[0][0]
    d = d * (1 - best ** 2)
    for f in range(F):
        g['K'][:, f] += d[f] * grams[at[f]]
        dgram = d[f] * p['K'][:, f]
        g['E'][idx[at[f]]] += dgram[:E]
        g['E'][idx[at[f] + 1]] += dgram[E:]


def loss(p, good, worse):
    return sum(np.logaddexp(0, up(p, w)[-1] - up(p, v)[-1] + 1) for v, w in zip(good, worse))


def gradients(p, good, worse):
    g = {k: np.zeros_like(v) for k, v in p.items()}
    for v, w in zip(good, worse):
        s = 1 / (1 + np.exp(-(up(p, w)[-1] - up(p, v)[-1] + 1)))
        down(p, v, -s, g)
        down(p, w, s, g)
    return g
