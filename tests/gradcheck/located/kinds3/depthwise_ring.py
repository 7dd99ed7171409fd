"""Separable convolutions on a torus (the map wraps round, so there are no borders to think about).

block: depthwise 3x3 -> softplus -> pointwise 1x1 -> + input
"""
import numpy as np

gen = np.random.default_rng(77)
OFF = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]


def block(x, k, P, b):
    y = 0
    for o, (i, j) in enumerate(OFF):
        y = y + k[o] * np.roll(x, (i, j), axis=(1, 2))
    s = np.log1p(np.exp(y))
    return x + np.einsum("nhwc,cd->nhwd", s, P) + b, (x, y, s)


def block_grad(dout, saved, k, P):
    x, y, s = saved
    db = dout.sum((0, 1, 2))
    dP = np.einsum("nhwc,nhwd->cd", s, dout)
    ds = np.einsum("nhwd,cd->nhwc", dout, P)
    dy = ds / (1 + np.exp(-y))
    dk = np.zeros_like(k)
    dx = dout.copy()  # the skip
    for o, (i, j) in enumerate(OFF):
        dk[o] = (dy * np.roll(x, (i, j), axis=(1, 2))).sum((0, 1, 2))
        dx += k[o] * np.roll(dy, (-i, -j), axis=(1, 2))
    return dx, dk, dP, db


def forward(params, maps):
    blocks, head = params
    x, tape = maps, []
    for k, P, b in blocks:
        x, saved = block(x, k, P, b)
        tape.append(saved)
    pooled = x.mean((1, 2))
    return pooled, pooled @ head, tape


def loss(params, maps, target):
    _, out, _ = forward(params, maps)
    return 0.5 * np.mean((out - target) ** 2)


def gradients(params, maps, target):
    blocks, head = params
    pooled, out, tape = forward(params, maps)
    n, h, w, c = maps.shape
    assert out.shape == target.shape, "again the (n,1) thing"
    dscore = (out - target) / n
    dhead = pooled.T @ dscore
    dx = np.ones((n, h, w, c)) * np.outer(dscore, head)[:, None, None, :] / (h * w)
    grads = []
    for (k, P, b), saved in zip(blocks[::-1], tape[::-1]):
        dx, dk, dP, db = block_grad(dx, saved, k, P)
        grads.append((dk, dP, db))
    return grads[::-1], dhead


C = 3
params = (
    [(gen.normal(size=(9, C)) * 0.3, gen.normal(size=(C, C)) * 0.5, gen.normal(size=C) * 0.1) for _ in range(3)],
    gen.normal(size=C),
)
data = (gen.normal(size=(2, 4, 5, C)), gen.normal(size=2))
