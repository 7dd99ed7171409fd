"""
Reading comprehension in miniature: a question vector looks at every word of a passage (additive score
v . tanh(A word + B question)), and the weighted words answer by a bilinear form with each candidate.
"""

import numpy as np


def stable_softmax(scores):
    shifted = np.exp(scores - scores.max())
    return shifted / shifted.sum()


def read(theta, passage, question):
    A, B, v, M = theta["A"], theta["B"], theta["v"], theta["M"]
    keys = np.tanh(passage @ A + question @ B)
    alpha = stable_softmax(keys @ v)
    summary = alpha @ passage
    # how near the summary is to what the question asks for
    query = summary + theta["gain"] * question
    return keys, alpha, summary, query, query @ M


def loss(theta, examples):
    total = 0.0
    for passage, question, candidates, answer in examples:
        probe = read(theta, passage, question)[-1]
        belief = stable_softmax(candidates @ probe)
        total += -np.log(belief[answer])
    total /= len(examples)
    for name in ("A", "B", "M"):
        total += 0.5 * 0.03 * np.sum(theta[name] ** 2)
    return total


def gradients(theta, examples):
    grads = {key: np.zeros_like(val) for key, val in theta.items()}
    for passage, question, candidates, answer in examples:
        keys, alpha, summary, query, probe = read(theta, passage, question)
        belief = stable_softmax(candidates @ probe)
        belief[answer] -= 1.0
        dprobe = candidates.T @ belief / len(examples)

        grads["M"] += np.outer(query, dprobe)
        dquery = theta["M"] @ dprobe
        grads["gain"] += dquery * question
        dsummary = dquery

        dalpha = passage @ dsummary
        dscores = alpha * (dalpha - dalpha @ alpha)
        grads["v"] += keys.T @ dscores
        dkeys = np.outer(dscores, theta["v"])
        dpre = dkeys * (1 - keys**2)
        grads["A"] += passage.T @ dpre
        grads["B"] += np.outer(question, dpre.sum(axis=0))
    for name in ("A", "B", "M"):
        grads[name] += 0.03 * theta[name]
    return grads


def build():
    r = np.random.default_rng(2024)
    theta = {
        "A": r.normal(size=(4, 6)) * 0.6,
        "B": r.normal(size=(4, 6)) * 0.6,
        "v": r.normal(size=6),
        "M": r.normal(size=(4, 3)) * 0.7,
        "gain": r.normal(size=4) * 0.5,
    }
    examples = []
    for words, n_cand in [(5, 3), (7, 4), (3, 2), (6, 5)]:
        examples.append(
            (
                r.normal(size=(words, 4)),
                r.normal(size=4),
                r.normal(size=(n_cand, 3)),
                int(r.integers(n_cand)),
            )
        )
    return theta, examples


params, _examples = build()
data = (_examples,)
