"""Importance weighted autoencoder: k given noise draws for each sample."""
import numpy as np
from densities import log_normal, log_normal_grads, log_bernoulli, log_bernoulli_grad

rs = np.random.RandomState(28)
D, H, Z, K, N = 5, 4, 2, 3, 4


class Model:
    def __init__(self):
        self.params = {
            'e': rs.randn(D, H) * .5, 'eb': rs.randn(H) * .1, 'em': rs.randn(H, Z) * .6, 'es': rs.randn(H, Z) * .4,
            'd': rs.randn(Z, H) * .6, 'db': rs.randn(H) * .1, 'do': rs.randn(H, D) * .6,
        }

    def encode(self, p, x):
        self.he = np.tanh(x @ p['e'] + p['eb'])
        return self.he @ p['em'], self.he @ p['es']

    def weights(self, p, x, eps):
        self.mu, self.ls = self.encode(p, x)
        self.z = self.mu + np.exp(self.ls) * eps                  # K, N, Z
        self.hd = np.tanh(self.z @ p['d'] + p['db'])
        self.logit = self.hd @ p['do']
        lw = log_bernoulli(x, self.logit).sum(2)
        lw += log_normal(self.z, 0.0, 0.0).sum(2)
        lw -= log_normal(self.z, self.mu, self.ls).sum(2)
        return lw

    def loss(self, p, x, eps):
        lw = self.weights(p, x, eps)
        top = lw.max(0)
        return -(top + np.log(np.exp(lw - top).mean(0))).mean()

    def gradients(self, p, x, eps):
        lw = self.weights(p, x, eps)
        w = np.exp(lw - lw.max(0))
        w /= w.sum(0)
        dlw = -w[:, :, None] / len(x)
        g = {}
        dlogit = dlw * log_bernoulli_grad(x, self.logit)
        g['do'] = np.einsum('knh,knd->hd', self.hd, dlogit)
        dpre = (dlogit @ p['do'].T) * (1 - self.hd ** 2)
        g['d'] = np.einsum('knz,knh->zh', self.z, dpre)
        g['db'] = dpre.sum((0, 1))
        dz = dpre @ p['d'].T
        dz += dlw * log_normal_grads(self.z, 0.0, 0.0)[0]
        qz, qm, qs = log_normal_grads(self.z, self.mu, self.ls)
        dz -= dlw * qz
        dmu = (dz - dlw * qm).sum(0)
        dls = (dz * eps * np.exp(self.ls) - dlw * qs).sum(0)
        g['em'], g['es'] = self.he.T @ dmu, self.he.T @ dls
        dhe = (dmu @ p['em'].T + dls @ p['es'].T) * (1 - self.he ** 2)
        g['e'], g['eb'] = x.T @ dhe, dhe.sum(0)
        return g


model = Model()
params, loss, gradients = model.params, model.loss, model.gradients
data = ((rs.rand(N, D) > .5) * 1.0, rs.randn(K, N, Z))
