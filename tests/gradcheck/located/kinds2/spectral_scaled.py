# critic with spectrally scaled layers: each W is divided by u' W v, where u and v were found before (power iteration) and are kept fixed
import numpy as np

r = np.random.RandomState(64)
def unit(v): return v / np.sqrt(v @ v)
W = [r.randn(5, 3), r.randn(4, 5), r.randn(1, 4)]
u = [unit(r.randn(w.shape[0])) for w in W]
v = []
for k, w in enumerate(W):
    for _ in range(5):
        vk = unit(w.T @ u[k])
        u[k] = unit(w @ vk)
    v.append(vk)
bs = [r.randn(5) * .2, r.randn(4) * .2]
params = {'W': W, 'b': bs}
real, fake = r.randn(4, 3), r.randn(6, 3) * 1.5
data = (real, fake, u, v)
slope = 0.2

def critic(p, x, u, v):
    acts, zs, hats, sigmas = [x], [], [], []
    for k, w in enumerate(p['W']):
        s = u[k] @ w @ v[k]
        hats.append(w / s); sigmas.append(s)
        z = acts[-1] @ hats[-1].T
        if k < 2:
            z = z + p['b'][k]
            zs.append(z)
            z = np.maximum(z, slope * z)
        acts.append(z)
    return acts, zs, hats, sigmas

def loss(p, real, fake, u, v):
    dr = critic(p, real, u, v)[0][-1]
    df = critic(p, fake, u, v)[0][-1]
    return np.maximum(0, 1.5 - dr).mean() + np.maximum(0, 1.5 + df).mean()

def back(p, x, u, v, sign, gW, gb):
    acts, zs, hats, sigmas = critic(p, x, u, v)
    d = -sign * (1.5 - sign * acts[-1] > 0) / len(x)
    for k in (2, 1, 0):
        if k < 2:
            d = d * np.where(zs[k] > 0, 1, slope)
            gb[k] += d.sum(0)
        dhat = d.T @ acts[k]
        gW[k] += (dhat - (dhat * hats[k]).sum() * np.outer(u[k], v[k])) / sigmas[k]
        d = d @ hats[k]

def gradients(p, real, fake, u, v):
    gW = [np.zeros_like(w) for w in p['W']]
    gb = [np.zeros_like(b) for b in p['b']]
    back(p, real, u, v, 1, gW, gb)
    back(p, fake, u, v, -1, gW, gb)
    return {'W': gW, 'b': gb}
