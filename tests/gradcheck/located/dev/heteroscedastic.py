import numpy as np

# Regression that says how sure it is: mean and softplus std come from a shared hidden layer.
# The prior on the std pulls it to one.

N_IN, N_HID, N_OUT = 3, 6, 2
PRIOR = 0.05
floor = 1e-2

def softplus(s): return np.log1p(np.exp(s))

def init_params(rng):
    w = {}
    w['hid'] = (rng.randn(N_IN, N_HID), rng.randn(N_HID) * .3)
    w['mean'] = (rng.randn(N_HID, N_OUT) * .5, rng.randn(N_OUT) * .1)
    w['std'] = (rng.randn(N_HID, N_OUT) * .5, rng.randn(N_OUT) * .1)
    return w

def affine(x, layer):
    W, b = layer
    return x @ W + b

def network(w, x):
    hid = np.sin(affine(x, w['hid']))          # sine units
    raw = affine(hid, w['std'])
    return hid, affine(hid, w['mean']), raw, softplus(raw) + floor

def loss(w, x, y):
    _, mean, _, std = network(w, x)
    nll = np.log(std) + 0.5 * ((y - mean) / std) ** 2
    return nll.sum(1).mean() + PRIOR * np.mean((std - 1) ** 2)

def gradients(w, x, y):
    hid, mean, raw, std = network(w, x)
    B = len(x)
    err = (mean - y) / std ** 2
    d_mean = err / B
    d_std = (1 / std - (y - mean) ** 2 / std ** 3) / B
    d_std += 2 * PRIOR * (std - 1) / std.size
    d_raw = d_std / (1 + np.exp(-raw))
    d_hid = d_mean @ w['mean'][0].T + d_raw @ w['std'][0].T
    d_pre = d_hid * np.cos(affine(x, w['hid']))
    return {'hid': (x.T @ d_pre, d_pre.sum(0)),
            'mean': (hid.T @ d_mean, d_mean.sum(0)),
            'std': (hid.T @ d_raw, d_raw.sum(0))}

params = init_params(np.random.RandomState(50))
_r = np.random.RandomState(51)
data = (_r.randn(8, N_IN), _r.randn(8, N_OUT))
