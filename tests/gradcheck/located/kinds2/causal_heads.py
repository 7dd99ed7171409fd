# multi-head causal self attention with a learned position table + output projection; regression of the next frame
import numpy as np

rng = np.random.default_rng(2024)
T, D, H = 5, 6, 2
hd = D // H
params = {
    "pos": rng.normal(0, .3, (T, D)),
    "qkv": rng.normal(0, .4, (D, 3 * D)),
    "qkv_b": rng.normal(0, .1, 3 * D),
    "proj": rng.normal(0, .4, (D, D)),
}
frames = rng.normal(size=(2, T + 1, D))
data = (frames,)
tri = np.triu(np.ones((T, T), bool), 1)


def split(x):
    B = x.shape[0]
    return x.reshape(B, T, H, hd).transpose(0, 2, 1, 3)


def merge(x):
    return x.transpose(0, 2, 1, 3).reshape(x.shape[0], T, D)


def forward(p, frames):
    x = frames[:, :-1] + p["pos"]
    q, k, v = (split(part) for part in np.split(x @ p["qkv"] + p["qkv_b"], 3, axis=-1))
    s = q @ k.swapaxes(-1, -2) / np.sqrt(hd)
    s[..., tri] = -np.inf
    a = np.exp(s - s.max(-1, keepdims=True))
    a = a / a.sum(-1, keepdims=True)
    y = merge(a @ v)
    return x, q, k, v, a, y, x + y @ p["proj"]


def loss(p, frames):
    out = forward(p, frames)[-1]
    return ((out - frames[:, 1:]) ** 2).mean()


def gradients(p, frames):
    x, q, k, v, a, y, out = forward(p, frames)
    dout = 2 * (out - frames[:, 1:]) / out.size
    dproj = np.einsum("bti,btj->ij", y, dout)
    dy = split(dout @ p["proj"].T)
    da = dy @ v.swapaxes(-1, -2)
    dv = a.swapaxes(-1, -2) @ dy
    ds = a * (da - (da * a).sum(-1, keepdims=True))
    ds = ds / np.sqrt(hd)
    dq = ds @ k
    dk = ds.swapaxes(-1, -2) @ q
    dqkv = np.concatenate([merge(dq), merge(dk), merge(dv)], axis=-1)
    dw = np.einsum("bti,btj->ij", x, dqkv)
    dx = dout + dqkv @ p["qkv"].T
    return {"pos": dx.sum(0), "qkv": dw, "qkv_b": dqkv.sum((0, 1)), "proj": dproj}
