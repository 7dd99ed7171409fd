"""Wasserstein critic with a penalty on the norm of its gradient in the input: the gradient of a gradient, by hand.

f(x) = v . a(z2), z2 = W2 a(z1) + b2, z1 = W1 x + b1, a = softplus. Samples are rows.
"""

from collections import namedtuple

import numpy as np

Critic = namedtuple("Critic", "W1 b1 W2 b2 v")
LAMBDA = 3.0
DRIFT = 0.1


def a(z):
    return np.logaddexp(0.0, z)


def a1(z):
    return 1.0 / (1.0 + np.exp(-z))


def a2(z):
    s = a1(z)
    return s * (1.0 - s)


def evaluate(c, x):
    z1 = x @ c.W1.T + c.b1
    h1 = a(z1)
    z2 = h1 @ c.W2.T + c.b2
    h2 = a(z2)
    return z1, h1, z2, h2, h2 @ c.v


def slope(c, x):
    """The critic's gradient in x, one row a sample, and what it was made of."""
    z1, h1, z2, _, _ = evaluate(c, x)
    u2 = c.v * a1(z2)
    t1 = u2 @ c.W2
    u1 = t1 * a1(z1)
    return z1, h1, z2, u2, t1, u1, u1 @ c.W1


def loss(c, real, fake, between):
    f_real = evaluate(c, real)[-1]
    f_fake = evaluate(c, fake)[-1]
    norm = np.sqrt((slope(c, between)[-1] ** 2).sum(axis=1))
    penalty = ((norm - 1.0) ** 2).mean()
    return f_fake.mean() - f_real.mean() + LAMBDA * penalty + DRIFT * (f_real**2).mean()


def plain(c, x, df):
    """Gradients for an output gradient df, one number a sample."""
    z1, h1, z2, h2, _ = evaluate(c, x)
    dz2 = np.outer(df, c.v) * a1(z2)
    dz1 = (dz2 @ c.W2) * a1(z1)
    return Critic(dz1.T @ x, dz1.sum(0), dz2.T @ h1, dz2.sum(0), h2.T @ df)


def through_slope(c, x):
    z1, h1, z2, u2, t1, u1, grad = slope(c, x)
    norm = np.sqrt((grad**2).sum(axis=1))
    dnorm = 2.0 * LAMBDA * (norm - 1.0) / len(x)
    dgrad = (dnorm / norm)[:, None] * grad

    # grad = u1 W1
    gW1 = u1.T @ dgrad
    du1 = dgrad @ c.W1.T
    # u1 = t1 * a'(z1)
    dt1 = du1 * a1(z1)
    dz1 = du1 * t1 * a2(z1)
    # t1 = u2 W2
    gW2 = u2.T @ dt1
    du2 = dt1 @ c.W2.T
    # u2 = v * a'(z2)
    gv = (du2 * a1(z2)).sum(axis=0)
    dz2 = du2 * c.v * a2(z2)
    # and from the pre-activations down to the weights, as always
    gW2 += dz2.T @ h1
    gb2 = dz2.sum(axis=0)
    dz1 += (dz2 @ c.W2) * a1(z1)
    gW1 += dz1.T @ x
    gb1 = dz1.sum(axis=0)
    return Critic(gW1, gb1, gW2, gb2, gv)


def gradients(c, real, fake, between):
    f_real = evaluate(c, real)[-1]
    up = plain(c, fake, np.full(len(fake), 1.0 / len(fake)))
    down = plain(c, real, (2 * DRIFT * f_real - 1.0) / len(real))
    bent = through_slope(c, between)
    return Critic(*(x + y + z for x, y, z in zip(up, down, bent)))


def mix(rng, real, fake):
    t = rng.random((len(real), 1))
    return t * real + (1 - t) * fake[: len(real)]


gen = np.random.default_rng(2017)
params = Critic(
    gen.normal(size=(6, 3)),
    gen.normal(size=6) * 0.3,
    gen.normal(size=(4, 6)) * 0.7,
    gen.normal(size=4) * 0.3,
    gen.normal(size=4),
)
_real, _fake = gen.normal(size=(5, 3)) + 1, gen.normal(size=(7, 3))
data = (_real, _fake, mix(gen, _real, _fake))
