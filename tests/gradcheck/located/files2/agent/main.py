"""Advantage actor-critic on one recorded episode."""
import numpy as np
from network import RecurrentPolicy
from returns import discounted

N_IN, N_H, N_ACT, T = 3, 4, 2, 6
rng = np.random.default_rng(606)
params = {
    "W": rng.normal(0, 0.6, (N_H, N_IN)),
    "U": rng.normal(0, 0.4, (N_H, N_H)),
    "b": rng.normal(0, 0.1, N_H),
    "mu": rng.normal(0, 0.6, (N_ACT, N_H)),
    "log_sd": rng.normal(-0.3, 0.1, N_ACT),
    "value": rng.normal(0, 0.6, N_H),
}
observations = rng.normal(size=(T, N_IN))
actions = rng.normal(size=(T, N_ACT))
ADV, RET = discounted(list(rng.normal(size=T)), list(rng.normal(size=T)), 0.3, 0.95, 0.9)
data = (observations, actions, np.array(ADV), np.array(RET))
VALUE_COST, ENTROPY_COST = 0.5, 0.02


def play(params, observations):
    net = RecurrentPolicy(params)
    h = np.zeros(N_H)
    hs = []
    for x in observations:
        h = net.observe(x, h)
        hs.append(h)
    return net, hs


def loss(params, observations, actions, adv, ret):
    net, hs = play(params, observations)
    total = 0.0
    for h, u, a, r in zip(hs, actions, adv, ret):
        total -= a * net.log_density(h, u)
        total += VALUE_COST * (params["value"] @ h - r) ** 2
    return total / len(hs) - ENTROPY_COST * params["log_sd"].sum()


def gradients(params, observations, actions, adv, ret):
    net, hs = play(params, observations)
    net.zero()
    n = len(hs)
    dhs = []
    for h, u, a, r in zip(hs, actions, adv, ret):
        dh = net.density_grad(h, u, -a / n)
        dh = dh + net.value_grad(h, 2 * VALUE_COST * (params["value"] @ h - r) / n)
        dhs.append(dh)
    net.memory_grad(dhs)
    net.g["log_sd"] -= ENTROPY_COST
    return net.g
