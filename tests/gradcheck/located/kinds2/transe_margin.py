# translation embeddings of a knowledge graph; margin between true and corrupted triples; L1 distance; soft unit-length penalty
import numpy as np
np.random.seed(18)
n_ent, n_rel, dim = 6, 2, 4
ent = np.random.randn(n_ent, dim) * .7
rel = np.random.randn(n_rel, dim) * .7
params = {'ent': ent, 'rel': rel}
true = np.array([[0, 0, 1], [1, 0, 2], [3, 1, 3], [4, 1, 0], [2, 0, 5]])
fake = np.array([[0, 0, 4], [5, 0, 2], [3, 1, 1], [4, 1, 2], [2, 0, 0]])
data = (true, fake)
margin, mu = 2.0, .1

def distance(p, t):
    return np.abs(p['ent'][t[:, 0]] + p['rel'][t[:, 1]] - p['ent'][t[:, 2]]).sum(1)

def loss(p, true, fake):
    over = np.maximum(0, (p['ent'] ** 2).sum(1) - 1)
    return np.maximum(0, margin + distance(p, true) - distance(p, fake)).sum() + mu * (over ** 2).sum()

def gradients(p, true, fake):
    E, R = p['ent'], p['rel']
    gE, gR = np.zeros_like(E), np.zeros_like(R)
    active = margin + distance(p, true) - distance(p, fake) > 0
    for k in range(len(true)):
        if not active[k]:
            continue
        for sign, (h, r, t) in ((1, true[k]), (-1, fake[k])):
            s = sign * np.sign(E[h] + R[r] - E[t])
            gE[h] += s
            gR[r] += s
            gE[t] -= s
    over = np.maximum(0, (E ** 2).sum(1, keepdims=True) - 1)
    gE += 4 * mu * over * E
    return {'ent': gE, 'rel': gR}
