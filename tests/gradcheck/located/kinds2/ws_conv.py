"""Weight-standardised filters on rows of sensor readings; channel-wise max over time; Huber loss."""
import numpy as np

class Holder:
    pass

r = np.random.RandomState(77)
params = Holder()
params.V = r.randn(5, 3, 4)
params.gain = 1 + .2 * r.randn(5)
params.bias = .2 * r.randn(5)
params.w = r.randn(5)
readings = r.randn(7, 3, 9)
truth = r.randn(7) * 2
data = (readings, truth)
DELTA = 0.8

def standardise(V):
    m = V.mean(axis=(1, 2), keepdims=True)
    s = V.std(axis=(1, 2), keepdims=True) + 1e-3
    return (V - m) / s, s

def go(q, X):
    U, s = standardise(q.V)
    F = q.gain[:, None, None] * U
    n, _, T = X.shape
    width = F.shape[2]
    Z = np.stack([np.einsum('ncw,fcw->nf', X[:, :, t:t + width], F) for t in range(T - width + 1)], axis=2)
    Z += q.bias[:, None]
    best = Z.argmax(axis=2)
    M = np.take_along_axis(Z, best[:, :, None], axis=2)[:, :, 0]
    H = np.arctan(M)
    return U, s, F, best, M, H, H @ q.w

def loss(q, X, y):
    e = go(q, X)[-1] - y
    a = np.abs(e)
    return np.where(a <= DELTA, .5 * e ** 2, DELTA * (a - .5 * DELTA)).mean()

def gradients(q, X, y):
    U, s, F, best, M, H, out = go(q, X)
    e = out - y
    de = np.clip(e, -DELTA, DELTA) / len(y)
    g = Holder()
    g.w = H.T @ de
    dM = np.outer(de, q.w) / (1 + M ** 2)
    g.bias = dM.sum(0)
    dF = np.zeros_like(F)
    for i in range(len(X)):
        for f in range(len(F)):
            t = best[i, f]
            dF[f] += dM[i, f] * X[i, :, t:t + F.shape[2]]
    g.gain = (dF * U).sum(axis=(1, 2))
    dU = dF * q.gain[:, None, None]
    centred = dU - dU.mean(axis=(1, 2), keepdims=True)
    # std + eps: the deviation itself, without the eps, is in its own derivative
    sd = s - 1e-3
    proj = (dU * U).mean(axis=(1, 2), keepdims=True)
    g.V = centred / s - U * proj / sd
    return g
