# Zero-inflated Poisson regression with an exposure offset, plus smoothness penalty on the coefficients of neighbouring months
import numpy as np
from math import lgamma

rs = np.random.RandomState(83)
month = rs.randint(0, 6, 20)
X = rs.randn(20, 2)
exposure = rs.uniform(0.5, 2, 20)
n = rs.poisson(1.2, 20) * (rs.rand(20) > 0.3)
params = (rs.randn(6) * .4, rs.randn(2) * .4, rs.randn(2) * .5, np.array([-.4]))
data = (X, month, exposure, n)
SMOOTH = 0.3

def predictors(params, X, month, exposure):
    season, beta, gamma, g0 = params
    lam = exposure * np.exp(season[month] + X @ beta)
    pi = 1 / (1 + np.exp(-(X @ gamma + g0)))
    return lam, pi

def loss(params, X, month, exposure, n):
    lam, pi = predictors(params, X, month, exposure)
    zero = np.log(pi + (1 - pi) * np.exp(-lam))
    some = np.log(1 - pi) - lam + n * np.log(lam) - np.array([lgamma(k + 1) for k in n])
    rough = np.diff(params[0])
    return -np.where(n == 0, zero, some).mean() + SMOOTH * (rough ** 2).sum()

def gradients(params, X, month, exposure, n):
    season = params[0]
    lam, pi = predictors(params, X, month, exposure)
    empty = n == 0
    prob0 = pi + (1 - pi) * np.exp(-lam)
    dlam = np.where(empty, -(1 - pi) * np.exp(-lam) / prob0, n / lam - 1)
    dpi = np.where(empty, (1 - np.exp(-lam)) / prob0, -1 / (1 - pi))
    dlog = -dlam * lam / len(n)
    dlogit = -dpi * pi * (1 - pi) / len(n)
    d_season = np.bincount(month, dlog, minlength=6)
    rough = np.diff(season)
    d_season[1:] += 2 * SMOOTH * rough
    d_season[:-1] -= 2 * SMOOTH * rough
    return d_season, X.T @ dlog, X.T @ dlogit, np.array([dlogit.sum()])
