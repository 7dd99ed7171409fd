"""Likelihood of a hidden Markov model with softmax parameters, by scaled forward-backward."""
import numpy as np

r = np.random.RandomState(19)
S, O = 3, 4
params = [r.randn(S) * 0.5, r.randn(S, S) * 0.8, r.randn(S, O) * 0.8]
sequences = [[0, 2, 3, 1, 1], [3, 3, 0], [2, 1, 0, 0, 3, 2]]
data = (sequences,)


def soft(z):
    z = np.exp(z - z.max(axis=-1, keepdims=True))
    return z / z.sum(axis=-1, keepdims=True)


def alphas(pi, A, B, obs):
    alpha, scale = [], []
    for t, o in enumerate(obs):
        a = pi * B[:, o] if t == 0 else (alpha[-1] @ A) * B[:, o]
        scale.append(a.sum())
        alpha.append(a / a.sum())
    return alpha, scale


def loss(params, sequences):
    pi, A, B = [soft(z) for z in params]
    return -sum(np.log(alphas(pi, A, B, obs)[1]).sum() for obs in sequences) / len(sequences)


def gradients(params, sequences):
    pi, A, B = [soft(z) for z in params]
    n_pi, n_A, n_B = np.zeros(S), np.zeros((S, S)), np.zeros((S, O))
    for obs in sequences:
        alpha, scale = alphas(pi, A, B, obs)
        beta = np.ones(S)
        for t in range(len(obs) - 1, -1, -1):
            gamma = alpha[t] * beta
            n_B[:, obs[t]] += gamma
            if t == 0:
                n_pi += gamma
                break
            later = B[:, obs[t]] * beta / scale[t]
            n_A += np.outer(alpha[t - 1], later) * A
            beta = A @ later
    # expected counts -> gradient of the log-likelihood through each softmax
    out = []
    for counts, prob in ((n_pi, pi), (n_A, A), (n_B, B)):
        out.append(-(counts - prob * counts.sum(axis=-1, keepdims=True)) / len(sequences))
    return out
