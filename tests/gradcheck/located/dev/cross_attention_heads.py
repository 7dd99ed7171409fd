# Each head has its own matrices. Queries come from one set, keys and values from another; loops everywhere.
from dataclasses import dataclass

import numpy as np


@dataclass
class HeadWeights:
    Q: np.ndarray
    K: np.ndarray
    V: np.ndarray


@dataclass
class AttnWeights:
    heads: list
    merge: np.ndarray
    score: np.ndarray


def draw(seed):
    rs = np.random.RandomState(seed)
    heads = [HeadWeights(rs.randn(2, 3) * 0.7, rs.randn(2, 4) * 0.7, rs.randn(3, 4) * 0.7) for _ in range(2)]
    return AttnWeights(heads, rs.randn(5, 6) * 0.4, rs.randn(5) * 0.8)


def softmax(v):
    e = np.exp(v - max(v))
    return e / sum(e)


def head_out(hd, query, memory):
    q = hd.Q @ query
    ks = [hd.K @ m for m in memory]
    vs = [hd.V @ m for m in memory]
    weights = softmax(np.array([q @ k for k in ks]) / np.sqrt(len(q)))
    out = sum(a * v for a, v in zip(weights, vs))
    return q, ks, vs, weights, out


def predict(p, query, memory):
    outs = [head_out(hd, query, memory) for hd in p.heads]
    cat = np.concatenate([o[-1] for o in outs])
    hidden = np.tanh(p.merge @ cat)
    return outs, cat, hidden, p.score @ hidden


def loss(p, queries, memories, answers):
    total = 0.0
    for query, memory, ans in zip(queries, memories, answers):
        total += np.log1p(np.exp(-ans * predict(p, query, memory)[-1]))
    return total / len(answers)


def gradients(p, queries, memories, answers):
    m = len(answers)
    gHeads = [HeadWeights(0 * hd.Q, 0 * hd.K, 0 * hd.V) for hd in p.heads]
    gMerge = np.zeros(p.merge.shape)
    gScore = np.zeros(p.score.shape)
    for query, memory, ans in zip(queries, memories, answers):
        outs, cat, hidden, s = predict(p, query, memory)
        ds = -ans / (1 + np.exp(ans * s)) / m
        gScore += ds * hidden
        dpre = ds * p.score * (1 - hidden**2)
        gMerge += np.outer(dpre, cat)
        dcat = p.merge.T @ dpre
        at = 0
        for hd, gh, (q, ks, vs, a, out) in zip(p.heads, gHeads, outs):
            do = dcat[at:at + len(out)]
            at += len(out)
            da = np.array([do @ v for v in vs])
            dlogit = a * (da - a @ da)
            dlogit = dlogit / np.sqrt(len(q))
            dq = np.zeros(len(q))
            for j, mem in enumerate(memory):
                gh.V += np.outer(a[j] * do, mem)
                gh.K += np.outer(dlogit[j] * q, mem)
                dq += dlogit[j] * ks[j]
            gh.Q += np.outer(dq, query)
    return AttnWeights(gHeads, gMerge, gScore)


params = draw(17)
_rs = np.random.RandomState(18)
data = (_rs.randn(6, 3), _rs.randn(6, 5, 4), np.array([1, -1, -1, 1, 1, -1]))
