# skip gram, negative sampling. no gradients kept, vectors are updated right away
import math, random
import numpy as np

random.seed(21)
text = "the king rules the land the queen rules the land a dog eats meat a cat eats fish".split()
vocab = sorted(set(text))
ix = {w: i for i, w in enumerate(vocab)}
DIM = 4
ALPHA = 0.1


def new_vectors():
    return {"syn0": np.array([[random.uniform(-.5, .5) for _ in range(DIM)] for _ in vocab]),
            "syn1": np.array([[random.uniform(-.5, .5) for _ in range(DIM)] for _ in vocab])}


def sigma(x):
    return 1 / (1 + math.exp(-x))


def dot(a, b):
    return sum(p * q for p, q in zip(a, b))


def energy(m, center, outside, negatives):
    v = m["syn0"][center]
    e = -math.log(sigma(dot(m["syn1"][outside], v)))
    for n in negatives:
        e -= math.log(sigma(-dot(m["syn1"][n], v)))
    return e


def learn_pair(m, center, outside, negatives):
    v = m["syn0"][center]
    for target, label in [(outside, 1)] + [(n, 0) for n in negatives]:
        u = m["syn1"][target]
        push = [0.0] * DIM
        g = (label - sigma(dot(u, v))) * ALPHA
        for d in range(DIM):
            push[d] += g * u[d]
            u[d] += g * v[d]
    for d in range(DIM):
        v[d] += push[d]


def pairs():
    out = []
    for i, w in enumerate(text):
        for j in (i - 1, i + 1):
            if 0 <= j < len(text):
                rest = [k for k in range(len(vocab)) if k not in (ix[w], ix[text[j]])]
                out.append((ix[w], ix[text[j]], random.sample(rest, 3)))
    return out


def train(m, epochs=60):
    ps = pairs()
    for _ in range(epochs):
        for p in ps:
            learn_pair(m, *p)
    return sum(energy(m, *p) for p in ps) / len(ps)
