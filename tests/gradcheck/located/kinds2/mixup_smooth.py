import numpy as np

# notebook: manifold mixup (hidden states of pairs mixed), label smoothing, given dropout masks

rng = np.random.default_rng(11)
X = rng.normal(size=(6, 4))
lab = np.array([0, 1, 2, 2, 0, 1])
partner = np.array([3, 4, 0, 1, 5, 2])
lam = np.array([.7, .9, .6, .8, .55, .95])
keep = (rng.random((6, 5)) < .8) / .8
W1 = rng.normal(0, .6, (4, 5)); b1 = rng.normal(0, .1, 5)
W2 = rng.normal(0, .6, (5, 3)); b2 = rng.normal(0, .1, 3)
params = [(W1, b1), (W2, b2)]
data = (X, lab, partner, lam, keep)
smoothing = 0.1


def targets(lab, partner, lam, k=3):
    soft = np.eye(k)[lab] * (1 - smoothing) + smoothing / k
    return lam[:, None] * soft + (1 - lam[:, None]) * soft[partner]


def net(params, X, partner, lam, keep):
    (W1, b1), (W2, b2) = params
    z = X @ W1 + b1
    h = z * (z > 0)
    mixed = lam[:, None] * h + (1 - lam[:, None]) * h[partner]
    dropped = mixed * keep
    s = dropped @ W2 + b2
    s = s - s.max(axis=1, keepdims=True)
    return z, dropped, s - np.log(np.exp(s).sum(axis=1, keepdims=True))


def loss(params, X, lab, partner, lam, keep):
    logp = net(params, X, partner, lam, keep)[-1]
    return -(targets(lab, partner, lam) * logp).sum() / len(X)


def gradients(params, X, lab, partner, lam, keep):
    (W1, b1), (W2, b2) = params
    z, dropped, logp = net(params, X, partner, lam, keep)
    ds = (np.exp(logp) - targets(lab, partner, lam)) / len(X)
    gW2 = dropped.T @ ds
    gb2 = ds.sum(axis=0)
    dmixed = (ds @ W2.T) * keep
    dh = lam[:, None] * dmixed
    np.add.at(dh, partner, (1 - lam[:, None]) * dmixed)
    dz = dh * (z > 0)
    return [(X.T @ dz, dz.sum(axis=0)), (gW2, gb2)]
