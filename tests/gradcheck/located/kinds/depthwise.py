# Depthwise separable block, channels last. depthwise 3x3 -> pointwise 1x1 -> swish -> global mean -> logistic.
import numpy as np

np.random.seed(3)
B, H, W, C, D = 4, 5, 6, 3, 7

images = np.random.randn(B, H, W, C)
target = np.array([1.0, 0.0, 0.0, 1.0])


def sig(v):
    return 1 / (1 + np.exp(-v))


def depthwise(x, k):
    """Valid 3x3 filter of each channel on its own."""
    h, w = x.shape[1] - 2, x.shape[2] - 2
    y = np.zeros((x.shape[0], h, w, x.shape[3]))
    for di in range(3):
        for dj in range(3):
            y += x[:, di : di + h, dj : dj + w, :] * k[di, dj]
    return y


def run(theta, x):
    k, kb, P, pb, v, v0 = theta
    u = depthwise(x, k) + kb
    z = np.einsum("bhwc,cd->bhwd", u, P) + pb
    gate = sig(z)
    a = z * gate
    m = a.mean(axis=(1, 2))
    logit = m @ v + v0
    return u, z, gate, a, m, logit


def loss(theta, x, t):
    logit = run(theta, x)[-1]
    # log(1 + exp) written so that it does not overflow
    return np.mean(np.maximum(logit, 0) - logit * t + np.log1p(np.exp(-np.abs(logit))))


def gradients(theta, x, t):
    k, kb, P, pb, v, v0 = theta
    u, z, gate, a, m, logit = run(theta, x)
    h, w = u.shape[1], u.shape[2]

    dlogit = (sig(logit) - t) / len(t)
    dv = m.T @ dlogit
    dv0 = dlogit.sum(keepdims=True)
    dm = np.outer(dlogit, v)
    da = np.broadcast_to(dm[:, None, None, :], a.shape) / (h * w)
    dz = da * (gate + z * gate * (1 - gate))
    dP = np.einsum("bhwc,bhwd->cd", u, dz)
    dpb = dz.sum(axis=(0, 1, 2))
    du = np.einsum("bhwd,cd->bhwc", dz, P)
    dkb = du.sum(axis=(0, 1, 2))

    dk = np.zeros_like(k)
    for di in range(3):
        for dj in range(3):
            dk[di, dj] = (x[:, di : di + h, dj : dj + w, :] * du).sum(axis=(0, 1, 2))
    return dk, dkb, dP, dpb, dv, dv0


params = (
    np.random.randn(3, 3, C) * 0.5,
    np.random.randn(C) * 0.1,
    np.random.randn(C, D) * 0.8,
    np.random.randn(D) * 0.1,
    np.random.randn(D),
    np.random.randn(1) * 0.1,
)
data = (images, target)
