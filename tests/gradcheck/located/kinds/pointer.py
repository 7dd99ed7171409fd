"""Pointer decoder: each step points at one of the inputs and feeds the weighted input back as its next state.

Everything is kept in plain lists, one sample at a time.
"""

import numpy as np

rng = np.random.default_rng(1234)
D = 3


def logsumexp(v):
    m = v.max()
    return m + np.log(np.exp(v - m).sum())


def forward(Wk, Wq, Ws, start, items, order):
    keys = items @ Wk
    state = start
    steps = []
    for target in order:
        query = state @ Wq
        scores = keys @ query
        p = np.exp(scores - logsumexp(scores))
        glimpse = p @ items
        new = np.tanh(glimpse @ Ws + state)
        steps.append((state, query, scores, p, glimpse, new, target))
        state = new
    return keys, steps


def loss(params, batch):
    Wk, Wq, Ws, start = params
    value = 0
    for items, order in batch:
        _, steps = forward(Wk, Wq, Ws, start, items, order)
        for _, _, scores, _, _, _, target in steps:
            value += logsumexp(scores) - scores[target]
    return value / len(batch)


def gradients(params, batch):
    Wk, Wq, Ws, start = params
    gk, gq, gs, g0 = (np.zeros_like(w) for w in params)
    n = len(batch)
    for items, order in batch:
        keys, steps = forward(Wk, Wq, Ws, start, items, order)
        dstate = np.zeros(D)
        dkeys = np.zeros_like(keys)
        for state, query, _scores, p, glimpse, new, target in reversed(steps):
            dpre = dstate * (1 - new**2)
            gs += np.outer(glimpse, dpre)
            dglimpse = Ws @ dpre
            dp = items @ dglimpse
            dscores = p * (dp - p @ dp)
            dscores += p / n
            dscores[target] -= 1 / n
            dkeys += np.outer(dscores, query)
            dquery = keys.T @ dscores
            gq += np.outer(state, dquery)
            dstate = Wq @ dquery + dpre
        gk += items.T @ dkeys
        g0 += dstate
    return gk, gq, gs, g0


def point(params, items, length):
    """Greedy decoding."""
    Wk, Wq, Ws, state = params
    found = []
    for _ in range(length):
        scores = (items @ Wk) @ (state @ Wq)
        found.append(int(scores.argmax()))
        p = np.exp(scores - logsumexp(scores))
        state = np.tanh((p @ items) @ Ws + state)
    return found


params = (
    rng.normal(size=(D, 4)),
    rng.normal(size=(D, 4)),
    rng.normal(size=(D, D)) * 0.8,
    rng.normal(size=D) * 0.5,
)
batch = []
for n_items in (4, 6, 5, 3, 4):
    items = rng.normal(size=(n_items, D))
    batch.append((items, list(np.argsort(items[:, 0]))))
data = (batch,)
