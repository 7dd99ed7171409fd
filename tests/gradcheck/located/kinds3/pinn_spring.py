"""Damped spring  u'' + d u' + k u = 0  with a one-layer tanh network u(t), d and k are unknown (inverse problem).

u(t) = sum_j v_j tanh(w_j t + b_j) + c
"""
from collections import namedtuple

import numpy as np

Theta = namedtuple("Theta", "w b v c logd logk")
rng = np.random.default_rng(14)
LAMBDA_ODE = 0.1
LAMBDA_START = 2.0


def u_all(th, t):
    T = np.tanh(np.outer(t, th.w) + th.b)
    S1 = 1 - T**2  # first derivative
    S2 = -2 * T * S1  # second
    S3 = -2 * S1 * S1 + 4 * T**2 * S1  # third, for the gradient
    u = T @ th.v + th.c[0]
    du = S1 @ (th.v * th.w)
    ddu = S2 @ (th.v * th.w**2)
    return T, S1, S2, S3, u, du, ddu


def loss(th, t_obs, u_obs, t_col, start):
    u = u_all(th, t_obs)[4]
    fit = np.mean((u - u_obs) ** 2)
    _, _, _, _, u, du, ddu = u_all(th, t_col)
    res = ddu + np.exp(th.logd[0]) * du + np.exp(th.logk[0]) * u
    v0 = u_all(th, np.array([0.0]))[5][0]
    return fit + LAMBDA_ODE * np.mean(res**2) + LAMBDA_START * (v0 - start) ** 2


def gradients(th, t_obs, u_obs, t_col, start):
    gw, gb, gv = np.zeros_like(th.w), np.zeros_like(th.b), np.zeros_like(th.v)
    gc = 0.0
    # (in torch this would be two autograd.grad calls with create_graph=True)
    w, v = th.w, th.v
    # 1. data
    T, S1, S2, S3, u, du, ddu = u_all(th, t_obs)
    e = 2 * (u - u_obs) / len(t_obs)
    gv += T.T @ e
    gw += v * (S1.T @ (e * t_obs))
    gb += v * (S1.T @ e)
    gc += e.sum()
    # 2. equation
    d, k = np.exp(th.logd[0]), np.exp(th.logk[0])
    T, S1, S2, S3, u, du, ddu = u_all(th, t_col)
    e = LAMBDA_ODE * 2 * (ddu + d * du + k * u) / len(t_col)
    glogd = d * (e @ du)
    glogk = k * (e @ u)
    gv += w**2 * (S2.T @ e) + d * w * (S1.T @ e) + k * (T.T @ e)
    inner = w**2 * S3 + d * w * S2 + k * S1
    gb += v * (inner.T @ e)
    gw += v * (inner.T @ (e * t_col))
    gw += v * (2 * w * (S2.T @ e) + d * (S1.T @ e))
    gc += k * e.sum()
    # 3. speed at the start (t = 0, so w only comes in through the chain rule)
    _, S1, S2, _, _, du, _ = u_all(th, np.array([0.0]))
    e = LAMBDA_START * 2 * (du[0] - start)
    gv += e * w * S1[0]
    gw += e * v * S1[0]
    gb += e * v * w * S2[0]
    return Theta(gw, gb, gv, np.array([gc]), np.array([glogd]), np.array([glogk]))


params = Theta(rng.normal(size=6), rng.normal(size=6), rng.normal(size=6), np.array([0.2]), np.array([-0.7]), np.array([0.4]))
t_obs = np.linspace(0.1, 2.5, 7)
data = (t_obs, np.exp(-0.3 * t_obs) * np.cos(1.2 * t_obs), np.linspace(0, 3, 10), -0.3)
