"""Bayes by backprop for a tiny network: weights are drawn as mean + softplus(rho) * noise; the prior's deviation is learnt."""

import numpy as np


def softplus(a):
    return np.log1p(np.exp(a))


def logistic(a):
    return 1 / (1 + np.exp(-a))


def draw(posterior, noise):
    return [mean + softplus(rho) * eps for (mean, rho), eps in zip(posterior, noise)]


def kl(mean, sd, prior_sd):
    return (np.log(prior_sd / sd) + (sd**2 + mean**2) / (2 * prior_sd**2) - 0.5).sum()


def loss(params, X, y, draws):
    posterior, log_prior = params
    nll = 0.0
    for noise in draws:
        W1, b1, W2, b2 = draw(posterior, noise)
        out = np.tanh(X @ W1 + b1) @ W2 + b2
        nll += 0.5 * ((out - y) ** 2).sum()
    prior_sd = np.exp(log_prior[0])
    complexity = sum(kl(mean, softplus(rho), prior_sd) for mean, rho in posterior)
    return (nll / len(draws) + complexity) / len(X)


def gradients(params, X, y, draws):
    posterior, log_prior = params
    prior_sd = np.exp(log_prior[0])
    grads = [[np.zeros_like(mean), np.zeros_like(rho)] for mean, rho in posterior]

    for noise in draws:
        W1, b1, W2, b2 = draw(posterior, noise)
        h = np.tanh(X @ W1 + b1)
        err = (h @ W2 + b2 - y) / len(draws)
        back = (err @ W2.T) * (1 - h**2)
        weight_grads = [X.T @ back, back.sum(axis=0), h.T @ err, err.sum(axis=0)]
        for pair, wg, eps, (_, rho) in zip(grads, weight_grads, noise, posterior):
            pair[0] += wg
            pair[1] += wg * eps * logistic(rho)

    g_prior = 0.0
    for pair, (mean, rho) in zip(grads, posterior):
        sd = softplus(rho)
        pair[0] += mean / prior_sd**2
        pair[1] += (sd / prior_sd**2 - 1 / sd) * logistic(rho)
        g_prior += (1 - (sd**2 + mean**2) / prior_sd**2).sum()

    n = len(X)
    return [[(gm / n, gr / n) for gm, gr in grads], np.array([g_prior / n])]


_rng = np.random.default_rng(303)
_shapes = [(3, 5), (5,), (5, 2), (2,)]
params = [
    [(_rng.normal(size=s) * 0.7, _rng.normal(size=s) * 0.3 - 1.0) for s in _shapes],
    np.array([-0.3]),
]
data = (
    _rng.normal(size=(6, 3)),
    _rng.normal(size=(6, 2)),
    [[_rng.normal(size=s) for s in _shapes] for _ in range(4)],
)
