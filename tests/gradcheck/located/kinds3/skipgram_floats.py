# word2vec, skip-gram with negative samples, without matrix tricks
# (homework: "do not use numpy for the maths", only the tables are arrays)
import math
import random

import numpy as np

random.seed(3)
DIM = 4
CORPUS = "the king sees the queen and the queen sees a dog in the garden".split()
VOCAB = sorted(set(CORPUS))
WINDOW = 2
NEG = 3


def logistic(s):
    return 1.0 / (1.0 + math.exp(-s))


def dot(a, b):
    s = 0.0
    for i in range(DIM):
        s += a[i] * b[i]
    return s


def training_pairs():
    pairs = []
    w = [VOCAB.index(c) for c in CORPUS]
    for pos in range(len(w)):
        for q in range(max(0, pos - WINDOW), min(len(w), pos + WINDOW + 1)):
            if q == pos:
                continue
            # a negative may come twice, or be the word itself. Who cares
            negatives = [random.randrange(len(VOCAB)) for _ in range(NEG)]
            pairs.append((w[pos], w[q], negatives))
    return pairs


def loss(params, pairs):
    inp, out = params
    total = 0.0
    for centre, context, negatives in pairs:
        total -= math.log(logistic(dot(inp[centre], out[context])))
        for k in negatives:
            total -= math.log(logistic(-dot(inp[centre], out[k])))
    return total / len(pairs)


def gradients(params, pairs):
    inp, out = params
    d_inp = [[0.0] * DIM for _ in VOCAB]
    d_out = [[0.0] * DIM for _ in VOCAB]
    for centre, context, negatives in pairs:
        e = logistic(dot(inp[centre], out[context])) - 1.0
        for i in range(DIM):
            d_inp[centre][i] += e * out[context][i]
            d_out[context][i] += e * inp[centre][i]
        for k in negatives:
            e = logistic(dot(inp[centre], out[k]))
            for i in range(DIM):
                d_inp[centre][i] += e * out[k][i]
                d_out[k][i] += e * inp[centre][i]
    n = len(pairs)
    for row in range(len(VOCAB)):
        for i in range(DIM):
            d_inp[row][i] /= n
            d_out[row][i] /= n
    return [np.array(d_inp), np.array(d_out)]


params = [
    np.array([[random.gauss(0, 0.6) for _ in range(DIM)] for _ in VOCAB]),
    np.array([[random.gauss(0, 0.6) for _ in range(DIM)] for _ in VOCAB]),
]
data = (training_pairs(),)
