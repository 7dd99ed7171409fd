import numpy as np


class Heads:
    def __init__(self, n_heads):
        self.n = n_heads

    def __call__(self, x, w):
        self.x, self.w = x, w
        B, T, D = x.shape
        self.d = D // self.n
        q, k, v = [np.einsum('btd,dhe->bhte', x, w[name]) for name in 'qkv']
        s = np.einsum('bhte,bhse->bhts', q, k) / np.sqrt(self.d)
        s -= s.max(axis=-1, keepdims=True)
        a = np.exp(s)
        a /= a.sum(axis=-1, keepdims=True)
        self.kept = q, k, v, a
        self.y = np.einsum('bhts,bhse->bthe', a, v)
        return np.einsum('bthe,hed->btd', self.y, w['o'])

    def back(self, dout):
        q, k, v, a = self.kept
        g = {'o': np.einsum('bthe,btd->hed', self.y, dout)}
        dy = np.einsum('btd,hed->bthe', dout, self.w['o'])
        da = np.einsum('bthe,bhse->bhts', dy, v)
        dv = np.einsum('bhts,bthe->bhse', a, dy)
        ds = a * (da - np.einsum('bhts,bhts->bht', a, da)[..., None]) / np.sqrt(self.d)
        dq = np.einsum('bhts,bhse->bhte', ds, k)
        dk = np.einsum('bhts,bhte->bhse', ds, q)
        dx = 0
        for name, d in zip('qkv', (dq, dk, dv)):
            g[name] = np.einsum('btd,bhte->dhe', self.x, d)
            dx = dx + np.einsum('bhte,dhe->btd', d, self.w[name])
        return dx, g


class Norm:
    def __call__(self, x, w):
        self.w = w
        xc = x - x.mean(-1, keepdims=True)
        self.s = np.sqrt((xc ** 2).mean(-1, keepdims=True) + 1e-6)
        self.n = xc / self.s
        return self.n * w['g'] + w['b']

    def back(self, dy):
        g = {'g': (dy * self.n).sum((0, 1)), 'b': dy.sum((0, 1))}
        dn = dy * self.w['g']
        D = dn.shape[-1]
        dx = (dn - dn.sum(-1, keepdims=True) / D - self.n * (dn * self.n).sum(-1, keepdims=True) / D) / self.s
        return dx, g


class Residual:
    """pre-norm: x + f(norm(x))"""

    def __init__(self, inner):
        self.norm, self.inner = Norm(), inner

    def __call__(self, x, w):
        return x + self.inner(self.norm(x, w['norm']), w['inner'])

    def back(self, dy):
        d, gi = self.inner.back(dy)
        dx, gn = self.norm.back(d)
        return dy + dx, {'norm': gn, 'inner': gi}
