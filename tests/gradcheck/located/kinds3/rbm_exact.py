import itertools

import numpy as np

rng = np.random.default_rng(23)

# Restricted Boltzmann machine, so small that Z can be summed over all visible states.
# That is for testing: contrastive divergence should come close to this gradient


class RBM:
    def __init__(self, nv, nh, l2=0.01):
        self.nv, self.nh, self.l2 = nv, nh, l2
        self.states = np.array(list(itertools.product([0.0, 1.0], repeat=nv)))

    def free_energy(self, theta, V):
        W, a, b = theta
        act = V @ W + b
        return -V @ a - np.sum(np.logaddexp(0, act), axis=1)

    def hidden(self, theta, V):
        W, a, b = theta
        return 1 / (1 + np.exp(-(V @ W + b)))

    def model_probs(self, theta):
        F = -self.free_energy(theta, self.states)
        F = np.exp(F - F.max())
        return F / F.sum()

    def nll(self, theta, V):
        minus = -self.free_energy(theta, self.states)
        logZ = np.log(np.sum(np.exp(minus - minus.max()))) + minus.max()
        return np.mean(self.free_energy(theta, V)) + logZ + self.l2 / 2 * np.sum(theta[0] ** 2)

    def grad(self, theta, V):
        # positive phase
        ph = self.hidden(theta, V)
        posW = V.T @ ph / len(V)
        posa = V.mean(axis=0)
        posb = ph.mean(axis=0)
        # negative phase, exact
        q = self.model_probs(theta)
        nh = self.hidden(theta, self.states)
        negW = self.states.T @ (q[:, None] * nh)
        nega = q @ self.states
        negb = q @ nh
        return negW - posW + self.l2 * theta[0], nega - posa, negb - posb


    def gibbs(self, theta, v, k=1):
        W, a, b = theta
        for _ in range(k):
            h = rng.random((len(v), self.nh)) < self.hidden(theta, v)
            v = (rng.random(v.shape) < 1 / (1 + np.exp(-(h @ W.T + a)))).astype(float)
        return v


rbm = RBM(5, 3)
loss = rbm.nll
gradients = rbm.grad
params = (rng.normal(size=(5, 3)), rng.normal(size=5) * 0.5, rng.normal(size=3) * 0.5)
data = ((rng.random((9, 5)) < 0.6).astype(float),)
