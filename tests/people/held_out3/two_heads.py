import numpy as np


def init(rng, D=8, heads=2, vocab=6):
    r = lambda *s: rng.standard_normal(s) * 0.4
    return dict(tok=r(vocab, D), pos=r(5, D), q=r(heads, D, D // heads), k=r(heads, D, D // heads),
                v=r(heads, D, D // heads), o=r(heads, D // heads, D), out=r(D, vocab))


def loss_and_grad(p, ids, nxt):
    """causal, two heads, residual; ids and nxt are B x T"""
    B, T = ids.shape
    x = p['tok'][ids] + p['pos'][:T]
    dh = p['q'].shape[2]
    q = np.einsum('btd,hde->bhte', x, p['q'])
    k = np.einsum('btd,hde->bhte', x, p['k'])
    v = np.einsum('btd,hde->bhte', x, p['v'])
    s = np.einsum('bhte,bhse->bhts', q, k) / np.sqrt(dh)
    s = np.where(np.tril(np.ones((T, T))) > 0, s, -1e9)
    a = np.exp(s - s.max(-1, keepdims=True))
    a /= a.sum(-1, keepdims=True)
    c = np.einsum('bhts,bhse->bhte', a, v)
    y = x + np.einsum('bhte,hed->btd', c, p['o'])
    z = y @ p['out']
    pr = np.exp(z - z.max(-1, keepdims=True))
    pr /= pr.sum(-1, keepdims=True)
    bi, ti = np.indices((B, T))
    loss = -np.log(pr[bi, ti, nxt]).mean()

    g = {}
    dz = pr.copy()
    dz[bi, ti, nxt] -= 1
    dz /= B * T
    g['out'] = np.einsum('btd,btv->dv', y, dz)
    dy = dz @ p['out'].T
    g['o'] = np.einsum('bhte,btd->hed', c, dy)
    dc = np.einsum('btd,hed->bhte', dy, p['o'])
    da = np.einsum('bhte,bhse->bhts', dc, v)
    dv = np.einsum('bhts,bhte->bhse', a, dc)
    ds = a * (da - (da * a).sum(-1, keepdims=True)) / np.sqrt(dh)
    dq = np.einsum('bhts,bhse->bhte', ds, k)
    dk = np.einsum('bhts,bhte->bhse', ds, q)
    dx = dy.copy()
    for name, d in zip('qkv', (dq, dk, dv)):
        g[name] = np.einsum('btd,bhte->hde', x, d)
        dx += np.einsum('bhte,hde->btd', d, p[name])
    g['tok'] = np.zeros_like(p['tok'])
    np.add.at(g['tok'], ids, dx)
    g['pos'] = np.zeros_like(p['pos'])
    g['pos'][:T] = dx.sum(0)
    return loss, g


def repeat(rng, n=24):
    """a b a b a b: the next is the one before last"""
    two = np.array([rng.choice(6, 2, replace=False) for _ in range(n)])
    s = np.tile(two, 3)
    return s[:, :5], s[:, 1:6]


def train(p, ids, nxt, lr=1.0, n=250):
    for _ in range(n):
        l, g = loss_and_grad(p, ids, nxt)
        for k in p:
            p[k] = p[k] - lr * g[k]
    return l
