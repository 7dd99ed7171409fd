import numpy as np


def through_time(cell, readout, xs, h):
    """xs: (steps, batch, features). Gives the outputs and, per step, both caches."""
    ys, tape = [], []
    for x in xs:
        h, c = cell.step(x, h)
        y, r = readout.step(h)
        ys.append(y)
        tape.append((c, r))
    return np.stack(ys), tape


def back_through_time(cell, readout, dys, tape):
    dh_next = 0.0
    for dy, (c, r) in zip(dys[::-1], tape[::-1]):
        dh = readout.back(dy, r) + dh_next
        _, dh_next = cell.back(dh, c)
    return dh_next
