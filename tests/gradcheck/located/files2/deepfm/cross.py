import numpy as np


def cross_layers(x0, ws, bs):
    """x_{l+1} = x0 * (x_l . w_l) + b_l + x_l"""
    xs, dots = [x0], []
    for w, b in zip(ws, bs):
        s = xs[-1] @ w
        dots.append(s)
        xs.append(x0 * s[:, None] + b + xs[-1])
    return xs, dots


def cross_back(d, xs, dots, ws):
    x0 = xs[0]
    d0 = np.zeros_like(x0)
    dws, dbs = np.zeros_like(ws), np.zeros_like(ws)
    for l in range(len(ws) - 1, -1, -1):
        dbs[l] = d.sum(axis=0)
        ds = (d * x0).sum(axis=1)
        d0 += d * dots[l][:, None]
        dws[l] = xs[l].T @ ds
        d = d + np.outer(ds, ws[l])
    return d + d0, dws, dbs
