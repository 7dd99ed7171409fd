# Tagger: a plain recurrent net over sequences of unequal length, padded and masked.
import numpy as np


def make(seed=1, vocab=9, d=3, h=5, tags=4):
    r = np.random.RandomState(seed)
    return dict(
        E=r.randn(vocab, d),
        Wx=r.randn(h, d) * 0.6,
        Wh=r.randn(h, h) * 0.5,
        bh=r.randn(h) * 0.1,
        Wo=r.randn(tags, h) * 0.8,
        bo=r.randn(tags) * 0.1,
        h0=r.randn(h) * 0.3,
    )


def softmax(v):
    e = np.exp(v - np.max(v))
    return e / e.sum()


def run_one(P, word_ids):
    hs = [P["h0"]]
    probs = []
    for w in word_ids:
        h = np.tanh(P["Wx"] @ P["E"][w] + P["Wh"] @ hs[-1] + P["bh"])
        hs.append(h)
        probs.append(softmax(P["Wo"] @ h + P["bo"]))
    return hs, probs


def loss(P, words, tags, mask):
    total = 0.0
    for i in range(words.shape[0]):
        _, probs = run_one(P, words[i])
        for t in range(words.shape[1]):
            total -= mask[i, t] * np.log(probs[t][tags[i, t]])
    return total / mask.sum()


def gradients(P, words, tags, mask):
    dE = np.zeros_like(P["E"])
    dWx = np.zeros_like(P["Wx"])
    dWh = np.zeros_like(P["Wh"])
    dbh = np.zeros_like(P["bh"])
    dWo = np.zeros_like(P["Wo"])
    dbo = np.zeros_like(P["bo"])
    dh0 = np.zeros_like(P["h0"])
    count = mask.sum()

    for i in range(words.shape[0]):
        hs, probs = run_one(P, words[i])
        carry = np.zeros_like(P["h0"])
        for t in range(words.shape[1] - 1, -1, -1):
            dy = probs[t].copy()
            dy[tags[i, t]] -= 1
            dy *= mask[i, t] / count

            dWo += np.outer(dy, hs[t + 1])
            dbo += dy

            dh = P["Wo"].T @ dy + carry
            draw = (1 - hs[t + 1] ** 2) * dh
            dbh += draw
            dWx += np.outer(draw, P["E"][words[i, t]])
            dWh += np.outer(draw, hs[t])
            dE[words[i, t]] += P["Wx"].T @ draw
            carry = P["Wh"].T @ draw
        dh0 += carry

    return dict(E=dE, Wx=dWx, Wh=dWh, bh=dbh, Wo=dWo, bo=dbo, h0=dh0)


def tag(P, word_ids):
    """Best tag of every word."""
    _, probs = run_one(P, word_ids)
    return [int(np.argmax(p)) for p in probs]


params = make()
words = np.array([[3, 1, 4, 1, 5], [2, 6, 5, 0, 0], [8, 7, 0, 0, 0]])
tags = np.array([[0, 1, 2, 3, 0], [1, 1, 3, 0, 0], [2, 2, 0, 0, 0]])
lengths = np.array([5, 3, 2])
mask = (np.arange(5)[None, :] < lengths[:, None]).astype(float)
data = (words, tags, mask)

if __name__ == "__main__":
    for it in range(200):
        g = gradients(params, *data)
        for k in params:
            params[k] -= 0.5 * g[k]
        if it % 40 == 0:
            print(it, loss(params, *data))
    print(tag(params, words[0]))
