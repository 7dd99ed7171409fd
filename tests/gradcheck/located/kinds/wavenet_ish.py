"""Gated, dilated, causal convolutions with residual and skip connections, predicting the next value of a series."""

import numpy as np

rng = np.random.default_rng(42)
CHANNELS = 3
DILATIONS = [1, 2, 4]
SKIP = 2


def make_params():
    layers = []
    for _ in DILATIONS:
        layers.append(
            {
                "f_old": rng.normal(0, 0.5, (CHANNELS, CHANNELS)),
                "f_now": rng.normal(0, 0.5, (CHANNELS, CHANNELS)),
                "f_bias": rng.normal(0, 0.1, CHANNELS),
                "g_old": rng.normal(0, 0.5, (CHANNELS, CHANNELS)),
                "g_now": rng.normal(0, 0.5, (CHANNELS, CHANNELS)),
                "g_bias": rng.normal(0, 0.1, CHANNELS),
                "res": rng.normal(0, 0.5, (CHANNELS, CHANNELS)),
                "skip": rng.normal(0, 0.5, (CHANNELS, SKIP)),
            }
        )
    return {
        "inp": rng.normal(0, 1.0, (1, CHANNELS)),
        "layers": layers,
        "head": rng.normal(0, 1.0, SKIP),
        "tail": rng.normal(0, 0.3, CHANNELS),
        "head_bias": rng.normal(0, 0.1, 1),
    }


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def shift(x, d):
    """x delayed by d steps, zeros before the beginning."""
    y = np.zeros_like(x)
    y[:, d:] = x[:, :-d]
    return y


def shift_back(g, d):
    y = np.zeros_like(g)
    y[:, :-d] = g[:, d:]
    return y


def forward(params, series):
    x = series[:, :-1, None] @ params["inp"]
    skips = 0
    tape = []
    for layer, d in zip(params["layers"], DILATIONS):
        old = shift(x, d)
        filt = np.tanh(old @ layer["f_old"] + x @ layer["f_now"] + layer["f_bias"])
        gate = sigmoid(old @ layer["g_old"] + x @ layer["g_now"] + layer["g_bias"])
        out = filt * gate
        tape.append((x, old, filt, gate, out))
        skips = skips + out @ layer["skip"]
        x = x + out @ layer["res"]
    hidden = np.tanh(skips)
    return hidden @ params["head"] + x @ params["tail"] + params["head_bias"], hidden, x, tape


def loss(params, series):
    prediction, _, _, _ = forward(params, series)
    return 0.5 * np.mean((prediction - series[:, 1:]) ** 2)


def gradients(params, series):
    prediction, hidden, last, tape = forward(params, series)
    d_pred = (prediction - series[:, 1:]) / prediction.size
    grads = {
        "head": np.einsum("nt,nts->s", d_pred, hidden),
        "tail": np.einsum("nt,ntc->c", d_pred, last),
        "head_bias": np.array([d_pred.sum()]),
        "layers": [],
    }
    d_skips = d_pred[..., None] * params["head"] * (1 - hidden**2)
    dx = d_pred[..., None] * params["tail"]

    def mul(a, b):
        return np.einsum("nti,ntj->ij", a, b)

    for layer, d, (x, old, filt, gate, out) in zip(params["layers"][::-1], DILATIONS[::-1], tape[::-1]):
        d_out = d_skips @ layer["skip"].T + dx @ layer["res"].T
        df = d_out * gate * (1 - filt**2)
        dg = d_out * filt * gate * (1 - gate)
        grads["layers"].insert(
            0,
            {
                "f_old": mul(old, df),
                "f_now": mul(x, df),
                "f_bias": df.sum((0, 1)),
                "g_old": mul(old, dg),
                "g_now": mul(x, dg),
                "g_bias": dg.sum((0, 1)),
                "res": mul(out, dx),
                "skip": mul(out, d_skips),
            },
        )
        d_old = df @ layer["f_old"].T + dg @ layer["g_old"].T
        dx = dx + df @ layer["f_now"].T + dg @ layer["g_now"].T + shift_back(d_old, d)
    grads["inp"] = np.einsum("nt,ntc->c", series[:, :-1], dx)[None]
    return {key: grads[key] for key in params}


params = make_params()
data = (np.cumsum(rng.normal(0, 0.4, (2, 11)), axis=1),)
