from dataclasses import dataclass

import numpy as np
from config import Config, Params
from ops import gaussian_nll, gaussian_nll_grad, gelu_ish, gelu_ish_grad

cfg = Config()


@dataclass
class Trace:
    pre_hidden: np.ndarray
    hidden: np.ndarray
    pre_trunk: np.ndarray
    trunk: np.ndarray
    mean: np.ndarray
    logvar: np.ndarray


def forward(p: Params, x) -> Trace:
    pre_hidden = x @ p.w_hidden + p.b_hidden
    hidden = gelu_ish(pre_hidden, cfg.beta)
    pre_trunk = hidden @ p.w_trunk + p.b_trunk
    trunk = gelu_ish(pre_trunk, cfg.beta)
    mean = trunk @ p.w_mean + p.b_mean
    logvar = trunk @ p.w_logvar + p.b_logvar
    return Trace(pre_hidden, hidden, pre_trunk, trunk, mean, logvar)


def loss(p: Params, x, y):
    tr = forward(p, x)
    return gaussian_nll(tr.mean, tr.logvar, y)


def gradients(p: Params, x, y) -> Params:
    tr = forward(p, x)
    g = Params.zeros_like(p)
    d_mean, d_logvar = gaussian_nll_grad(tr.mean, tr.logvar, y)

    g.w_mean += tr.trunk.T @ d_mean
    g.b_mean += d_mean.sum(0)
    g.w_logvar += tr.trunk.T @ d_logvar
    g.b_logvar += d_logvar.sum(0)

    d_trunk = d_mean @ p.w_mean.T + d_logvar @ p.w_logvar.T
    d_trunk = d_trunk * gelu_ish_grad(tr.pre_trunk, cfg.beta)
    g.w_trunk += tr.hidden.T @ d_trunk
    g.b_trunk += d_trunk.sum(0)

    d_hidden = d_trunk @ p.w_trunk.T
    d_hidden = d_hidden * gelu_ish_grad(tr.pre_hidden, cfg.beta)
    g.w_hidden += x.T @ d_hidden
    g.b_hidden += d_hidden.sum(0)
    return g


params = Params.init(cfg)
_r = np.random.default_rng(100)
data = (_r.normal(size=(11, cfg.inputs)), _r.normal(size=(11, 1)))
