import numpy as np
# denoising score matching: the score is minus the gradient of an energy E(x) = sum_k a_k log cosh(w_k.x + b_k) + .5|x - m|^2
r = np.random.RandomState(33)
w, b, a, m = r.randn(5, 3)*.8, r.randn(5)*.3, r.randn(5)*.5, r.randn(3)*.4
params = {'w': w, 'b': b, 'a': a, 'm': m}
clean = r.randn(8, 3)
noise = r.randn(8, 3)
sigma = .5
data = (clean, noise, sigma)

def score(p, x):
    t = np.tanh(x @ p['w'].T + p['b'])
    return t, -(p['a']*t) @ p['w'] - (x - p['m'])

def loss(p, clean, noise, sigma):
    t, s = score(p, clean + sigma*noise)
    return .5*((sigma*s + noise)**2).sum(1).mean()

def gradients(p, clean, noise, sigma):
    x = clean + sigma*noise
    t, s = score(p, x)
    ds = sigma*(sigma*s + noise)/len(x)
    proj = -ds @ p['w'].T             # gradient at a*t
    ga = (proj*t).sum(0)
    dz = proj*p['a']*(1 - t**2)
    gw = dz.T @ x - (p['a']*t).T @ ds
    return {'w': gw, 'b': dz.sum(0), 'a': ga, 'm': ds.sum(0)}
