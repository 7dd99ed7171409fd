"""Dense mixture of experts for regression: a softmax gate over linear-tanh experts, plus a load-balancing term."""
import numpy as np

BALANCE = 0.4


def gate_and_experts(p, x):
    logits = np.einsum("nd,de->ne", x, p["gate"]) + p["gate_bias"]
    logits -= logits.max(axis=1)[:, np.newaxis]
    gate = np.exp(logits)
    gate /= gate.sum(axis=1)[:, np.newaxis]
    inner = np.tanh(np.einsum("nd,edh->neh", x, p["w"]) + p["b"])
    said = np.einsum("neh,eh->ne", inner, p["out"])
    return gate, inner, said, np.sum(gate * said, axis=1)


def loss(p, x, y):
    gate, _, _, guess = gate_and_experts(p, x)
    load = gate.mean(axis=0)
    return 0.5 * np.mean((guess - y) ** 2) + BALANCE * np.sum(load**2)


def gradients(p, x, y):
    gate, inner, said, guess = gate_and_experts(p, x)
    n = x.shape[0]
    r = (guess - y) / n
    load = gate.mean(axis=0)
    d_said = r[:, None] * gate
    d_gate = r[:, None] * said
    d_gate += 2 * BALANCE * load / n
    d_logits = gate * (d_gate - np.sum(d_gate * gate, axis=1, keepdims=True))
    d_inner = d_said[:, :, None] * p["out"]
    d_pre = d_inner * (1 - inner**2)
    return {
        "gate": x.T @ d_logits,
        "gate_bias": d_logits.sum(axis=0),
        "w": np.einsum("nd,neh->edh", x, d_pre),
        "b": d_pre.sum(axis=0),
        "out": np.einsum("ne,neh->eh", d_said, inner),
    }


_g = np.random.default_rng(4)
_d, _e, _h, _n = 3, 4, 2, 7
params = {
    "gate": _g.normal(size=(_d, _e)),
    "gate_bias": _g.normal(size=_e) * 0.2,
    "w": _g.normal(size=(_e, _d, _h)) * 0.8,
    "b": _g.normal(size=(_e, _h)) * 0.3,
    "out": _g.normal(size=(_e, _h)),
}
data = (_g.normal(size=(_n, _d)), _g.normal(size=_n))
