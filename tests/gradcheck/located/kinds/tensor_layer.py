"""Knowledge-base completion: score(e1, r, e2) = u_r . tanh(e1 T_r e2 + V_r [e1; e2] + b_r), max-margin against corrupted facts."""

import numpy as np

ENT, REL, DIM, SLICES = 6, 2, 3, 2
LAMBDA = 0.01


def score(P, r, a, b):
    e1, e2 = P["E"][a], P["E"][b]
    pair = np.concatenate((e1, e2))
    pre = np.zeros(SLICES)
    for k in range(SLICES):
        pre[k] = e1 @ P["T"][r, k] @ e2 + P["V"][r, k] @ pair + P["b"][r, k]
    act = np.tanh(pre)
    return P["u"][r] @ act, (e1, e2, pair, act)


def loss(P, facts):
    J = 0.0
    for a, r, b, corrupt in facts:
        good, _ = score(P, r, a, b)
        bad, _ = score(P, r, a, corrupt)
        J += np.logaddexp(0, 1 - good + bad)
    return J / len(facts) + LAMBDA * sum((P[k] ** 2).sum() for k in P)


def add_score_gradient(P, G, r, a, b, factor):
    _, (e1, e2, pair, act) = score(P, r, a, b)
    G["u"][r] += factor * act
    d = factor * P["u"][r] * (1 - act**2)
    for k in range(SLICES):
        G["T"][r, k] += d[k] * np.outer(e1, e2)
        G["V"][r, k] += d[k] * pair
        G["b"][r, k] += d[k]
        G["E"][a] += d[k] * (P["T"][r, k] @ e2)
        G["E"][b] += d[k] * (P["T"][r, k].T @ e1)
        G["E"][a] += d[k] * P["V"][r, k, :DIM]
        G["E"][b] += d[k] * P["V"][r, k, DIM:]


def gradients(P, facts):
    G = {k: np.zeros_like(P[k]) for k in P}
    for a, r, b, corrupt in facts:
        good, _ = score(P, r, a, b)
        bad, _ = score(P, r, a, corrupt)
        g = 1 / (1 + np.exp(good - bad - 1))
        add_score_gradient(P, G, r, a, b, -g / len(facts))
        add_score_gradient(P, G, r, a, corrupt, g / len(facts))
    for k in G:
        G[k] += 2 * LAMBDA * P[k]
    return G


gen = np.random.default_rng(987)
params = {
    "E": gen.normal(size=(ENT, DIM)),
    "T": gen.normal(size=(REL, SLICES, DIM, DIM)) * 0.6,
    "V": gen.normal(size=(REL, SLICES, 2 * DIM)) * 0.6,
    "b": gen.normal(size=(REL, SLICES)) * 0.2,
    "u": gen.normal(size=(REL, SLICES)),
}
data = ([(0, 0, 1, 2), (1, 1, 3, 5), (4, 0, 0, 3), (2, 1, 2, 1), (5, 0, 1, 4)],)
