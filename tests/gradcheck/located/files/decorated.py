import functools
from typing import NamedTuple

import numpy as np


def derivative(of):
    """Attach the decorated function to `of` as its derivative."""
    def attach(grad_fn):
        of.grad = grad_fn
        return grad_fn
    return attach


def on_rows(fn):
    """Let a function written for one sample take a batch."""
    @functools.wraps(fn)
    def batched(rows, *args):
        return np.array([fn(r, *args) for r in rows])
    return batched


def softsign(v):
    return v / (1 + abs(v))


@derivative(softsign)
def softsign_slope(v):
    return 1 / (1 + abs(v)) ** 2


def log_cosh(e):
    return np.logaddexp(e, -e) - np.log(2)


@derivative(log_cosh)
def log_cosh_slope(e):
    return np.tanh(e)


class Weights(NamedTuple):
    enc: np.ndarray
    enc_bias: np.ndarray
    mid: np.ndarray
    mid_bias: np.ndarray
    dec: np.ndarray
    dec_bias: np.ndarray


@on_rows
def hidden_input(x, w):
    return w.enc @ x + w.enc_bias


@on_rows
def middle_input(h, w):
    return w.mid @ h + w.mid_bias


@on_rows
def prediction(h, w):
    return w.dec @ h + w.dec_bias


def loss(w, X, Y):
    h = softsign(hidden_input(X, w))
    k = softsign(middle_input(h, w))
    return log_cosh(prediction(k, w) - Y).sum(axis=1).mean()


def gradients(w, X, Y):
    u = hidden_input(X, w)
    h = softsign(u)
    v = middle_input(h, w)
    k = softsign(v)
    err = log_cosh.grad(prediction(k, w) - Y) / len(Y)
    back_v = (err @ w.dec) * softsign.grad(v)
    back_u = (back_v @ w.mid) * softsign.grad(u)
    return Weights(
        enc=back_u.T @ X,
        enc_bias=back_u.sum(axis=0),
        mid=back_v.T @ h,
        mid_bias=back_v.sum(axis=0),
        dec=err.T @ k,
        dec_bias=err.sum(axis=0),
    )


r = np.random.default_rng(31)
params = Weights(
    r.normal(size=(6, 3)), r.normal(size=6), r.normal(size=(6, 6)) * 0.6, r.normal(size=6),
    r.normal(size=(4, 6)), r.normal(size=4),
)
data = (r.normal(size=(7, 3)), r.normal(size=(7, 4)))
