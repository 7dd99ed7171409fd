import numpy as np

rng = np.random.default_rng(5)
d, hidden, vocab = 4, 6, 7
params = {
    "tok": rng.standard_normal((vocab, d)),
    "scale": 1 + 0.1 * rng.standard_normal(d),
    "w_gate": rng.standard_normal((d, hidden)) * 0.5,
    "w_up": rng.standard_normal((d, hidden)) * 0.5,
    "w_down": rng.standard_normal((hidden, d)) * 0.5,
    "scale_out": 1 + 0.1 * rng.standard_normal(d),
}
ids = np.array([3, 1, 3, 6, 0, 2, 1, 3])
data = (ids[:-1], ids[1:])


def rms(x, w):
    r = np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)
    return w * x / r, (x, w, r)


def rms_back(dy, saved):
    x, w, r = saved
    dw = (dy * x / r).sum(0)
    dyw = dy * w
    dx = dyw / r - x * (dyw * x).mean(-1, keepdims=True) / r**3
    return dx, dw


def forward(p, ids):
    x0 = p["tok"][ids]
    n, c1 = rms(x0, p["scale"])
    gate, up = n @ p["w_gate"], n @ p["w_up"]
    sig = 1 / (1 + np.exp(-gate))
    silu = gate * sig
    mixed = silu * up
    x1 = x0 + mixed @ p["w_down"]
    y, c2 = rms(x1, p["scale_out"])
    logits = y @ p["tok"].T  # tied
    logits -= logits.max(1, keepdims=True)
    probs = np.exp(logits)
    probs /= probs.sum(1, keepdims=True)
    return probs, (c1, n, gate, up, sig, silu, mixed, c2, y)


def loss(p, ids, nxt):
    probs, _ = forward(p, ids)
    return -np.mean(np.log(probs[range(len(nxt)), nxt]))


def gradients(p, ids, nxt):
    probs, (c1, n, gate, up, sig, silu, mixed, c2, y) = forward(p, ids)
    T = len(nxt)
    dl = probs
    dl[range(T), nxt] -= 1
    dl = dl / T
    dtok = dl.T @ y
    dx1, dscale_out = rms_back(dl @ p["tok"], c2)
    dw_down = mixed.T @ dx1
    dmixed = dx1 @ p["w_down"].T
    dup = dmixed * silu
    dgate = dmixed * up * (sig + silu * (1 - sig))
    dn = dgate @ p["w_gate"].T + dup @ p["w_up"].T
    dx0, dscale = rms_back(dn, c1)
    dx0 = dx0 + dx1
    np.add.at(dtok, ids, dx0)
    return {
        "tok": dtok,
        "scale": dscale,
        "w_gate": n.T @ dgate,
        "w_up": n.T @ dup,
        "w_down": dw_down,
        "scale_out": dscale_out,
    }
