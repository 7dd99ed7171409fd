"""VAE with a learned Gaussian prior per class and two noise draws a sample; Gaussian decoder with learned variance."""
import numpy as np

R = np.random.RandomState(13)
D, Z, S, K = 4, 2, 2, 3
params = dict(enc=R.randn(D, 2 * Z) * .4, enc_b=R.randn(2 * Z) * .1, prior=R.randn(K, Z) * .5, prior_ls=R.randn(K, Z) * .2,
              dec=R.randn(Z, D) * .6, dec_b=R.randn(D) * .1, ls=R.randn(D) * .2)
x = R.randn(7, D)
y = np.array([0, 1, 2, 0, 0, 2, 1])
eps = R.randn(S, 7, Z)
data = (x, y, eps)


def loss(p, x, y, eps):
    e = x @ p['enc'] + p['enc_b']
    mu, ls = e[:, :Z], e[:, Z:]
    z = mu + np.exp(ls) * eps
    r = (x - z @ p['dec'] - p['dec_b']) / np.exp(p['ls'])
    rec = (.5 * r ** 2 + p['ls']).sum(2).mean(0)
    m, q = p['prior'][y], p['prior_ls'][y]
    kl = (q - ls + .5 * (np.exp(2 * ls) + (mu - m) ** 2) / np.exp(2 * q) - .5).sum(1)
    return (rec + kl).mean()


def gradients(p, x, y, eps):
    n = len(x)
    e = x @ p['enc'] + p['enc_b']
    mu, ls = e[:, :Z], e[:, Z:]
    sd = np.exp(ls)
    z = mu + sd * eps
    osd = np.exp(p['ls'])
    r = (x - z @ p['dec'] - p['dec_b']) / osd
    g = {}
    dout = -r / osd / (S * n)
    g['ls'] = (1 - r ** 2).sum((0, 1)) / (S * n)
    g['dec'] = np.einsum('sbz,sbd->zd', z, dout)
    g['dec_b'] = dout.sum((0, 1))
    dz = dout @ p['dec'].T
    m, q = p['prior'][y], p['prior_ls'][y]
    gap = (mu - m) / np.exp(2 * q) / n
    dmu = dz.sum(0) + gap
    dls = (dz * eps).sum(0) * sd + (sd ** 2 / np.exp(2 * q) - 1) / n
    g['prior'] = np.zeros((K, Z))
    np.subtract.at(g['prior'], y, gap)
    g['prior_ls'] = np.zeros((K, Z))
    np.add.at(g['prior_ls'], y, (1 - (sd ** 2 + (mu - m) ** 2) / np.exp(2 * q)) / n)
    de = np.hstack([dmu, dls])
    g['enc'], g['enc_b'] = x.T @ de, de.sum(0)
    return g
