"""SVD++: ratings from biases, item factors, user factors and the items a user has looked at."""
import numpy as np

g = np.random.default_rng(6)
U, I, F = 4, 5, 3
params = {"bu": g.normal(0, .3, U), "bi": g.normal(0, .3, I), "p": g.normal(0, .5, (U, F)),
          "q": g.normal(0, .5, (I, F)), "y": g.normal(0, .5, (I, F))}
seen = {0: [0, 2, 3], 1: [1], 2: [0, 1, 2, 4], 3: [3, 4]}
ratings = [(0, 2, 4.0), (0, 0, 2.5), (1, 1, 3.0), (2, 4, 5.0), (2, 0, 1.0), (3, 3, 3.5), (0, 3, 4.5)]
data = (ratings, seen, 3.2)
REG = 0.04


def profile(P, u, seen):
    return P["p"][u] + P["y"][seen[u]].sum(0) / np.sqrt(len(seen[u]))


def loss(P, ratings, seen, mean):
    total = 0.0
    for u, i, r in ratings:
        e = r - mean - P["bu"][u] - P["bi"][i] - P["q"][i] @ profile(P, u, seen)
        total += e**2
        total += REG * (P["bu"][u]**2 + P["bi"][i]**2 + P["p"][u] @ P["p"][u] + P["q"][i] @ P["q"][i])
    return total / 2


def gradients(P, ratings, seen, mean):
    G = {k: np.zeros(v.shape) for k, v in P.items()}
    for u, i, r in ratings:
        prof = profile(P, u, seen)
        e = r - mean - P["bu"][u] - P["bi"][i] - P["q"][i] @ prof
        G["bu"][u] += -e + REG * P["bu"][u]
        G["bi"][i] += -e + REG * P["bi"][i]
        G["q"][i] += -e * prof + REG * P["q"][i]
        G["p"][u] += -e * P["q"][i] + REG * P["p"][u]
        for j in seen[u]:
            G["y"][j] += -e * P["q"][i] / np.sqrt(len(seen[u]))
    return G
