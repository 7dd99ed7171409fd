"""Linear-chain conditional random field on top of linear emissions from a window of features."""

import numpy as np

N_TAGS = 4
N_FEAT = 5


def window(x):
    """Each position sees its neighbours as well."""
    padded = np.vstack([np.zeros((1, x.shape[1])), x, np.zeros((1, x.shape[1]))])
    return np.hstack([padded[:-2], padded[1:-1], padded[2:]])


def logsumexp(a, axis):
    m = a.max(axis=axis, keepdims=True)
    return (m + np.log(np.exp(a - m).sum(axis=axis, keepdims=True))).squeeze(axis)


def forward_scores(emit, trans, start, end):
    T = len(emit)
    alpha = np.zeros((T, N_TAGS))
    alpha[0] = start + emit[0]
    for t in range(1, T):
        alpha[t] = logsumexp(alpha[t - 1][:, None] + trans, axis=0) + emit[t]
    return alpha, logsumexp(alpha[-1] + end, axis=0)


def backward_scores(emit, trans, end):
    T = len(emit)
    beta = np.zeros((T, N_TAGS))
    beta[T - 1] = end
    for t in range(T - 2, -1, -1):
        beta[t] = logsumexp(trans + emit[t + 1] + beta[t + 1], axis=1)
    return beta


def path_score(emit, trans, start, end, tags):
    s = start[tags[0]] + emit[0, tags[0]] + end[tags[-1]]
    for t in range(1, len(tags)):
        s += trans[tags[t - 1], tags[t]] + emit[t, tags[t]]
    return s


def loss(params, sentences, taggings):
    W, bias, trans, start, end = params
    nll = 0.0
    for x, tags in zip(sentences, taggings):
        emit = window(x) @ W + bias
        _, log_z = forward_scores(emit, trans, start, end)
        nll += log_z - path_score(emit, trans, start, end, tags)
    return nll / len(sentences)


def gradients(params, sentences, taggings):
    W, bias, trans, start, end = params
    dW, dbias, dtrans = np.zeros_like(W), np.zeros_like(bias), np.zeros_like(trans)
    dstart, dend = np.zeros_like(start), np.zeros_like(end)

    for x, tags in zip(sentences, taggings):
        F = window(x)
        emit = F @ W + bias
        alpha, log_z = forward_scores(emit, trans, start, end)
        beta = backward_scores(emit, trans, end)

        # what the model expects ...
        node = np.exp(alpha + beta - log_z)
        for t in range(1, len(tags)):
            edge = alpha[t - 1][:, None] + trans + emit[t] + beta[t]
            dtrans += np.exp(edge - log_z)
        # ... less what is there
        demit = node.copy()
        demit[np.arange(len(tags)), tags] -= 1
        for a, b in zip(tags[:-1], tags[1:]):
            dtrans[a, b] -= 1
        dstart += demit[0]
        dend += demit[-1]

        dW += F.T @ demit
        dbias += demit.sum(axis=0)

    n = len(sentences)
    return [dW / n, dbias / n, dtrans / n, dstart / n, dend / n]


_rng = np.random.default_rng(41)
params = [
    _rng.normal(size=(3 * N_FEAT, N_TAGS)) * 0.4,
    _rng.normal(size=N_TAGS) * 0.3,
    _rng.normal(size=(N_TAGS, N_TAGS)) * 0.8,
    _rng.normal(size=N_TAGS) * 0.5,
    _rng.normal(size=N_TAGS) * 0.5,
]
_lengths = (4, 6, 3)
data = (
    [_rng.normal(size=(n, N_FEAT)) for n in _lengths],
    [np.array([1, 1, 3, 0]), np.array([2, 0, 2, 0, 1, 3]), np.array([3, 3, 2])],
)
