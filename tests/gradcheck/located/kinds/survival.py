"""Cox proportional hazards with a hidden layer: negative partial log-likelihood, risk sets from sorted times, L2 on the net."""

from collections import namedtuple

import numpy as np

HazardNet = namedtuple("HazardNet", ["W", "b", "u", "strata"])
RIDGE = 0.05


def risk_score(net, X, stratum):
    z = X @ net.W + net.b
    h = z / np.sqrt(1 + z**2)
    return z, h, h @ net.u + net.strata[stratum] * h[:, 0]


def loss(net, X, stratum, time, event):
    _, _, eta = risk_score(net, X, stratum)
    order = np.argsort(-time)
    eta_sorted = eta[order]
    log_risk = np.log(np.cumsum(np.exp(eta_sorted)))
    observed = event[order]
    nll = -np.sum(observed * (eta_sorted - log_risk)) / observed.sum()
    return nll + 0.5 * RIDGE * (np.sum(net.W**2) + np.sum(net.u**2))


def gradients(net, X, stratum, time, event):
    z, h, eta = risk_score(net, X, stratum)
    order = np.argsort(-time)
    hazard = np.exp(eta[order])
    at_risk = np.cumsum(hazard)
    observed = event[order]

    # somebody is at risk in their own event and in all the earlier ones, which come later in this order
    share = np.cumsum((observed / at_risk)[::-1])[::-1]
    d_sorted = (hazard * share - observed) / observed.sum()
    d_eta = np.empty_like(eta)
    d_eta[order] = d_sorted

    du = h.T @ d_eta + RIDGE * net.u
    dstrata = np.zeros_like(net.strata)
    np.add.at(dstrata, stratum, d_eta * h[:, 0])
    dh = np.outer(d_eta, net.u)
    dh[:, 0] += d_eta * net.strata[stratum]
    dz = dh / (1 + z**2) ** 1.5
    dW = X.T @ dz + RIDGE * net.W
    db = dz.sum(axis=0)
    return HazardNet(dW, db, du, dstrata)


g = np.random.default_rng(222)
params = HazardNet(
    W=g.normal(size=(4, 5)) * 0.7,
    b=g.normal(size=5) * 0.2,
    u=g.normal(size=5) * 0.8,
    strata=g.normal(size=3) * 0.5,
)
n = 10
data = (
    g.normal(size=(n, 4)),
    g.integers(3, size=n),
    g.exponential(size=n),
    (g.random(n) < 0.7).astype(float),
)
