"""Linear-chain CRF tagger: negative log-likelihood by the forward sums, gradient by forward and backward sums."""
import numpy as np
from scipy.special import logsumexp

TAGS = 3
rng = np.random.default_rng(2)
params = (
    rng.normal(size=(4, TAGS)),  # word features to tags
    rng.normal(size=(TAGS, TAGS)) * 0.7,  # from, to
    rng.normal(size=TAGS) * 0.5,  # first tag
)
sentences = [rng.normal(size=(n, 4)) for n in (5, 3, 6)]
tags = [np.array([0, 2, 2, 1, 0]), np.array([1, 1, 2]), np.array([2, 0, 1, 1, 2, 0])]
data = (sentences, tags)


def alphas(emit, trans, start):
    a = np.empty(emit.shape)
    a[0] = start + emit[0]
    for t in range(1, len(emit)):
        a[t] = emit[t] + logsumexp(a[t - 1][:, None] + trans, axis=0)
    return a


def betas(emit, trans):
    b = np.zeros(emit.shape)
    for t in range(len(emit) - 2, -1, -1):
        b[t] = logsumexp(trans + emit[t + 1] + b[t + 1], axis=1)
    return b


def path_score(emit, trans, start, y):
    score = start[y[0]] + emit[np.arange(len(y)), y].sum()
    return score + trans[y[:-1], y[1:]].sum()


def loss(params, sentences, tags):
    W, trans, start = params
    nll = 0.0
    for x, y in zip(sentences, tags):
        emit = x @ W
        nll += logsumexp(alphas(emit, trans, start)[-1]) - path_score(emit, trans, start, y)
    return nll / len(sentences)


def gradients(params, sentences, tags):
    W, trans, start = params
    dW, dtrans, dstart = np.zeros_like(W), np.zeros_like(trans), np.zeros_like(start)
    for x, y in zip(sentences, tags):
        emit = x @ W
        a, b = alphas(emit, trans, start), betas(emit, trans)
        logz = logsumexp(a[-1])
        unary = np.exp(a + b - logz)
        dstart += unary[0]
        dstart[y[0]] -= 1
        for t in range(1, len(y)):
            pair = a[t - 1][:, None] + trans + emit[t] + b[t]
            dtrans += np.exp(pair - logz)
            dtrans[y[t - 1], y[t]] -= 1
        unary[np.arange(len(y)), y] -= 1
        dW += x.T @ unary
    k = len(sentences)
    return dW / k, dtrans / k, dstart / k
