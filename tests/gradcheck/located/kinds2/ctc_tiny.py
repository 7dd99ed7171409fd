"""Connectionist temporal classification over a bidirectional-free toy acoustic model (one dense layer on stacked frames)."""
import numpy as np

rng = np.random.default_rng(27)
LETTERS = 3          # 0 is the blank
params = [rng.normal(0, .6, (4, LETTERS + 1)), rng.normal(0, .2, LETTERS + 1)]
frames = [rng.normal(size=(7, 2)), rng.normal(size=(5, 2))]
words = [[1, 2, 2], [3, 1]]
data = (frames, words)


def stack(f):
    return np.hstack([f, np.vstack([f[:1], f[:-1]])])


def probs(params, f):
    z = stack(f) @ params[0] + params[1]
    z = np.exp(z - z.max(1, keepdims=True))
    return z / z.sum(1, keepdims=True)


def with_blanks(word):
    out = [0]
    for c in word:
        out += [c, 0]
    return np.array(out)


def sweep(y, ext):
    T, L = len(y), len(ext)
    al = np.zeros((T, L))
    al[0, :2] = y[0, ext[:2]]
    for t in range(1, T):
        for s in range(L):
            v = al[t - 1, s]
            if s > 0:
                v += al[t - 1, s - 1]
            if s > 1 and ext[s] != 0 and ext[s] != ext[s - 2]:
                v += al[t - 1, s - 2]
            al[t, s] = v * y[t, ext[s]]
    return al


def loss(params, frames, words):
    total = 0
    for f, w in zip(frames, words):
        al = sweep(probs(params, f), with_blanks(w))
        total -= np.log(al[-1, -1] + al[-1, -2])
    return total


def gradients(params, frames, words):
    gW, gb = np.zeros_like(params[0]), np.zeros_like(params[1])
    for f, w in zip(frames, words):
        ext = with_blanks(w)
        y = probs(params, f)
        al = sweep(y, ext)
        be = sweep(y[::-1], ext[::-1])[::-1, ::-1]
        total = al[-1, -1] + al[-1, -2]
        occ = np.zeros_like(y)
        for s, c in enumerate(ext):
            occ[:, c] += al[:, s] * be[:, s] / y[:, c]
        dz = y - occ / total
        gW += stack(f).T @ dz
        gb += dz.sum(0)
    return [gW, gb]
