import numpy as np

# physics-informed: u'' + c u' + k u = 0, u(0) = 1, u'(0) = 0;  u = tanh network of t;  c and k are learned too, plus a few readings

rng = np.random.RandomState(9)
w, b, v = rng.randn(6), rng.randn(6) * 0.5, rng.randn(6) * 0.5
ck = np.array([0.5, 2.0])
params = [w, b, v, ck]
ts = np.linspace(0.1, 2, 8)
seen_t, seen_u = np.array([0.0, 0.7, 1.1, 1.9]), np.array([1.0, 0.4, -0.1, -0.5])
data = (ts, seen_t, seen_u)


def pieces(params, t):
    w, b, v, ck = params
    y = np.tanh(np.outer(t, w) + b)
    s = 1 - y ** 2
    u = y @ v
    ut = (s * w) @ v
    utt = (-2 * y * s * w ** 2) @ v
    return y, s, u, ut, utt


def loss(params, ts, seen_t, seen_u):
    y, s, u, ut, utt = pieces(params, ts)
    c, k = params[3]
    res = utt + c * ut + k * u
    start = pieces(params, np.zeros(1))[3]
    return (res ** 2).mean() + ((pieces(params, seen_t)[2] - seen_u) ** 2).mean() + (start ** 2).sum()


def pull(params, t, du, dut, dutt):
    """gradient of w, b, v for given gradients at u, u', u''"""
    w, b, v, ck = params
    y, s, _, _, _ = pieces(params, t)
    ys = y * s
    gv = y.T @ du + (s * w).T @ dut + (-2 * ys * w ** 2).T @ dutt
    du, dut, dutt = du[:, None] * v, dut[:, None] * v, dutt[:, None] * v
    dy = du - 2 * y * (dut * w) - 2 * (s - 2 * y ** 2) * w ** 2 * dutt
    dz = dy * s
    gw = (dut * s - 4 * ys * w * dutt).sum(0) + dz.T @ t
    return gw, dz.sum(0), gv


def gradients(params, ts, seen_t, seen_u):
    y, s, u, ut, utt = pieces(params, ts)
    c, k = params[3]
    dres = 2 * (utt + c * ut + k * u) / len(ts)
    eq = pull(params, ts, dres * k, dres * c, dres)
    err = 2 * (pieces(params, seen_t)[2] - seen_u) / len(seen_t)
    fit = pull(params, seen_t, err, np.zeros_like(err), np.zeros_like(err))
    z = np.zeros(1)
    ic = pull(params, z, z, 2 * pieces(params, z)[3], z)
    gck = np.array([dres @ ut, dres @ u])
    return [e + f + i for e, f, i in zip(eq, fit, ic)] + [gck]
