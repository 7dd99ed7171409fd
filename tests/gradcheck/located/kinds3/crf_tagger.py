# Named entities with a CRF layer (tags O, PER, LOC, + what else) on word vectors
import numpy as np

NTAGS = 4


def lse(v, axis=None):
    m = np.max(v, axis=axis, keepdims=True)
    s = np.log(np.sum(np.exp(v - m), axis=axis, keepdims=True)) + m
    return s.squeeze() if axis is None else np.squeeze(s, axis=axis)


def emissions(p, words):
    vec = p["emb"][words]
    # the neighbours' vectors too, zeros at the ends
    left = np.vstack([np.zeros((1, vec.shape[1])), vec[:-1]])
    right = np.vstack([vec[1:], np.zeros((1, vec.shape[1]))])
    win = np.hstack([left, vec, right])
    return win, win @ p["W"] + p["b"]


def forward_backward(p, e):
    T = len(e)
    al = np.zeros((T, NTAGS))
    be = np.zeros((T, NTAGS))
    al[0] = p["start"] + e[0]
    for t in range(1, T):
        al[t] = e[t] + lse(al[t - 1][:, None] + p["trans"], axis=0)
    be[T - 1] = p["end"]
    for t in range(T - 2, -1, -1):
        be[t] = lse(p["trans"] + e[t + 1] + be[t + 1], axis=1)
    return al, be, lse(al[-1] + p["end"])


def viterbi(p, words):
    _, e = emissions(p, words)
    best, back = p["start"] + e[0], []
    for t in range(1, len(e)):
        m = best[:, None] + p["trans"]
        back.append(m.argmax(0))
        best = m.max(0) + e[t]
    y = [int((best + p["end"]).argmax())]
    for b in back[::-1]:
        y.append(int(b[y[-1]]))
    return y[::-1]


def loss(p, sentences, tags):
    nll = 0.0
    for words, y in zip(sentences, tags):
        _, e = emissions(p, words)
        _, _, logZ = forward_backward(p, e)
        score = p["start"][y[0]] + p["end"][y[-1]]
        for t in range(len(y)):
            score += e[t, y[t]]
            if t > 0:
                score += p["trans"][y[t - 1], y[t]]
        nll += logZ - score
    return nll / len(sentences)


def gradients(p, sentences, tags):
    g = {name: np.zeros(arr.shape) for name, arr in p.items()}
    for words, y in zip(sentences, tags):
        win, e = emissions(p, words)
        al, be, logZ = forward_backward(p, e)
        T = len(y)
        marg = np.exp(al + be - logZ)
        g["start"] += marg[0]
        g["end"] += marg[T - 1]
        for t in range(1, T):
            pair = al[t - 1][:, None] + p["trans"] + e[t] + be[t] - logZ
            g["trans"] += np.exp(pair)
        # what was really there
        g["start"][y[0]] -= 1
        g["end"][y[-1]] -= 1
        de = marg
        for t in range(T):
            de[t, y[t]] -= 1
            if t > 0:
                g["trans"][y[t - 1], y[t]] -= 1
        g["W"] += win.T @ de
        g["b"] += de.sum(0)
        dwin = de @ p["W"].T
        D = p["emb"].shape[1]
        for t in range(T):
            g["emb"][words[t]] += dwin[t, D : 2 * D]
            if t > 0:
                g["emb"][words[t - 1]] += dwin[t, :D]
            if t < T - 1:
                g["emb"][words[t + 1]] += dwin[t, 2 * D :]
    for name in g:
        g[name] /= len(sentences)
    return g


R = np.random.RandomState(17)
params = {
    "emb": R.randn(8, 3) * 0.8,
    "W": R.randn(9, NTAGS) * 0.6,
    "b": R.randn(NTAGS) * 0.3,
    "trans": R.randn(NTAGS, NTAGS) * 0.7,
    "start": R.randn(NTAGS) * 0.5,
    "end": R.randn(NTAGS) * 0.5,
}
data = ([[0, 4, 4, 2, 7], [5, 1, 3], [6, 2, 0, 3, 5, 1]], [[0, 1, 2, 0, 3], [2, 2, 0], [3, 0, 1, 1, 0, 2]])
