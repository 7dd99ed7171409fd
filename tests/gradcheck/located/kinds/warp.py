"""Learns to register two images: an affine warp with bilinear sampling, a brightness curve after it, squared difference.

One warp for each image of the batch; the curve (gain, gamma-like power and offset) is shared.
"""

import numpy as np

H, W = 6, 7


def grid():
    ys, xs = np.meshgrid(np.arange(H) - (H - 1) / 2, np.arange(W) - (W - 1) / 2, indexing="ij")
    return np.stack([xs.ravel(), ys.ravel(), np.ones(H * W)], axis=0)


GRID = grid()


def sample(image, A):
    """image: (H, W), A: (2, 3). Outside the image it is black."""
    pos = A @ GRID
    x = pos[0] + (W - 1) / 2
    y = pos[1] + (H - 1) / 2
    x0 = np.floor(x).astype(int)
    y0 = np.floor(y).astype(int)
    fx, fy = x - x0, y - y0

    def pixel(j, i):
        inside = (i >= 0) & (i < H) & (j >= 0) & (j < W)
        return np.where(inside, image[np.clip(i, 0, H - 1), np.clip(j, 0, W - 1)], 0.0)

    p00, p10 = pixel(x0, y0), pixel(x0 + 1, y0)
    p01, p11 = pixel(x0, y0 + 1), pixel(x0 + 1, y0 + 1)
    value = p00 * (1 - fx) * (1 - fy) + p10 * fx * (1 - fy) + p01 * (1 - fx) * fy + p11 * fx * fy
    return value, (p00, p10, p01, p11, fx, fy)


def sample_slopes(parts):
    p00, p10, p01, p11, fx, fy = parts
    along_x = (p10 - p00) * (1 - fy) + (p11 - p01) * fy
    along_y = (p01 - p00) * (1 - fx) + (p11 - p10) * fx
    return along_x, along_y


def loss(p, moving, fixed):
    total = 0.0
    for k in range(len(moving)):
        v, _ = sample(moving[k], p["A"][k])
        shown = p["gain"] * np.tanh(p["curve"] * v) + p["offset"]
        total += ((shown - fixed[k].ravel()) ** 2).mean()
    # warps should stay near the identity
    return total / len(moving) + 0.05 * ((p["A"] - np.eye(2, 3)) ** 2).sum()


def gradients(p, moving, fixed):
    g = {name: np.zeros_like(value) for name, value in p.items()}
    n = len(moving)
    for k in range(n):
        v, parts = sample(moving[k], p["A"][k])
        t = np.tanh(p["curve"] * v)
        shown = p["gain"] * t + p["offset"]
        d = 2 * (shown - fixed[k].ravel()) / (n * H * W)
        g["gain"] += (d * t).sum()
        g["offset"] += d.sum()
        dpre = d * p["gain"] * (1 - t**2)
        g["curve"] += (dpre * v).sum()
        dv = dpre * p["curve"]
        along_x, along_y = sample_slopes(parts)
        g["A"][k, 0] = GRID @ (dv * along_x)
        g["A"][k, 1] = GRID @ (dv * along_y)
    g["A"] += 0.1 * (p["A"] - np.eye(2, 3))
    return g


_r = np.random.default_rng(9)
params = {
    "A": np.eye(2, 3) + _r.normal(size=(3, 2, 3)) * 0.12,
    "gain": np.array([1.2]),
    "curve": np.array([0.8]),
    "offset": np.array([0.1]),
}
data = (_r.random((3, H, W)), _r.random((3, H, W)))
