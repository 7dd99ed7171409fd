import numpy as np

# colour rows: 1-D conv, response normalisation across channels (window of 3), overlapping average pool, power-mean loss
rng = np.random.default_rng(808)
X = rng.normal(size=(3, 2, 9))
Y = rng.normal(size=(3, 2)) * .5
p = [rng.normal(0, .6, (5, 2, 2)), rng.normal(0, .2, 5), rng.normal(0, .6, (5 * 3, 2))]
params, data = p, (X, Y)
BETA, BIAS, ALPHA = 0.75, 1.0, 0.6


def neighbours(q):
    """sum over the channel itself and its two neighbours"""
    out = q.copy()
    out[:, 1:] += q[:, :-1]
    out[:, :-1] += q[:, 1:]
    return out


def forward(p, X):
    k, b, w = p
    T = X.shape[2] - 1
    z = np.einsum('nct,fc->nft', X[:, :, :T], k[:, :, 0]) + np.einsum('nct,fc->nft', X[:, :, 1:], k[:, :, 1]) + b[:, None]
    s = BIAS + ALPHA * neighbours(z ** 2)
    y = z * s ** -BETA
    pool = np.stack([y[:, :, i:i + 3].mean(2) for i in (0, 2, 5)], axis=2)
    return z, s, y, pool, pool.reshape(len(X), -1) @ w


def loss(p, X, Y):
    return (np.abs(forward(p, X)[-1] - Y) ** 3).sum() / len(X)


def gradients(p, X, Y):
    k, b, w = p
    z, s, y, pool, out = forward(p, X)
    e = out - Y
    de = 3 * e * np.abs(e) / len(X)
    gw = pool.reshape(len(X), -1).T @ de
    dpool = (de @ w.T).reshape(pool.shape)
    dy = np.zeros_like(y)
    for n, i in enumerate((0, 2, 5)):
        dy[:, :, i:i + 3] += dpool[:, :, n:n + 1] / 3
    ds = -BETA * dy * z * s ** (-BETA - 1)
    dz = dy * s ** -BETA + 2 * ALPHA * z * neighbours(ds)
    gk = np.stack([np.einsum('nct,nft->fc', X[:, :, j:j + z.shape[2]], dz) for j in range(2)], axis=2)
    return [gk, dz.sum((0, 2)), gw]
