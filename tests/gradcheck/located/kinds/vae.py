"""Variational autoencoder on binary data; the noise is drawn once and handed in. The prior's mean is learnt as well."""

import numpy as np


def leaky(x):
    return np.where(x > 0, x, 0.2 * x)


def leaky_slope(x):
    return np.where(x > 0, 1.0, 0.2)


def encode(p, x):
    pre = x @ p["enc_W"] + p["enc_b"]
    h = leaky(pre)
    mu = h @ p["mu_W"] + p["mu_b"]
    logvar = h @ p["lv_W"] + p["lv_b"]
    return pre, h, mu, logvar


def decode(p, z):
    pre = z @ p["dec_W"] + p["dec_b"]
    g = np.tanh(pre)
    return g, g @ p["out_W"] + p["out_b"]


def elbo_terms(p, x, noise):
    _, _, mu, logvar = encode(p, x)
    z = mu + np.exp(0.5 * logvar) * noise
    _, logits = decode(p, z)
    bce = (np.logaddexp(0, logits) - x * logits).sum(axis=1)
    kl = 0.5 * (np.exp(logvar) + (mu - p["prior"]) ** 2 - 1.0 - logvar).sum(axis=1)
    return bce, kl


def loss(p, x, noise, kl_weight):
    bce, kl = elbo_terms(p, x, noise)
    return (bce + kl_weight * kl).mean()


def gradients(p, x, noise, kl_weight):
    n = len(x)
    pre, h, mu, logvar = encode(p, x)
    std = np.exp(0.5 * logvar)
    z = mu + std * noise
    g, logits = decode(p, z)

    out = {}
    dlogits = (1 / (1 + np.exp(-logits)) - x) / n
    out["out_W"] = g.T @ dlogits
    out["out_b"] = dlogits.sum(axis=0)
    dg = dlogits @ p["out_W"].T
    dpre = dg * (1 - g**2)
    out["dec_W"] = z.T @ dpre
    out["dec_b"] = dpre.sum(axis=0)
    dz = dpre @ p["dec_W"].T

    gap = kl_weight * (mu - p["prior"]) / n
    dmu = dz + gap
    dlogvar = dz * noise * 0.5 * std
    dlogvar += kl_weight * 0.5 * (np.exp(logvar) - 1) / n
    out["prior"] = -gap.sum(axis=0)

    out["mu_W"] = h.T @ dmu
    out["mu_b"] = dmu.sum(axis=0)
    out["lv_W"] = h.T @ dlogvar
    out["lv_b"] = dlogvar.sum(axis=0)
    dh = dmu @ p["mu_W"].T + dlogvar @ p["lv_W"].T
    dh *= leaky_slope(pre)
    out["enc_W"] = x.T @ dh
    out["enc_b"] = dh.sum(axis=0)
    return out


rng = np.random.default_rng(55)


def glorot(i, o):
    return rng.normal(size=(i, o)) * np.sqrt(2 / (i + o))


X_DIM, H_DIM, Z_DIM, G_DIM = 8, 6, 2, 5
params = {
    "enc_W": glorot(X_DIM, H_DIM),
    "enc_b": rng.normal(size=H_DIM) * 0.1,
    "mu_W": glorot(H_DIM, Z_DIM),
    "mu_b": rng.normal(size=Z_DIM) * 0.1,
    "lv_W": glorot(H_DIM, Z_DIM),
    "lv_b": rng.normal(size=Z_DIM) * 0.1,
    "prior": rng.normal(size=Z_DIM) * 0.5,
    "dec_W": glorot(Z_DIM, G_DIM),
    "dec_b": rng.normal(size=G_DIM) * 0.1,
    "out_W": glorot(G_DIM, X_DIM),
    "out_b": rng.normal(size=X_DIM) * 0.1,
}
data = ((rng.random((7, X_DIM)) < 0.4).astype(float), rng.normal(size=(7, Z_DIM)), 0.7)
