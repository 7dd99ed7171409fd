# Factorisation machine for clicks: linear part + pairwise interactions <v_i, v_j> x_i x_j, field-wise scaling s.
import numpy as np

rng = np.random.default_rng(321)

n_features, rank, n = 9, 4, 11
fields = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2])

X = rng.normal(size=(n, n_features)) * (rng.random((n, n_features)) < 0.6)
y = np.where(rng.random(n) < 0.5, -1.0, 1.0)
sample_weight = rng.uniform(0.5, 2.0, size=n)

params = dict(
    w0=np.array([0.2]),
    w=rng.normal(size=n_features) * 0.4,
    V=rng.normal(size=(n_features, rank)) * 0.5,
    s=rng.uniform(0.5, 1.5, size=3),
)


def score(p, X):
    Z = X * p["s"][fields]
    XV = Z @ p["V"]
    X2V2 = (Z**2) @ (p["V"] ** 2)
    inter = 0.5 * (XV**2 - X2V2).sum(axis=1)
    return p["w0"][0] + X @ p["w"] + inter


def loss(p, X, y, weight):
    m = y * score(p, X)
    nll = np.logaddexp(0, -m)
    return (weight * nll).sum() / weight.sum() + 0.01 * (p["V"] ** 2).sum()


def gradients(p, X, y, weight):
    scale = p["s"][fields]
    Z = X * scale
    XV = Z @ p["V"]
    m = y * score(p, X)
    d = -y / (1 + np.exp(m)) * weight / weight.sum()

    gV = Z.T @ (d[:, None] * XV) - p["V"] * ((Z**2).T @ d)[:, None]
    gV += 0.02 * p["V"]

    # with respect to the scaled features, then to the scale of each field
    gZ = d[:, None] * (XV @ p["V"].T - Z * (p["V"] ** 2).sum(axis=1))
    per_feature = (gZ * X).sum(axis=0)
    gs = np.zeros_like(p["s"])
    np.add.at(gs, fields, per_feature)

    return dict(w0=np.array([d.sum()]), w=X.T @ d, V=gV, s=gs)


data = (X, y, sample_weight)
