import numpy as np
rng = np.random.default_rng(14)
nx, nh = 2, 5
# %% parameters as one tuple
def setup():
    S = lambda *s: rng.normal(0, .6, s)
    return (S(nx, nh), S(nh, nh), np.zeros(nh), S(nx, nh), S(nh, nh), np.zeros(nh), S(nx, nh), S(nh, nh), np.zeros(nh), S(nh, 1))
# %% forward
def sg(v): return 1/(1+np.exp(-v))
def fw(th, X):
    Wz, Uz, bz, Wr, Ur, br, Wc, Uc, bc, V = th
    h = np.zeros((X.shape[1], nh))
    tape = []
    for x in X:
        z = sg(x@Wz + h@Uz + bz)
        r = sg(x@Wr + h@Ur + br)
        c = np.tanh(x@Wc + (r*h)@Uc + bc)
        hn = z*h + (1-z)*c
        tape.append((x, h, z, r, c))
        h = hn
    return h, tape, h@V
def E(th, X, y):
    return ((fw(th, X)[2] - y)**2).mean()
# %% backward
def bw(th, X, y):
    Wz, Uz, bz, Wr, Ur, br, Wc, Uc, bc, V = th
    h, tape, out = fw(th, X)
    dout = 2*(out-y)/len(y)
    g = [np.zeros_like(t) for t in th]
    g[9] = h.T@dout
    dh = dout@V.T
    for x, hp, z, r, c in tape[::-1]:
        dz = dh*(hp-c)*z*(1-z)
        dc = dh*(1-z)*(1-c**2)
        drh = dc@Uc.T
        dr = drh*hp*r*(1-r)
        g[0] += x.T@dz; g[1] += hp.T@dz; g[2] += dz.sum(0)
        g[3] += x.T@dr; g[4] += hp.T@dr; g[5] += dr.sum(0)
        g[6] += x.T@dc; g[7] += (r*hp).T@dc; g[8] += dc.sum(0)
        dh = dz@Uz.T + dr@Ur.T + drh*r
    return tuple(g)
# %% adding problem, short
def adding(n=40, T=8):
    X = np.zeros((T, n, 2))
    X[:, :, 0] = rng.random((T, n))
    for k in range(n):
        i, j = rng.choice(T, 2, replace=False)
        X[i, k, 1] = X[j, k, 1] = 1
    return X, (X[:, :, 0]*X[:, :, 1]).sum(0)[:, None]
def train(th, X, y, lr=.2, n=1500):
    for i in range(n):
        th = tuple(a - lr*b for a, b in zip(th, bw(th, X, y)))
    return E(th, X, y)
