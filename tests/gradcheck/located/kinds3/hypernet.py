import numpy as np

rng = np.random.RandomState(88)

""" A hypernetwork: each layer of the main net has only a code (3 numbers), and one shared net makes the weights
from the code.  main net:  x -> [W from code] -> tanh, three times, then a plain read-out
"""
WIDTH = 4


def generate(p, code):
    hid = np.tanh(code.dot(p["H1"]) + p["hb1"])
    flat = hid.dot(p["H2"]) + p["hb2"]
    # first the matrix then the bias
    return hid, flat[: WIDTH * WIDTH].reshape(WIDTH, WIDTH), flat[WIDTH * WIDTH :]


def main_net(p, x):
    store = []
    for code in p["codes"]:
        hid, W, b = generate(p, code)
        y = np.tanh(x.dot(W) + b)
        store.append((code, hid, W, x, y))
        x = y
    return x, store


def loss(p, x, t):
    y, _ = main_net(p, x)
    d = y.dot(p["out"]) - t
    return np.sum(d**2) / x.shape[0] + 0.01 * np.sum(p["codes"] ** 2)


def gradients(p, x, t):
    y, store = main_net(p, x)
    d = 2 * (y.dot(p["out"]) - t) / x.shape[0]
    g = dict((name, np.zeros(p[name].shape)) for name in p)
    g["out"] = y.T.dot(d)
    dy = d.dot(p["out"].T)
    #print([s[3].shape for s in store])
    for l in range(len(store) - 1, -1, -1):
        code, hid, W, xin, yout = store[l]
        da = dy * (1 - yout**2)
        dW = xin.T.dot(da)
        dbias = da.sum(axis=0)
        dflat = np.append(dW.ravel(), dbias)
        g["H2"] += np.outer(hid, dflat)
        g["hb2"] += dflat
        dhid = p["H2"].dot(dflat) * (1 - hid**2)
        g["H1"] += np.outer(code, dhid)
        g["hb1"] += dhid
        g["codes"][l] = p["H1"].dot(dhid) + 0.02 * code
        dy = da.dot(W.T)
    return g


params = {
    "codes": rng.randn(3, 3),
    "H1": rng.randn(3, 5) * 0.6,
    "hb1": rng.randn(5) * 0.2,
    "H2": rng.randn(5, WIDTH * WIDTH + WIDTH) * 0.5,
    "hb2": rng.randn(WIDTH * WIDTH + WIDTH) * 0.2,
    "out": rng.randn(WIDTH, 2),
}
data = (rng.randn(6, WIDTH), rng.randn(6, 2))

# how many numbers does the big net have, and how many are learned
n_main = 3 * (WIDTH * WIDTH + WIDTH)
n_learned = sum(v.size for v in params.values())
