# keyword spotting toy: a few mfcc frames -> which of 3 words
# (the mfcc code is in the other notebook, here only random numbers)
import numpy as np

np.random.seed(6)
WIDTH = 3
STRIDE = 2
SLOPE = 0.2


def pad(x):
    return np.pad(x, ((1, 1), (0, 0)))


def conv(x, K, b):
    # x (T, C)  K (F, WIDTH, C)
    xp = pad(x)
    T_out = (len(xp) - WIDTH) // STRIDE + 1
    # print(x.shape, xp.shape, T_out)
    out = np.zeros((T_out, len(b)))
    for t in range(T_out):
        win = xp[t * STRIDE : t * STRIDE + WIDTH]
        for f in range(len(b)):
            out[t, f] = np.sum(win * K[f]) + b[f]
    return out


def conv_back(dout, x, K):
    xp = pad(x)
    dK = np.zeros(K.shape)
    db = np.zeros(len(K))
    dxp = np.zeros(xp.shape)
    for t in range(len(dout)):
        lo = t * STRIDE
        for f in range(len(K)):
            dK[f] += dout[t, f] * xp[lo : lo + WIDTH]
            db[f] += dout[t, f]
            dxp[lo : lo + WIDTH] += dout[t, f] * K[f]
    return dxp[1:-1], dK, db


def lrelu(z):
    return np.where(z > 0, z, SLOPE * z)


# def lrelu_grad(a):
#     return (a > 0) + SLOPE * (a <= 0)


def one_clip(p, clip):
    z1 = conv(clip, p["K1"], p["b1"])
    a1 = lrelu(z1)
    z2 = conv(a1, p["K2"], p["b2"])
    a2 = lrelu(z2)
    v = a2.mean(axis=0)
    s = v @ p["W"] + p["c"]
    e = np.exp(s - s.max())
    return z1, a1, z2, v, e / e.sum()


def loss(p, clips, words):
    total = 0.0
    for clip, w in zip(clips, words):
        total -= np.log(one_clip(p, clip)[-1][w])
    return total / len(clips)


def gradients(p, clips, words):
    g = {k: np.zeros_like(a) for k, a in p.items()}
    for clip, w in zip(clips, words):
        z1, a1, z2, v, prob = one_clip(p, clip)
        ds = prob.copy()
        ds[w] -= 1
        ds /= len(clips)
        g["W"] += np.outer(v, ds)
        g["c"] += ds
        dv = p["W"] @ ds
        # mean over time: every frame gets the same share
        dz2 = np.tile(dv / len(z2), (len(z2), 1)) * np.where(z2 > 0, 1.0, SLOPE)
        da1, dK, db = conv_back(dz2, a1, p["K2"])
        g["K2"] += dK
        g["b2"] += db
        dz1 = da1 * np.where(z1 > 0, 1.0, SLOPE)
        _, dK, db = conv_back(dz1, clip, p["K1"])
        g["K1"] += dK
        g["b1"] += db
    return g


params = {
    "K1": 0.5 * np.random.randn(5, WIDTH, 4),
    "b1": 0.1 * np.random.randn(5),
    "K2": 0.5 * np.random.randn(6, WIDTH, 5),
    "b2": 0.1 * np.random.randn(6),
    "W": np.random.randn(6, 3),
    "c": np.zeros(3),
}
data = ([np.random.randn(n, 4) for n in (11, 9, 14, 7)], [0, 2, 1, 1])

if __name__ == "__main__":
    for it in range(200):
        g = gradients(params, *data)
        for k in params:
            params[k] -= 0.1 * g[k]
        if it % 50 == 0:
            print(it, loss(params, *data))
