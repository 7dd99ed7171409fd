import numpy as np
from functional import normalise, normalise_back, outer_over_rows, softmax, softmax_back, total_over_rows


class Module:
    """Finds its arrays under its own prefix, and puts their gradients under the same names."""

    def __init__(self, prefix, params, grads):
        self.prefix, self.params, self.grads = prefix, params, grads

    def __getitem__(self, key):
        return self.params[f"{self.prefix}.{key}"]

    def give(self, key, g):
        name = f"{self.prefix}.{key}"
        self.grads[name] = self.grads.get(name, 0) + g


class LayerNorm(Module):
    def forward(self, x):
        self.xhat, self.inv = normalise(x)
        return self.xhat * self["gain"] + self["shift"]

    def backward(self, d):
        self.give("gain", total_over_rows(d * self.xhat))
        self.give("shift", total_over_rows(d))
        return normalise_back(self.xhat, self.inv, d * self["gain"])


class Attention(Module):
    def forward(self, x):
        self.x = x
        self.q, self.k, self.v = x @ self["Q"], x @ self["K"], x @ self["V"]
        self.root = np.sqrt(self.q.shape[-1])
        scores = self.q @ self.k.swapaxes(1, 2) / self.root
        later = np.triu(np.ones(scores.shape[1:], bool), 1)
        self.p = softmax(np.where(later, -1e9, scores))
        self.mix = self.p @ self.v
        return self.mix @ self["O"]

    def backward(self, d):
        self.give("O", outer_over_rows(self.mix, d))
        dmix = d @ self["O"].T
        dp = dmix @ self.v.swapaxes(1, 2)
        dv = self.p.swapaxes(1, 2) @ dmix
        ds = softmax_back(self.p, dp) / self.root
        dq = ds @ self.k
        dk = ds.swapaxes(1, 2) @ self.q
        self.give("Q", outer_over_rows(self.x, dq))
        self.give("K", outer_over_rows(self.x, dk))
        self.give("V", outer_over_rows(self.x, dv))
        return dq @ self["Q"].T + dk @ self["K"].T + dv @ self["V"].T


class Feed(Module):
    def forward(self, x):
        self.x = x
        self.h = np.tanh(x @ self["in"] + self["bias"])
        return self.h @ self["out"]

    def backward(self, d):
        self.give("out", outer_over_rows(self.h, d))
        dz = d @ self["out"].T * (1 - self.h**2)
        self.give("in", outer_over_rows(self.x, dz))
        self.give("bias", total_over_rows(dz))
        return dz @ self["in"].T


class Block(Module):
    """x + f(norm(x)), twice."""

    def __init__(self, *args):
        super().__init__(*args)
        sub = lambda cls, name: cls(f"{self.prefix}.{name}", self.params, self.grads)
        self.norm1, self.attn = sub(LayerNorm, "norm1"), sub(Attention, "attn")
        self.norm2, self.feed = sub(LayerNorm, "norm2"), sub(Feed, "feed")

    def forward(self, x):
        x = x + self.attn.forward(self.norm1.forward(x))
        return x + self.feed.forward(self.norm2.forward(x))

    def backward(self, d):
        d = d + self.norm2.backward(self.feed.backward(d))
        return d + self.norm1.backward(self.attn.backward(d))
