"""Generator: code -> 2x3 map -> transposed convolution (stride 2) -> tanh picture; total variation penalty on the picture"""
import numpy as np

g = np.random.RandomState(59)
h0, w0, ch, k, stride = 2, 3, 2, 3, 2
params = {
    'proj': g.randn(4, ch * h0 * w0) * .5,
    'pb': g.randn(ch * h0 * w0) * .1,
    'ker': g.randn(ch, k, k) * .5,
    'kb': g.randn(1) * .1,
}
H, W = stride * (h0 - 1) + k, stride * (w0 - 1) + k
codes, pics = g.randn(3, 4), np.tanh(g.randn(3, H, W))
data = (codes, pics)
TV = .05


def generate(p, codes):
    u = codes @ p['proj'] + p['pb']
    m = np.maximum(u, .1 * u).reshape(-1, ch, h0, w0)
    z = np.full((len(codes), H, W), p['kb'][0])
    for i in range(h0):
        for j in range(w0):
            z[:, i * stride:i * stride + k, j * stride:j * stride + k] += np.tensordot(m[:, :, i, j], p['ker'], axes=1)
    return u, m, np.tanh(z)


def loss(p, codes, pics):
    y = generate(p, codes)[-1]
    tv = (np.diff(y, axis=1) ** 2).sum() + (np.diff(y, axis=2) ** 2).sum()
    return (.5 * ((y - pics) ** 2).sum() + TV * tv) / len(codes)


def gradients(p, codes, pics):
    u, m, y = generate(p, codes)
    n = len(codes)
    dy = (y - pics) / n
    dv, dw = np.diff(y, axis=1) * 2 * TV / n, np.diff(y, axis=2) * 2 * TV / n
    dy[:, 1:] += dv
    dy[:, :-1] -= dv
    dy[:, :, 1:] += dw
    dy[:, :, :-1] -= dw
    dz = dy * (1 - y ** 2)
    grad = {'kb': np.array([dz.sum()]), 'ker': np.zeros_like(p['ker'])}
    dm = np.empty_like(m)
    for i in range(h0):
        for j in range(w0):
            patch = dz[:, i * stride:i * stride + k, j * stride:j * stride + k]
            grad['ker'] += np.einsum('nc,nab->cab', m[:, :, i, j], patch)
            dm[:, :, i, j] = np.einsum('nab,cab->nc', patch, p['ker'])
    du = dm.reshape(n, -1) * np.where(u > 0, 1, .1)
    grad['proj'], grad['pb'] = codes.T @ du, du.sum(0)
    return grad
