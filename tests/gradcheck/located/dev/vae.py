"""Variational autoencoder for binary pixels; the noise is given, the posterior is diagonal."""
import numpy as np


def make_vae(n_pix, n_hid, n_lat, seed):
    rng = np.random.RandomState(seed)

    def glorot(a, b):
        return rng.uniform(-1, 1, (a, b)) * np.sqrt(6.0 / (a + b))

    weights = {
        "enc": glorot(n_pix, n_hid), "enc_b": np.zeros(n_hid) + 0.05,
        "mu": glorot(n_hid, n_lat), "mu_b": rng.randn(n_lat) * 0.1,
        "lv": glorot(n_hid, n_lat), "lv_b": rng.randn(n_lat) * 0.1,
        "dec": glorot(n_lat, n_hid), "dec_b": rng.randn(n_hid) * 0.1,
        "out": glorot(n_hid, n_pix), "out_b": rng.randn(n_pix) * 0.1,
    }

    def run(w, x, noise):
        h = np.tanh(x @ w["enc"] + w["enc_b"])
        mu = h @ w["mu"] + w["mu_b"]
        logvar = h @ w["lv"] + w["lv_b"]
        sd = np.exp(0.5 * logvar)
        z = mu + sd * noise
        d = np.tanh(z @ w["dec"] + w["dec_b"])
        logits = d @ w["out"] + w["out_b"]
        return h, mu, logvar, sd, z, d, logits

    def elbo(w, x, noise):
        _, mu, logvar, _, _, _, logits = run(w, x, noise)
        recon = np.sum(np.logaddexp(0, logits) - x * logits)
        kl = -0.5 * np.sum(1 + logvar - mu ** 2 - np.exp(logvar))
        return (recon + kl) / x.shape[0]

    def grad(w, x, noise):
        h, mu, logvar, sd, z, d, logits = run(w, x, noise)
        n = x.shape[0]
        g = {}
        dlogits = (1 / (1 + np.exp(-logits)) - x) / n
        g["out"], g["out_b"] = d.T @ dlogits, dlogits.sum(axis=0)
        dd = (dlogits @ w["out"].T) * (1 - d ** 2)
        g["dec"], g["dec_b"] = z.T @ dd, dd.sum(axis=0)
        dz = dd @ w["dec"].T
        dmu = dz + mu / n
        dlogvar = dz * noise * 0.5 * sd + 0.5 * (np.exp(logvar) - 1) / n
        g["mu"], g["mu_b"] = h.T @ dmu, dmu.sum(axis=0)
        g["lv"], g["lv_b"] = h.T @ dlogvar, dlogvar.sum(axis=0)
        dh = dmu @ w["mu"].T + dlogvar @ w["lv"].T
        dh *= 1 - h ** 2
        g["enc"], g["enc_b"] = x.T @ dh, dh.sum(axis=0)
        return g

    return weights, elbo, grad


params, loss, gradients = make_vae(n_pix=6, n_hid=5, n_lat=2, seed=8)
_r = np.random.RandomState(9)
data = ((_r.rand(7, 6) > 0.5).astype(float), _r.randn(7, 2))
