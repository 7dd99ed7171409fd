"""Autoencoder with tied weights, a KL sparsity target for the mean activations, and a denoised input."""

import numpy as np


class TiedAutoencoder:
    rho = 0.2
    beta = 0.5
    decay = 0.01

    def encode(self, W, b, x):
        return 1 / (1 + np.exp(-(x @ W + b)))

    def loss(self, params, noisy, clean):
        W, b, c = params
        h = self.encode(W, b, noisy)
        x_hat = h @ W.T + c
        recon = 0.5 * ((x_hat - clean) ** 2).sum() / len(clean)
        q = h.mean(axis=0)
        kl = self.rho * np.log(self.rho / q) + (1 - self.rho) * np.log((1 - self.rho) / (1 - q))
        return recon + self.beta * kl.sum() + 0.5 * self.decay * (W**2).sum()

    def gradients(self, params, noisy, clean):
        W, b, c = params
        n = noisy.shape[0]
        h = self.encode(W, b, noisy)
        x_hat = h @ W.T + c
        d_out = (x_hat - clean) / n
        q = h.mean(axis=0)
        sparse = self.beta * (-self.rho / q + (1 - self.rho) / (1 - q))
        d_h = d_out @ W + sparse / n
        d_z = d_h * h * (1 - h)
        dW = noisy.T @ d_z
        dW += d_out.T @ h
        dW += self.decay * W
        db = d_z.sum(axis=0)
        dc = d_out.sum(axis=0)
        return dW, db, dc


ae = TiedAutoencoder()
loss = ae.loss
gradients = ae.gradients

_rs = np.random.RandomState(4)
_clean = _rs.rand(8, 6)
_noisy = _clean * (_rs.rand(8, 6) > 0.25)
params = (_rs.randn(6, 4) * 0.8, _rs.randn(4) * 0.3, _rs.randn(6) * 0.2)
data = (_noisy, _clean)
