"""Sentence classifier: word vectors, filters of two widths, max over time, softmax."""

import numpy as np

rs = np.random.RandomState(11)
VOCAB, DIM, CLASSES = 13, 4, 3
WIDTHS = (2, 3)
N_FILTERS = 5
REG = 0.02

params = {
    "emb": rs.randn(VOCAB, DIM) * 0.7,
    "F2": rs.randn(N_FILTERS, 2, DIM) * 0.5,
    "b2": rs.randn(N_FILTERS) * 0.1,
    "F3": rs.randn(N_FILTERS, 3, DIM) * 0.5,
    "b3": rs.randn(N_FILTERS) * 0.1,
    "out": rs.randn(2 * N_FILTERS, CLASSES) * 0.6,
    "out_b": rs.randn(CLASSES) * 0.1,
}

sentences = [
    np.array([1, 4, 4, 7, 2]),
    np.array([3, 0, 12, 5, 5, 9, 1]),
    np.array([8, 8, 6, 11]),
    np.array([2, 10, 3, 4, 7, 6]),
]
labels = np.array([0, 2, 1, 2])
data = (sentences, labels)


def featurise(p, words):
    """Returns the pooled features and everything needed to go back."""
    X = p["emb"][words]
    pooled = []
    memo = []
    for w in WIDTHS:
        F, b = p["F%d" % w], p["b%d" % w]
        positions = len(words) - w + 1
        conv = np.empty((positions, N_FILTERS))
        for t in range(positions):
            conv[t] = (F * X[t : t + w]).sum(axis=(1, 2)) + b
        act = np.tanh(conv)
        winner = act.argmax(axis=0)
        pooled.append(act[winner, np.arange(N_FILTERS)])
        memo.append((act, winner))
    return X, np.concatenate(pooled), memo


def log_softmax(s):
    s = s - s.max()
    return s - np.log(np.exp(s).sum())


def loss(p, sents, ys):
    total = 0.0
    for words, y in zip(sents, ys):
        _, h, _ = featurise(p, words)
        total -= log_softmax(h @ p["out"] + p["out_b"])[y]
    penalty = 0.5 * REG * (p["out"] ** 2).sum()
    return total / len(sents) + penalty


def gradients(p, sents, ys):
    g = {name: np.zeros_like(value) for name, value in p.items()}
    for words, y in zip(sents, ys):
        X, h, memo = featurise(p, words)
        d = np.exp(log_softmax(h @ p["out"] + p["out_b"]))
        d[y] -= 1.0
        d /= len(sents)

        g["out"] += np.outer(h, d)
        g["out_b"] += d
        dh = p["out"] @ d

        dX = np.zeros_like(X)
        start = 0
        for w, (act, winner) in zip(WIDTHS, memo):
            F = p["F%d" % w]
            top = dh[start : start + N_FILTERS]
            start += N_FILTERS
            for f in range(N_FILTERS):
                t = winner[f]
                dz = top[f] * (1.0 - act[t, f] ** 2)
                g["F%d" % w][f] += dz * X[t : t + w]
                g["b%d" % w][f] += dz
                dX[t : t + w] += dz * F[f]
        np.add.at(g["emb"], words, dX)
    g["out"] += REG * p["out"]
    return g


def train(p, sents, ys, steps=50, rate=0.5):
    for _ in range(steps):
        g = gradients(p, sents, ys)
        for name in p:
            p[name] = p[name] - rate * g[name]
    return p


def predict(p, sents):
    return [int((featurise(p, words)[1] @ p["out"] + p["out_b"]).argmax()) for words in sents]


if __name__ == "__main__":
    print(loss(params, *data))
    trained = train(dict(params), *data)
    print(loss(trained, *data), predict(trained, sentences), labels)
