# instance norm + Gram matrix ("style") loss + content loss, one picture
import numpy as np
rs = np.random.RandomState(8)
A = rs.randn(5, 3) * .6; g = 1 + .1*rs.randn(5, 1); s = .2*rs.randn(5, 1)
B = rs.randn(4, 5) * .5
pixels = rs.randn(3, 14)
G_target = np.cov(rs.randn(4, 14))
content = rs.randn(4, 14)
params = (A, g, s, B)
data = (pixels, G_target, content)
alpha = .3

def stylise(params, x):
    A, g, s, B = params
    u = A @ x
    c = u - u.mean(1, keepdims=True)
    sd = np.sqrt((c**2).mean(1, keepdims=True) + 1e-4)
    xh = c/sd
    v = np.tanh(g*xh + s)
    return sd, xh, v, B @ v

def loss(params, x, Gt, content):
    f = stylise(params, x)[-1]
    gram = f @ f.T/f.shape[1]
    return ((gram - Gt)**2).sum() + alpha*((f - content)**2).mean()

def gradients(params, x, Gt, content):
    A, g, s, B = params
    sd, xh, v, f = stylise(params, x)
    m = x.shape[1]
    D = f @ f.T/m - Gt
    df = 2*(D + D.T) @ f/m
    df += 2*alpha*(f - content)/f.size
    dB = df @ v.T
    dv = B.T @ df
    dpre = dv*(1 - v**2)
    dg = np.sum(dpre*xh, axis=1, keepdims=True)
    ds = np.sum(dpre, axis=1, keepdims=True)
    dxh = dpre*g
    dvar = np.sum(dxh*xh, 1, keepdims=True)
    du = (dxh - dxh.mean(1, keepdims=True) - xh*dvar/m)/sd
    return du @ x.T, dg, ds, dB
