from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True)
class Config:
    inputs: int = 5
    hidden: int = 7
    trunk: int = 4
    beta: float = 1.5
    log_floor: float = -6.0
    seed: int = 12


@dataclass
class Params:
    """The network's weights: a hidden layer, a trunk, a mean and a log-variance read from the trunk."""

    w_hidden: np.ndarray
    b_hidden: np.ndarray
    w_trunk: np.ndarray
    b_trunk: np.ndarray
    w_mean: np.ndarray
    b_mean: np.ndarray
    w_logvar: np.ndarray
    b_logvar: np.ndarray

    @classmethod
    def init(cls, cfg):
        r = np.random.default_rng(cfg.seed)
        mat = lambda i, o: r.normal(0, i**-0.5, (i, o))
        vec = lambda o: r.normal(0, 0.2, o)
        return cls(mat(cfg.inputs, cfg.hidden), vec(cfg.hidden), mat(cfg.hidden, cfg.trunk), vec(cfg.trunk),
                   mat(cfg.trunk, 1), vec(1), mat(cfg.trunk, 1), vec(1))

    @classmethod
    def zeros_like(cls, other):
        return cls(**{f.name: np.zeros_like(getattr(other, f.name)) for f in fields(other)})
