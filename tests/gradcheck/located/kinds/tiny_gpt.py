"""A language model of one transformer block (norms before the sublayers) with learnt positions and tied embeddings."""

import numpy as np

CONFIG = dict(vocab=7, width=4, heads=2, inner=6, steps=5)


class LayerNorm:
    def __init__(self, name):
        self.g, self.b = name + ".g", name + ".b"

    def forward(self, p, x):
        mu = x.mean(axis=-1, keepdims=True)
        var = x.var(axis=-1, keepdims=True)
        self.inv = 1.0 / np.sqrt(var + 1e-5)
        self.norm = (x - mu) * self.inv
        return p[self.g] * self.norm + p[self.b]

    def backward(self, p, dy, grads):
        grads[self.g] += (dy * self.norm).sum(axis=(0, 1))
        grads[self.b] += dy.sum(axis=(0, 1))
        dn = dy * p[self.g]
        mean_dn = dn.mean(axis=-1, keepdims=True)
        mean_dn_n = (dn * self.norm).mean(axis=-1, keepdims=True)
        return (dn - mean_dn - self.norm * mean_dn_n) * self.inv


class Attention:
    def __init__(self, heads):
        self.heads = heads

    def split(self, x):
        B, T, D = x.shape
        return x.reshape(B, T, self.heads, D // self.heads).transpose(0, 2, 1, 3)

    def join(self, x):
        B, H, T, d = x.shape
        return x.transpose(0, 2, 1, 3).reshape(B, T, H * d)

    def forward(self, p, x):
        self.x = x
        q, k, v = np.split(x @ p["qkv"], 3, axis=-1)
        self.q, self.k, self.v = self.split(q), self.split(k), self.split(v)
        T = x.shape[1]
        self.scale = 1.0 / np.sqrt(self.q.shape[-1])
        s = self.q @ self.k.transpose(0, 1, 3, 2) * self.scale
        s[:, :, np.triu_indices(T, 1)[0], np.triu_indices(T, 1)[1]] = -np.inf
        e = np.exp(s - s.max(axis=-1, keepdims=True))
        self.w = e / e.sum(axis=-1, keepdims=True)
        self.ctx = self.join(self.w @ self.v)
        return self.ctx @ p["proj"]

    def backward(self, p, dy, grads):
        grads["proj"] += np.tensordot(self.ctx, dy, axes=([0, 1], [0, 1]))
        dctx = self.split(dy @ p["proj"].T)
        dw = dctx @ self.v.transpose(0, 1, 3, 2)
        dv = self.w.transpose(0, 1, 3, 2) @ dctx
        ds = self.w * (dw - (dw * self.w).sum(axis=-1, keepdims=True)) * self.scale
        dq = ds @ self.k
        dk = ds.transpose(0, 1, 3, 2) @ self.q
        dqkv = np.concatenate([self.join(dq), self.join(dk), self.join(dv)], axis=-1)
        grads["qkv"] += np.tensordot(self.x, dqkv, axes=([0, 1], [0, 1]))
        return dqkv @ p["qkv"].T


class Model:
    def __init__(self, heads):
        self.ln1, self.ln2, self.lnf = LayerNorm("ln1"), LayerNorm("ln2"), LayerNorm("lnf")
        self.att = Attention(heads)

    def forward(self, p, ids):
        x = p["tok"][ids] + p["pos"][: ids.shape[1]]
        x = x + self.att.forward(p, self.ln1.forward(p, x))
        self.n2 = self.ln2.forward(p, x)
        self.pre = self.n2 @ p["fc"] + p["fc_b"]
        self.act = self.pre / (1 + np.exp(-1.702 * self.pre))
        x = x + self.act @ p["out"] + p["out_b"]
        self.final = self.lnf.forward(p, x)
        logits = self.final @ p["tok"].T
        return logits - logits.max(axis=-1, keepdims=True)

    def loss(self, p, ids, nxt):
        logits = self.forward(p, ids)
        logp = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        return -np.take_along_axis(logp, nxt[..., None], axis=-1).mean()

    def gradients(self, p, ids, nxt):
        grads = {k: np.zeros_like(v) for k, v in p.items()}
        prob = np.exp(self.forward(p, ids))
        prob /= prob.sum(axis=-1, keepdims=True)
        dlogits = (prob - np.eye(prob.shape[-1])[nxt]) / nxt.size
        grads["tok"] += np.einsum("btv,btd->vd", dlogits, self.final)
        dx = self.lnf.backward(p, dlogits @ p["tok"], grads)

        grads["out"] += np.einsum("bti,btd->id", self.act, dx)
        grads["out_b"] += dx.sum(axis=(0, 1))
        dact = dx @ p["out"].T
        sig = 1 / (1 + np.exp(-1.702 * self.pre))
        dpre = dact * (sig + 1.702 * self.pre * sig * (1 - sig))
        grads["fc"] += np.einsum("btd,bti->di", self.n2, dpre)
        grads["fc_b"] += dpre.sum(axis=(0, 1))
        dx = dx + self.ln2.backward(p, dpre @ p["fc"].T, grads)

        dx = dx + self.ln1.backward(p, self.att.backward(p, dx, grads), grads)
        grads["pos"][: ids.shape[1]] += dx.sum(axis=0)
        np.add.at(grads["tok"], ids, dx)
        return grads


def init(seed, vocab, width, heads, inner, steps):
    r = np.random.default_rng(seed)
    p = {"tok": r.normal(size=(vocab, width)), "pos": r.normal(size=(steps, width)) * 0.5}
    for name in ("ln1", "ln2", "lnf"):
        p[name + ".g"] = r.uniform(0.5, 1.5, width)
        p[name + ".b"] = r.normal(size=width) * 0.2
    p["qkv"] = r.normal(size=(width, 3 * width)) * 0.7
    p["proj"] = r.normal(size=(width, width)) * 0.7
    p["fc"], p["fc_b"] = r.normal(size=(width, inner)) * 0.6, r.normal(size=inner) * 0.2
    p["out"], p["out_b"] = r.normal(size=(inner, width)) * 0.6, r.normal(size=width) * 0.2
    return p


model = Model(CONFIG["heads"])
loss, gradients = model.loss, model.gradients
params = init(1, **CONFIG)
_text = np.array([[1, 4, 4, 0, 6, 2], [3, 5, 1, 1, 2, 0], [6, 6, 3, 2, 4, 5]])
data = (_text[:, :-1], _text[:, 1:])
