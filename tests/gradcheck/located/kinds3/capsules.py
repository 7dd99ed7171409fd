import numpy as np

# Capsules with routing by agreement. I backprop through the routing too (most people do not)
np.random.seed(64)
ROUNDS = 3
M_PLUS, M_MINUS, DOWN = 0.9, 0.1, 0.5


def squash(s):
    n2 = (s**2).sum(-1, keepdims=True)
    n = np.sqrt(n2 + 1e-9)
    return s * n / (1 + n2)


def squash_back(dv, s):
    n2 = (s**2).sum(-1, keepdims=True)
    n = np.sqrt(n2 + 1e-9)
    scale = n / (1 + n2)
    # d scale / d n2
    dscale = 1 / (2 * n * (1 + n2)) - n / (1 + n2) ** 2
    return dv * scale + 2 * s * dscale * (dv * s).sum(-1, keepdims=True)


# dynamic routing: b starts at the (learned) prior, same prior for all samples
class Caps:
    def forward(self, par, U):
        W, prior = par
        # U: batch, i, d      W: i, j, e, d
        self.uhat = np.einsum("ijed,nid->nije", W, U)
        b = np.tile(prior, (len(U), 1, 1))
        self.rounds = []
        for _ in range(ROUNDS):
            c = np.exp(b)
            c = c / c.sum(2, keepdims=True)
            s = np.einsum("nij,nije->nje", c, self.uhat)
            v = squash(s)
            self.rounds.append((c, s, v))
            b = b + np.einsum("nije,nje->nij", self.uhat, v)
        return v

    def loss(self, par, U, T):
        v = self.forward(par, U)
        length = np.sqrt((v**2).sum(-1))
        pos = np.maximum(0, M_PLUS - length) ** 2
        neg = np.maximum(0, length - M_MINUS) ** 2
        return (T * pos + DOWN * (1 - T) * neg).sum() / len(U)

    def grads(self, par, U, T):
        v = self.forward(par, U)
        length = np.sqrt((v**2).sum(-1))
        dlen = -2 * T * np.maximum(0, M_PLUS - length)
        dlen += 2 * DOWN * (1 - T) * np.maximum(0, length - M_MINUS)
        dlen /= len(U)
        dv = dlen[..., None] * v / length[..., None]
        duhat = np.zeros_like(self.uhat)
        db = np.zeros(self.uhat.shape[:3])
        for r in range(ROUNDS - 1, -1, -1):
            c, s, v = self.rounds[r]
            if r < ROUNDS - 1:
                # b of the next round used this v; the last round's b is never used
                dv = np.einsum("nij,nije->nje", db, self.uhat)
                duhat += db[..., None] * v[:, None]
            ds = squash_back(dv, s)
            duhat += c[..., None] * ds[:, None]
            dc = np.einsum("nje,nije->nij", ds, self.uhat)
            db = db + c * (dc - (dc * c).sum(2, keepdims=True))
        dW = np.einsum("nije,nid->ijed", duhat, U)
        return dW, db.sum(0)


caps = Caps()
loss = caps.loss
gradients = caps.grads
params = (np.random.randn(4, 3, 5, 2) * 0.6, np.random.randn(4, 3) * 0.4)
data = (np.random.randn(6, 4, 2), np.eye(3)[[0, 2, 1, 1, 0, 2]])
