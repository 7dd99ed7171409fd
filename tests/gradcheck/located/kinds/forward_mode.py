"""Online learning of a recurrent net: sensitivities of the state are carried forward, nothing goes back in time."""

import numpy as np


def loss(p, x, y):
    h = np.zeros(p["V"].shape[0])
    total = 0.0
    for t in range(len(x)):
        h = np.tanh(p["U"] @ x[t] + p["V"] @ h + p["b"])
        total += 0.5 * (p["w"] @ h - y[t]) ** 2
    return total / len(x)


def gradients(p, x, y):
    U, V, b, w = p["U"], p["V"], p["b"], p["w"]
    n = V.shape[0]
    h = np.zeros(n)
    # S_k[i, ...] is the derivative of h_i with respect to the parameter
    S_U = np.zeros((n, *U.shape))
    S_V = np.zeros((n, *V.shape))
    S_b = np.zeros((n, n))
    unit = np.eye(n)
    g = {"U": np.zeros_like(U), "V": np.zeros_like(V), "b": np.zeros_like(b), "w": np.zeros_like(w)}
    for t in range(len(x)):
        # the old h is still needed by S_V, so the new one gets another name
        S_U = np.einsum("ij,jkl->ikl", V, S_U) + unit[:, :, None] * x[t]
        S_V = np.einsum("ij,jkl->ikl", V, S_V) + unit[:, :, None] * h
        S_b = V @ S_b + unit
        new = np.tanh(U @ x[t] + V @ h + b)
        slope = 1 - new**2
        S_U *= slope[:, None, None]
        S_V *= slope[:, None, None]
        S_b *= slope[:, None]
        h = new
        err = (w @ h - y[t]) / len(x)
        g["U"] += np.tensordot(err * w, S_U, axes=1)
        g["V"] += np.tensordot(err * w, S_V, axes=1)
        g["b"] += err * w @ S_b
        g["w"] += err * h
    return g


_r = np.random.default_rng(61)
params = {
    "U": _r.normal(size=(4, 2)),
    "V": _r.normal(size=(4, 4)) * 0.5,
    "b": _r.normal(size=4) * 0.2,
    "w": _r.normal(size=4),
}
_series = np.cumsum(_r.normal(size=(8, 2)), axis=0) * 0.5
data = (_series[:-1], _series[1:, 0])
