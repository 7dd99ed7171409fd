# Layer normalisation inside a little feed forward block (post-LN), all batch x features
import numpy as np
EPS = 1e-5


def ln_fwd(x, gamma, beta):
    mu = x.mean(-1, keepdims=True)
    rstd = 1 / np.sqrt(((x - mu) ** 2).mean(-1, keepdims=True) + EPS)
    xhat = (x - mu) * rstd
    return xhat * gamma + beta, (xhat, rstd, gamma)


def ln_bwd(dy, cache):
    xhat, rstd, gamma = cache
    N = xhat.shape[1]
    dxhat = dy * gamma
    part2 = np.sum(dxhat)
    part3 = np.sum(dxhat * xhat)
    dx = rstd * (dxhat - (part2 + xhat * part3) / N)
    return dx, np.sum(dy * xhat, axis=0), np.sum(dy, axis=0)


def get_params(D=6, F=10, K=3):
    r = np.random.RandomState(33)
    return {'emb': r.randn(4, D) * .5, 'w1': r.randn(D, F) * .5, 'b1': np.zeros(F), 'w2': r.randn(F, D) * .5,
            'b2': np.zeros(D), 'gamma': np.ones(D), 'beta': np.zeros(D), 'head': r.randn(D, K) * .5}


def net(p, x):
    e = x @ p['emb']
    a = np.maximum(0, e @ p['w1'] + p['b1'])
    r = e + a @ p['w2'] + p['b2']
    n, cache = ln_fwd(r, p['gamma'], p['beta'])
    logits = n @ p['head']
    logits = logits - logits.max(1, keepdims=True)
    probs = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return e, a, n, cache, probs


def loss_and_grads(p, x, y):
    e, a, n, cache, probs = net(p, x)
    m = len(x)
    loss = -np.log(probs[range(m), y]).mean()
    g = {}
    dl = probs.copy()
    dl[range(m), y] -= 1
    dl /= m
    g['head'] = n.T @ dl
    dr, g['gamma'], g['beta'] = ln_bwd(dl @ p['head'].T, cache)
    g['w2'] = a.T @ dr
    g['b2'] = dr.sum(0)
    da = (dr @ p['w2'].T) * (a > 0)
    g['w1'] = e.T @ da
    g['b1'] = da.sum(0)
    g['emb'] = x.T @ (da @ p['w1'].T + dr)
    return loss, g


def blobs(m=45):
    r = np.random.RandomState(5)
    y = np.arange(m) % 3
    c = np.array([[2, 0, 0, 1], [0, 2, 1, 0], [-1, -1, 2, 0]])
    return c[y] + r.randn(m, 4) * .7, y


def train(p, x, y, lr=.2, n=200):
    for _ in range(n):
        loss, g = loss_and_grads(p, x, y)
        p = {k: p[k] - lr * g[k] for k in p}
    return loss_and_grads(p, x, y)[0]
