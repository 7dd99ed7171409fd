import numpy as np

np.random.seed(404)

# GN paper: channels are split in groups, statistics per sample and group (so batch size 1 works)
G = 2
EPS = 1e-4


def sig(a):
    return 1.0 / (1.0 + np.exp(-a))


def gn_fwd(x, scale, shift):
    n, c, l = x.shape
    xg = x.reshape(n, G, c // G * l)
    mean = xg.mean(-1, keepdims=True)
    var = xg.var(-1, keepdims=True)
    inv = (var + EPS) ** -0.5
    norm = ((xg - mean) * inv).reshape(n, c, l)
    out = norm * scale[:, None] + shift[:, None]
    return out, (norm, inv)


def gn_bwd(dy, scale, memo):
    norm, inv = memo
    n, c, l = dy.shape
    dscale = (dy * norm).sum(axis=(0, 2))
    dshift = dy.sum(axis=(0, 2))
    dn = (dy * scale[:, None]).reshape(n, G, -1)
    ng = norm.reshape(n, G, -1)
    m1 = dn.mean(-1, keepdims=True)
    m2 = (dn * ng).mean(-1, keepdims=True)
    dx = inv * (dn - m1 - ng * m2)
    return dx.reshape(n, c, l), dscale, dshift


def instance_norm(x):  # tried this first
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + EPS)


def net(p, x, lab):
    A, s1, t1, B, s2, t2, w = p
    h0 = np.einsum("oc,ncl->nol", A, x)
    y1, m1 = gn_fwd(h0, s1, t1)
    h1 = y1 * sig(y1)
    h2 = np.einsum("oc,ncl->nol", B, h1) + h0  # skip around the activation
    y2, m2 = gn_fwd(h2, s2, t2)
    h3 = y2 * sig(y2)
    feat = h3.max(axis=2) * 0.5 + h3.mean(axis=2) * 0.5
    logit = feat @ w
    value = np.mean(np.log(1 + np.exp(logit)) - lab * logit)
    return value, (h0, y1, m1, h1, y2, m2, h3, feat, logit)


def loss(p, x, lab):
    return net(p, x, lab)[0]


def gradients(p, x, lab):
    A, s1, t1, B, s2, t2, w = p
    _, (h0, y1, m1, h1, y2, m2, h3, feat, logit) = net(p, x, lab)
    n, _, l = x.shape
    dlogit = (sig(logit) - lab) / n
    dw = feat.T @ dlogit
    dfeat = np.outer(dlogit, w)
    dh3 = np.zeros(h3.shape)
    top = h3.argmax(axis=2)
    for i in range(n):
        for c in range(h3.shape[1]):
            dh3[i, c, :] = dfeat[i, c] * 0.5 / l
            dh3[i, c, top[i, c]] += dfeat[i, c] * 0.5
    q = sig(y2)
    dy2 = dh3 * (q + y2 * q * (1 - q))
    dh2, ds2, dt2 = gn_bwd(dy2, s2, m2)
    dB = np.einsum("nol,ncl->oc", dh2, h1)
    dh1 = np.einsum("oc,nol->ncl", B, dh2)
    q = sig(y1)
    dy1 = dh1 * (q + y1 * q * (1 - q))
    dh0, ds1, dt1 = gn_bwd(dy1, s1, m1)
    dh0 = dh0 + dh2
    dA = np.einsum("nol,ncl->oc", dh0, x)
    return dA, ds1, dt1, dB, ds2, dt2, dw


r = np.random.randn
params = (r(6, 3), 1 + r(6) / 5, r(6) / 5, r(6, 6) / 2, 1 + r(6) / 5, r(6) / 5, r(6))
data = (r(4, 3, 5), np.array([1.0, 0.0, 0.0, 1.0]))
