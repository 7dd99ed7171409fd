# pairwise ranking of items for users by the difference of scores; item side has content features too
import numpy as np
rnd = np.random.RandomState(14)
users, items, content = 3, 6, 2
class Model: pass
params = Model()
params.P = rnd.randn(users, 4) * .6
params.Q = rnd.randn(items, 4) * .6
params.T = rnd.randn(content, 4) * .6      # content -> factors
params.pop = rnd.randn(items) * .2
about = rnd.randn(items, content)
u = np.array([0, 0, 1, 2, 2, 1, 0]); good = np.array([1, 3, 0, 5, 5, 2, 1]); bad = np.array([2, 2, 4, 1, 0, 5, 4])
data = (about, u, good, bad)

def margin(m, about, u, i, j):
    full = m.Q + about @ m.T
    return full, (m.P[u] * (full[i] - full[j])).sum(1) + m.pop[i] - m.pop[j]

def loss(m, about, u, i, j):
    return np.log1p(np.exp(-margin(m, about, u, i, j)[1])).mean()

def gradients(m, about, u, i, j):
    full, x = margin(m, about, u, i, j)
    dx = -1 / (1 + np.exp(x)) / len(u)
    out = Model()
    out.P = np.zeros_like(m.P)
    np.add.at(out.P, u, dx[:, None] * (full[i] - full[j]))
    dfull = np.zeros_like(full)
    np.add.at(dfull, i, dx[:, None] * m.P[u])
    np.add.at(dfull, j, -dx[:, None] * m.P[u])
    out.Q = dfull
    out.T = about.T @ dfull
    out.pop = np.bincount(i, dx, items) - np.bincount(j, dx, items)
    return out
