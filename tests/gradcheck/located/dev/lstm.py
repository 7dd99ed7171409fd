import numpy as np

# LSTM over padded sequences; gates in one matrix, in the order input, forget, output, candidate.
# mask[n, t] = 1 where sequence n is alive at step t.

N, T, D, H = 4, 5, 3, 2
rs = np.random.RandomState(42)


def sig(x):
    return 1. / (1. + np.exp(-x))


params = {'Wx': rs.randn(D, 4*H)*.5, 'Wh': rs.randn(H, 4*H)*.5, 'b': rs.randn(4*H)*.2,
          'w': rs.randn(H)*.8, 'c': rs.randn(1)*.1}

_x = rs.randn(N, T, D)
_y = rs.randn(N, T)
_mask = (np.arange(T)[None, :] < np.array([5, 3, 4, 2])[:, None]).astype(float)
data = (_x, _y, _mask)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i, f, o, g = a[:, :H], a[:, H:2*H], a[:, 2*H:3*H], a[:, 3*H:]
    i, f, o, g = sig(i), sig(f), sig(o), np.tanh(g)
    next_c = f*prev_c + i*g
    tc = np.tanh(next_c)
    next_h = o*tc
    return next_h, next_c, (x, prev_h, prev_c, i, f, o, g, tc)


def lstm_step_backward(dnext_h, dnext_c, cache, Wx, Wh):
    x, prev_h, prev_c, i, f, o, g, tc = cache
    do = dnext_h*tc
    dc = dnext_c + dnext_h*o*(1 - tc**2)
    df = dc*prev_c
    di = dc*g
    dg = dc*i
    dprev_c = dc*f
    da = np.hstack([di*i*(1-i), df*f*(1-f), do*o*(1-o), dg*(1-g**2)])
    dWx = x.T.dot(da)
    dWh = prev_h.T.dot(da)
    db = da.sum(axis=0)
    dprev_h = da.dot(Wh.T)
    return dprev_h, dprev_c, dWx, dWh, db


def unroll(p, x):
    h = np.zeros((x.shape[0], H))
    c = np.zeros((x.shape[0], H))
    hs, caches = [], []
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, p['Wx'], p['Wh'], p['b'])
        hs.append(h)
        caches.append(cache)
    hs = np.stack(hs, axis=1)
    return hs, caches, hs.dot(p['w']) + p['c']


def loss(p, x, y, mask):
    _, _, out = unroll(p, x)
    return np.sum(mask*(out - y)**2) / np.sum(mask)


def gradients(p, x, y, mask):
    hs, caches, out = unroll(p, x)
    dout = 2*mask*(out - y) / np.sum(mask)
    grads = {k: np.zeros(v.shape) for k, v in p.items()}
    grads['w'] = np.einsum('nt,nth->h', dout, hs)
    grads['c'] = np.array([dout.sum()])
    dhs = dout[:, :, None]*p['w']
    dh = np.zeros((x.shape[0], H))
    dc = np.zeros((x.shape[0], H))
    for t in range(x.shape[1] - 1, -1, -1):
        dh, dc, dWx, dWh, db = lstm_step_backward(dhs[:, t] + dh, dc, caches[t], p['Wx'], p['Wh'])
        grads['Wx'] += dWx
        grads['Wh'] += dWh
        grads['b'] += db
    return grads
