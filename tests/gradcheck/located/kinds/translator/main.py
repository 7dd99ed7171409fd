"""Encoder, decoder with attention, teacher forcing. One sentence pair at a time."""

import numpy as np
import units

HIDDEN, EMB = 3, 2
SOURCE, TARGET = 6, 5
BEGIN = 0


def blank(rng, n_in):
    return {
        "Wf": rng.normal(size=(HIDDEN, n_in + HIDDEN)) * 0.6,
        "bf": rng.normal(size=HIDDEN) * 0.2,
        "Wc": rng.normal(size=(HIDDEN, n_in + HIDDEN)) * 0.6,
        "bc": rng.normal(size=HIDDEN) * 0.2,
    }


def encode(p, source):
    h = np.zeros(HIDDEN)
    memory, caches = [], []
    for word in source:
        h, cache = units.unit_step(p["enc"], p["src"][word], h)
        memory.append(h)
        caches.append(cache)
    return np.array(memory), caches


def decode(p, memory, target):
    """Everything the loss and the way back need, for each target word."""
    s = memory[-1]
    previous = BEGIN
    steps = []
    for word in target:
        s, cache = units.unit_step(p["dec"], p["tgt"][previous], s)
        context, weights = units.attend(s, memory)
        joined = np.concatenate([s, context])
        probs = units.softmax(p["out"] @ joined)
        steps.append((previous, word, s, cache, context, weights, joined, probs))
        previous = word
    return steps


def loss(p, pairs):
    nll, words = 0.0, 0
    for source, target in pairs:
        memory, _ = encode(p, source)
        for _, word, *_, probs in decode(p, memory, target):
            nll -= np.log(probs[word])
            words += 1
    return nll / words


def zeros_like(tree):
    if isinstance(tree, dict):
        return {k: zeros_like(v) for k, v in tree.items()}
    return np.zeros_like(tree)


def gradients(p, pairs):
    g = zeros_like(p)
    words = sum(len(target) for _, target in pairs)
    for source, target in pairs:
        memory, caches = encode(p, source)
        steps = decode(p, memory, target)
        dmemory = np.zeros_like(memory)
        ds = np.zeros(HIDDEN)
        for previous, word, s, cache, _, weights, joined, probs in reversed(steps):
            do = probs / words
            do[word] -= 1 / words
            g["out"] += np.outer(do, joined)
            djoined = p["out"].T @ do
            dquery, from_attention = units.attend_back(djoined[HIDDEN:], s, memory, weights)
            dmemory += from_attention
            ds = ds + djoined[:HIDDEN] + dquery
            dx, ds = units.unit_back(p["dec"], g["dec"], ds, cache)
            g["tgt"][previous] += dx
        dmemory[-1] += ds

        dh = np.zeros(HIDDEN)
        for t in range(len(source) - 1, -1, -1):
            dx, dh = units.unit_back(p["enc"], g["enc"], dh + dmemory[t], caches[t])
            g["src"][source[t]] += dx
    return g


_rng = np.random.default_rng(515)
params = {
    "src": _rng.normal(size=(SOURCE, EMB)),
    "tgt": _rng.normal(size=(TARGET, EMB)),
    "enc": blank(_rng, EMB),
    "dec": blank(_rng, EMB),
    "out": _rng.normal(size=(TARGET, 2 * HIDDEN)),
}
data = ([([1, 4, 2, 4], [3, 1, 1]), ([0, 5, 3], [2, 4, 3, 1]), ([2, 1], [1, 3])],)

if __name__ == "__main__":
    print(loss(params, *data))
