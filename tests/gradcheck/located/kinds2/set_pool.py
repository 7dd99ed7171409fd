import numpy as np

# sets of different sizes: phi on elements, [mean | max] pooling, rho, softplus output (a positive amount); squared log error
rs = np.random.RandomState(37)
sets = [rs.randn(k, 3) for k in (4, 2, 5, 3)]
amount = np.array([1.2, 0.4, 2.5, 0.9])
params = (rs.randn(3, 4) * .6, rs.randn(4) * .1, rs.randn(8, 5) * .5, rs.randn(5) * .1, rs.randn(5) * .7)
data = (sets, amount)

def elu(v):
    return np.where(v > 0, v, np.exp(np.minimum(v, 0)) - 1)

def delu(v):
    return np.where(v > 0, 1.0, np.exp(np.minimum(v, 0)))

def one(params, s):
    P, pb, Q, qb, w = params
    z = s @ P + pb
    f = elu(z)
    arg = f.argmax(0)
    both = np.r_[f.mean(0), f.max(0)]
    q = both @ Q + qb
    k = np.tanh(q)
    o = k @ w
    return z, arg, both, k, o, np.log1p(np.exp(o))

def loss(params, sets, amount):
    return np.mean([(np.log(one(params, s)[-1]) - np.log(a))**2 for s, a in zip(sets, amount)])

def gradients(params, sets, amount):
    P, pb, Q, qb, w = params
    G = [np.zeros_like(v) for v in params]
    for s, a in zip(sets, amount):
        z, arg, both, k, o, amt = one(params, s)
        damt = 2 * (np.log(amt) - np.log(a)) / amt / len(sets)
        do = damt / (1 + np.exp(-o))
        G[4] += do * k
        dq = do * w * (1 - k**2)
        G[2] += np.outer(both, dq)
        G[3] += dq
        dboth = Q @ dq
        h = len(arg)
        df = np.tile(dboth[:h] / len(s), (len(s), 1))
        df[arg, np.arange(h)] += dboth[h:]
        dz = df * delu(z)
        G[0] += s.T @ dz
        G[1] += dz.sum(0)
    return tuple(G)
