"""Anchor classifier on image cells: 3x3 context conv, two heads (objectness with focal loss, offsets with smooth L1)."""
import numpy as np

rng = np.random.RandomState(2)
H, W = 4, 5
grid = rng.randn(H, W, 2)
has = np.zeros((H, W))
has[1, 2] = has[2, 0] = has[3, 4] = 1
shift = rng.randn(H, W, 2)
params = {
    'K': rng.randn(3, 3, 2, 3) * .3, 'k': rng.randn(3) * .1,
    'obj': rng.randn(3) * .7, 'obj_b': np.array(-1.0),
    'off': rng.randn(3, 2) * .7,
}
data = (grid, has, shift)
GAMMA, ALPHA = 2.0, 0.25


def features(p, grid):
    big = np.zeros((H + 2, W + 2, 2))
    big[1:-1, 1:-1] = grid
    z = np.zeros((H, W, 3)) + p['k']
    for i in range(3):
        for j in range(3):
            z += big[i:i + H, j:j + W] @ p['K'][i, j]
    return big, np.tanh(z)


def loss(p, grid, has, shift):
    _, f = features(p, grid)
    q = 1 / (1 + np.exp(-(f @ p['obj'] + p['obj_b'])))
    focal = -ALPHA * has * (1 - q) ** GAMMA * np.log(q) - (1 - ALPHA) * (1 - has) * q ** GAMMA * np.log(1 - q)
    e = np.abs(f @ p['off'] - shift)
    smooth = np.where(e < 1, .5 * e ** 2, e - .5).sum(2) * has
    return (focal.sum() + smooth.sum()) / has.sum()


def gradients(p, grid, has, shift):
    big, f = features(p, grid)
    q = 1 / (1 + np.exp(-(f @ p['obj'] + p['obj_b'])))
    n = has.sum()
    dq_pos = ALPHA * (GAMMA * (1 - q) ** (GAMMA - 1) * np.log(q) - (1 - q) ** GAMMA / q)
    dq_neg = (1 - ALPHA) * (q ** GAMMA / (1 - q) - GAMMA * q ** (GAMMA - 1) * np.log(1 - q))
    ds = np.where(has == 1, dq_pos, dq_neg) * q * (1 - q) / n
    doff = np.clip(f @ p['off'] - shift, -1, 1) * has[:, :, None] / n
    g = {'obj': np.einsum('hw,hwf->f', ds, f), 'obj_b': ds.sum(), 'off': np.einsum('hwf,hwo->fo', f, doff)}
    df = ds[:, :, None] * p['obj'] + doff @ p['off'].T
    dz = df * (1 - f ** 2)
    g['K'] = np.zeros_like(p['K'])
    for i in range(3):
        for j in range(3):
            g['K'][i, j] = np.einsum('hwc,hwf->cf', big[i:i + H, j:j + W], dz)
    g['k'] = dz.sum((0, 1))
    return g
