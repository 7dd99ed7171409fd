"""Capsules: votes of lower capsules for upper ones, two rounds of routing by agreement (differentiated too), margin loss."""

import numpy as np

LOWER, UPPER, DIN, DOUT = 4, 3, 2, 3
ROUNDS = 2
DOWN_WEIGHT = 0.5


def squash(s):
    sq = (s**2).sum(axis=-1, keepdims=True)
    return s * np.sqrt(sq) / (1 + sq)


def squash_back(dv, s):
    sq = (s**2).sum(axis=-1, keepdims=True)
    length = np.sqrt(sq)
    # v = s * m, with m = length / (1 + length^2)
    m = length / (1 + sq)
    dm_dlen = (1 - sq) / (1 + sq) ** 2
    dm = (dv * s).sum(axis=-1, keepdims=True)
    return dv * m + s / length * dm * dm_dlen


def softmax(b):
    e = np.exp(b - b.max(axis=2, keepdims=True))
    return e / e.sum(axis=2, keepdims=True)


class CapsNet:
    def forward(self, p, x):
        n = len(x)
        pre = x @ p["W_prim"] + p["b_prim"]
        prim_s = pre.reshape(n, LOWER, DIN)
        prim = squash(prim_s)
        votes = np.einsum("nid,ijde->nije", prim, p["W_vote"]) + p["b_vote"]
        logits = np.zeros((n, LOWER, UPPER))
        rounds = []
        for _ in range(ROUNDS):
            c = softmax(logits)
            s = np.einsum("nij,nije->nje", c, votes)
            v = squash(s)
            rounds.append((c, s, v))
            logits = logits + np.einsum("nije,nje->nij", votes, v)
        self.tape = (prim_s, prim, votes, rounds)
        return v

    def backward(self, p, x, dv):
        prim_s, prim, votes, rounds = self.tape
        n = len(x)
        dvotes = np.zeros_like(votes)
        dlogits = np.zeros((n, LOWER, UPPER))
        for r in reversed(range(ROUNDS)):
            c, s, v = rounds[r]
            if r < ROUNDS - 1:
                # the last round's agreement is never used
                dv = np.einsum("nij,nije->nje", dlogits, votes)
                dvotes += dlogits[..., None] * v[:, None]
            ds = squash_back(dv, s)
            dc = np.einsum("nje,nije->nij", ds, votes)
            dvotes += c[..., None] * ds[:, None]
            dlogits = dlogits + c * (dc - (c * dc).sum(axis=2, keepdims=True))
        g = {
            "W_vote": np.einsum("nid,nije->ijde", prim, dvotes),
            "b_vote": dvotes.sum(axis=0),
        }
        dprim = np.einsum("nije,ijde->nid", dvotes, p["W_vote"])
        dpre = squash_back(dprim, prim_s).reshape(n, -1)
        g["W_prim"] = x.T @ dpre
        g["b_prim"] = dpre.sum(axis=0)
        return {k: g[k] for k in p}


caps = CapsNet()


def loss(p, x, y):
    v = caps.forward(p, x)
    length = np.sqrt((v**2).sum(axis=2))
    T = np.eye(UPPER)[y]
    present = T * np.maximum(0, 0.9 - length) ** 2
    absent = DOWN_WEIGHT * (1 - T) * np.maximum(0, length - 0.1) ** 2
    return (present + absent).sum(axis=1).mean()


def gradients(p, x, y):
    v = caps.forward(p, x)
    length = np.sqrt((v**2).sum(axis=2))
    T = np.eye(UPPER)[y]
    dlength = -2 * T * np.maximum(0, 0.9 - length)
    dlength += 2 * DOWN_WEIGHT * (1 - T) * np.maximum(0, length - 0.1)
    dlength /= len(y)
    dv = dlength[:, :, None] * v / length[:, :, None]
    return caps.backward(p, x, dv)


rng = np.random.default_rng(18)
params = {
    "W_prim": rng.normal(size=(5, LOWER * DIN)),
    "b_prim": rng.normal(size=LOWER * DIN) * 0.2,
    "W_vote": rng.normal(size=(LOWER, UPPER, DIN, DOUT)) * 1.5,
    "b_vote": rng.normal(size=(LOWER, UPPER, DOUT)) * 0.3,
}
data = (rng.normal(size=(6, 5)), np.array([0, 2, 1, 1, 0, 2]))
