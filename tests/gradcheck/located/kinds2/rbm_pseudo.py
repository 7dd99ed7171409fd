import numpy as np
# pseudo-likelihood of a small RBM with visible-visible lateral couplings (kept symmetric, zero diagonal by a mask)
g = np.random.default_rng(66)
n_v, n_h = 5, 3
W, L = g.normal(0, .6, (n_v, n_h)), g.normal(0, .4, (n_v, n_v))
a, b = g.normal(0, .3, n_v), g.normal(0, .3, n_h)
params, data = (W, L, a, b), ((g.random((6, n_v)) > .5) * 1.,)
off = 1 - np.eye(n_v)
sp = lambda t: np.logaddexp(0, t)
sg = lambda t: 1/(1 + np.exp(-t))

def free(params, V):
    W, L, a, b = params
    S = (L + L.T)*off
    return -V @ a - .5*((V @ S)*V).sum(1) - sp(V @ W + b).sum(1)

def loss(params, V):
    F = free(params, V)
    J = 0
    for i in range(V.shape[1]):
        U = V.copy(); U[:, i] = 1 - U[:, i]
        J += sp(F - free(params, U)).mean()
    return J

def dfree(params, V, w):
    """sum over rows of w * derivative of the free energy"""
    W, L, a, b = params
    H = sg(V @ W + b)
    dS = -.5*(V*w[:, None]).T @ V
    dL = dS*off
    return [-(V*w[:, None]).T @ H, dL + dL.T, -w @ V, -w @ H]

def gradients(params, V):
    F = free(params, V)
    total = [np.zeros_like(p) for p in params]
    for i in range(V.shape[1]):
        U = V.copy(); U[:, i] = 1 - U[:, i]
        s = sg(F - free(params, U))/len(V)
        for t, x, y in zip(total, dfree(params, V, s), dfree(params, U, s)):
            t += x - y
    return tuple(total)
