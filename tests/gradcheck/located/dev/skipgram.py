"""
word2vec, skip-gram, negative sampling. The negatives are drawn once, so that the cost is a function.
"""
import numpy as np

random_state = np.random.RandomState(5)
vocab_size, dim = 8, 4

centerVecs = random_state.uniform(-0.7, 0.7, (vocab_size, dim))
outsideVecs = random_state.uniform(-0.7, 0.7, (vocab_size, dim))
params = [centerVecs, outsideVecs]

# (center word, its window), and per outside word some negatives, a word twice among them on purpose
windows = [(3, [1, 4]), (1, [3, 6, 0]), (3, [7])]
negatives = [[[0, 5, 5], [2, 6, 0]], [[7, 7, 2], [4, 2, 5], [6, 5, 4]], [[1, 0, 2]]]
data = (windows, negatives)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def negSamplingLoss(v, o, negs, U):
    pos = sigmoid(U[o] @ v)
    neg = sigmoid(-U[negs] @ v)
    return -np.log(pos) - np.sum(np.log(neg))


def negSamplingGrad(v, o, negs, U):
    pos = sigmoid(U[o] @ v)
    neg = sigmoid(-U[negs] @ v)
    gradV = (pos - 1) * U[o] + (1 - neg) @ U[negs]
    gradU = np.zeros(U.shape)
    gradU[o] = (pos - 1) * v
    np.add.at(gradU, negs, np.outer(1 - neg, v))
    return gradV, gradU


def loss(params, windows, negatives):
    V, U = params
    total, pairs = 0.0, 0
    for (c, outside), negsets in zip(windows, negatives):
        for o, negs in zip(outside, negsets):
            total += negSamplingLoss(V[c], o, negs, U)
            pairs += 1
    return total / pairs


def gradients(params, windows, negatives):
    V, U = params
    gradCenter = np.zeros(V.shape)
    gradOutside = np.zeros(U.shape)
    pairs = sum(len(outside) for _, outside in windows)
    for (c, outside), negsets in zip(windows, negatives):
        for o, negs in zip(outside, negsets):
            gv, gu = negSamplingGrad(V[c], o, negs, U)
            gradCenter[c] += gv
            gradOutside += gu
    gradCenter /= pairs
    gradOutside /= pairs
    return [gradCenter, gradOutside]
