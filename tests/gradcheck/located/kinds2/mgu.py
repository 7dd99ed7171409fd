import numpy as np
# minimal gated unit (one gate f):  h~ = tanh(Wx + U(f*h)),  h' = (1-f)h + f h~ ; loss on every step, mse
r = np.random.RandomState
W, U, b = r(1).randn(2, 4)*.6, r(2).randn(4, 4)*.5, r(3).randn(4)*.1
Wf, Uf, bf = r(4).randn(2, 4)*.6, r(5).randn(4, 4)*.5, r(6).randn(4)*.1
C = r(7).randn(4, 3)*.7
params = [W, U, b, Wf, Uf, bf, C]
x = r(8).randn(6, 2)
y = r(9).randn(6, 3)
data = (x, y)
sg = lambda v: 1/(1 + np.exp(-v))

def states(params, x):
    W, U, b, Wf, Uf, bf, C = params
    h = np.zeros((len(x) + 1, 4)); f = np.zeros((len(x), 4)); n = np.zeros((len(x), 4))
    for t in range(len(x)):
        f[t] = sg(x[t] @ Wf + h[t] @ Uf + bf)
        n[t] = np.tanh(x[t] @ W + (f[t]*h[t]) @ U + b)
        h[t+1] = (1 - f[t])*h[t] + f[t]*n[t]
    return h, f, n

def loss(params, x, y):
    h = states(params, x)[0]
    return .5*np.mean(np.sum((h[1:] @ params[-1] - y)**2, axis=1))

def gradients(params, x, y):
    W, U, b, Wf, Uf, bf, C = params
    h, f, n = states(params, x)
    gW, gU, gb, gWf, gUf, gbf, gC = (np.zeros_like(p) for p in params)
    carry = np.zeros(4)
    for t in range(len(x) - 1, -1, -1):
        e = (h[t+1] @ C - y[t])/len(x)
        gC += np.outer(h[t+1], e)
        dh = C @ e + carry
        dn = dh*f[t]*(1 - n[t]**2)
        df = dh*(n[t] - h[t])
        gW += np.outer(x[t], dn); gU += np.outer(f[t]*h[t], dn); gb += dn
        dfh = U @ dn
        df += dfh*h[t]
        da = df*f[t]*(1 - f[t])
        gWf += np.outer(x[t], da)
        gUf += np.outer(h[t], da)
        gbf += da
        carry = dh*(1 - f[t]) + dfh*f[t] + Uf @ da
    return [gW, gU, gb, gWf, gUf, gbf, gC]
