"""Attention pooling over a set with constants folded together. The keys have no effect through their bias: it adds the same
number to all scores of a query, and the softmax takes it out again, so its gradient is exactly zero.
"""

import numpy as np

LOG2 = np.log(2.0)


class SetPool:
    def forward(self, p, sets):
        self.sets = sets
        self.keys = sets @ p["Wk"] + p["bk"]
        d = p["queries"].shape[1]
        # base two: 2^(x / ln 2) = e^x
        score = self.keys @ p["queries"].T / (np.sqrt(d) * LOG2)
        w = np.exp2(score - score.max(axis=1, keepdims=True))
        self.w = w / w.sum(axis=1, keepdims=True)
        self.pooled = np.einsum("nsq,nsf->nqf", self.w, sets)
        return np.einsum("nqf,qf->n", self.pooled, p["read"]) + p["offset"]

    def backward(self, p, dout):
        d = p["queries"].shape[1]
        dread = np.tensordot(dout, self.pooled, axes=1)
        value = np.einsum("nsf,qf->nsq", self.sets, p["read"])
        mean = np.einsum("nsq,nsq->nq", self.w, value)
        dscore = self.w * (value - mean[:, None, :]) * dout[:, None, None] / np.sqrt(d)
        dqueries = np.einsum("nsq,nsd->qd", dscore, self.keys)
        dkeys = dscore @ p["queries"]
        return {
            "Wk": np.einsum("nsf,nsd->fd", self.sets, dkeys),
            "bk": np.zeros_like(p["bk"]),
            "queries": dqueries,
            "read": dread,
            "offset": dout.sum(keepdims=True),
        }


pool = SetPool()


def loss(p, sets, y):
    # mean absolute error in a smooth form
    return np.mean(np.sqrt((pool.forward(p, sets) - y) ** 2 + 0.01))


def gradients(p, sets, y):
    gap = pool.forward(p, sets) - y
    return pool.backward(p, gap / (np.hypot(gap, 0.1) * len(y)))


_g = np.random.default_rng(1066)
params = {
    "Wk": _g.normal(size=(3, 4)),
    "bk": _g.normal(size=4),
    "queries": _g.normal(size=(2, 4)),
    "read": _g.normal(size=(2, 3)),
    "offset": np.array([0.3]),
}
data = (_g.normal(size=(6, 5, 3)), _g.normal(size=6))
