"""Soft decision tree of depth three: inner nodes send a sample left or right with a probability, leaves hold class scores.

Nodes are numbered as in a heap: node i has the children 2 i + 1 and 2 i + 2.
"""

import numpy as np


class SoftTree:
    def __init__(self, depth, n_features, n_classes):
        self.depth = depth
        self.inner = 2**depth - 1
        self.leaves = 2**depth
        self.n_features = n_features
        self.n_classes = n_classes
        self.beta = 1.5
        self.spread = 0.1

    def draw(self, seed):
        r = np.random.RandomState(seed)
        return {
            "split": r.randn(self.inner, self.n_features),
            "bias": r.randn(self.inner) * 0.3,
            "leaf": r.randn(self.leaves, self.n_classes),
        }

    def reach(self, P, x):
        """Probability of reaching each node (inner and leaves) and of going right at each inner one."""
        right = 1 / (1 + np.exp(-self.beta * (x @ P["split"].T + P["bias"])))
        reach = np.zeros((len(x), self.inner + self.leaves))
        reach[:, 0] = 1.0
        for i in range(self.inner):
            reach[:, 2 * i + 1] = reach[:, i] * (1 - right[:, i])
            reach[:, 2 * i + 2] = reach[:, i] * right[:, i]
        return reach, right

    def leaf_dists(self, P):
        e = np.exp(P["leaf"] - P["leaf"].max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, P, x, y):
        reach, right = self.reach(P, x)
        mix = reach[:, self.inner :] @ self.leaf_dists(P)
        nll = -np.log(mix[np.arange(len(y)), y]).mean()
        # keep the root from sending everybody one way
        share = right[:, 0].mean()
        return nll - self.spread * 0.5 * (np.log(share) + np.log(1 - share))

    def gradients(self, P, x, y):
        n = len(y)
        reach, right = self.reach(P, x)
        Q = self.leaf_dists(P)
        leaf_reach = reach[:, self.inner :]
        likelihood = (leaf_reach * Q[:, y].T).sum(axis=1)
        scale = -1 / (n * likelihood)

        dQ = np.zeros_like(Q)
        for s in range(n):
            dQ[:, y[s]] += scale[s] * leaf_reach[s]
        dleaf = Q * (dQ - (dQ * Q).sum(axis=1, keepdims=True))

        dreach = np.zeros_like(reach)
        dreach[:, self.inner :] = scale[:, None] * Q[:, y].T
        dright = np.zeros_like(right)
        for i in reversed(range(self.inner)):
            lo, hi = dreach[:, 2 * i + 1], dreach[:, 2 * i + 2]
            dreach[:, i] = lo * (1 - right[:, i]) + hi * right[:, i]
            dright[:, i] = reach[:, i] * (hi - lo)
        share = right[:, 0].mean()
        dright[:, 0] -= self.spread * 0.5 * (1 / share - 1 / (1 - share)) / n

        dact = self.beta * dright * right * (1 - right)
        return {"split": dact.T @ x, "bias": dact.sum(axis=0), "leaf": dleaf}


tree = SoftTree(3, 4, 3)
loss = tree.loss
gradients = tree.gradients
params = tree.draw(25)
_r = np.random.RandomState(26)
data = (_r.randn(10, 4), _r.randint(0, 3, 10))
