import numpy as np
from cells import ElmanCell, Readout
from unroll import back_through_time, through_time


def squared(ys, targets, mask):
    """Steps beyond a sequence's end do not count."""
    e = (ys - targets) * mask[:, :, None]
    n = mask.sum()
    return (e**2).sum() / n, 2 * e / n


def first_state(params, batch):
    return np.repeat(params["h0"][None, :], batch, axis=0)


def loss(params, xs, targets, mask):
    ys, _ = through_time(ElmanCell(params), Readout(params), xs, first_state(params, xs.shape[1]))
    return squared(ys, targets, mask)[0]


def gradients(params, xs, targets, mask):
    cell, readout = ElmanCell(params), Readout(params)
    ys, tape = through_time(cell, readout, xs, first_state(params, xs.shape[1]))
    _, dys = squared(ys, targets, mask)
    dh0 = back_through_time(cell, readout, dys, tape)
    return {**cell.grads, **readout.grads, "h0": dh0.sum(axis=0)}


rng = np.random.default_rng(40)
D, H, O, T, N = 3, 5, 2, 6, 4
params = {
    "Wx": rng.normal(size=(D, H)) * 0.6,
    "Wh": rng.normal(size=(H, H)) * 0.4,
    "b": rng.normal(size=H) * 0.2,
    "h0": rng.normal(size=H) * 0.5,
    "Wy": rng.normal(size=(H, O)) * 0.6,
    "by": rng.normal(size=O) * 0.2,
}
lengths = np.array([6, 4, 5, 3])
data = (
    rng.normal(size=(T, N, D)),
    rng.normal(size=(T, N, O)),
    (np.arange(T)[:, None] < lengths[None, :]).astype(float),
)
