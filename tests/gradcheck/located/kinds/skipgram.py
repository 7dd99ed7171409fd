"""Word vectors by negative sampling. Pairs and negatives are drawn beforehand, so that the loss is a fixed function."""

import numpy as np

corpus = "the cat sat on the mat and the dog sat on the cat".split()
vocabulary = sorted(set(corpus))
index = {word: i for i, word in enumerate(vocabulary)}
ids = [index[w] for w in corpus]


def draw_pairs(window, negatives, seed):
    rng = np.random.default_rng(seed)
    freq = np.bincount(ids).astype(float) ** 0.75
    freq /= freq.sum()
    pairs = []
    for pos, centre in enumerate(ids):
        for off in range(-window, window + 1):
            if off == 0 or not 0 <= pos + off < len(ids):
                continue
            neg = rng.choice(len(vocabulary), size=negatives, p=freq)
            pairs.append((centre, ids[pos + off], neg))
    return pairs


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def pair_loss(vin, vout, bias, centre, context, negs):
    v = vin[centre]
    score = vout[context] @ v + bias[context]
    value = -np.log(sigmoid(score))
    for k in negs:
        value -= np.log(sigmoid(-(vout[k] @ v + bias[k])))
    return value


def loss(params, pairs):
    vin, vout, bias = params["in"], params["out"], params["bias"]
    return sum(pair_loss(vin, vout, bias, *pair) for pair in pairs) / len(pairs)


def gradients(params, pairs):
    vin, vout, bias = params["in"], params["out"], params["bias"]
    gin, gout, gbias = np.zeros_like(vin), np.zeros_like(vout), np.zeros_like(bias)

    for centre, context, negs in pairs:
        v = vin[centre]
        err = sigmoid(vout[context] @ v + bias[context]) - 1.0
        gin[centre] += err * vout[context]
        gout[context] += err * v
        gbias[context] += err

        scores = sigmoid(vout[negs] @ v + bias[negs])
        gin[centre] += scores @ vout[negs]
        np.add.at(gout, negs, np.outer(scores, v))
        np.add.at(gbias, negs, scores)

    n = len(pairs)
    gin /= n
    gout /= n
    gbias /= n
    return {"in": gin, "out": gout, "bias": gbias}


def nearest(params, word, k=3):
    v = params["in"]
    u = v / np.linalg.norm(v, axis=1, keepdims=True)
    order = np.argsort(-(u @ u[index[word]]))
    return [vocabulary[i] for i in order[1 : k + 1]]


_init = np.random.default_rng(1)
params = {
    "in": _init.normal(size=(len(vocabulary), 5)) * 0.6,
    "out": _init.normal(size=(len(vocabulary), 5)) * 0.6,
    "bias": _init.normal(size=len(vocabulary)) * 0.2,
}
data = (draw_pairs(1, 4, seed=9),)

if __name__ == "__main__":
    for epoch in range(300):
        grads = gradients(params, *data)
        for key in params:
            params[key] -= 1.0 * grads[key]
    print(loss(params, *data), nearest(params, "cat"))
