"""Molecules as graphs: two rounds of message passing, energies by regression.

All the molecules are put into one big graph. `mol[i]` says which molecule atom i is of.
Edges go both ways, so each bond stands twice in the list.
"""
from dataclasses import dataclass

import numpy as np

rng = np.random.default_rng(60)


@dataclass
class MPNN:
    W_in: np.ndarray
    W_msg: np.ndarray
    W_edge: np.ndarray
    W_self: np.ndarray
    W_agg: np.ndarray
    bias: np.ndarray
    readout: np.ndarray


ROUNDS = 2
# ROUNDS = 4  # oversmooths, all the atoms look the same then


def forward(m, atoms, bonds, src, dst, mol):
    h = atoms @ m.W_in
    deg = np.bincount(dst, minlength=len(atoms))[:, None]
    saved = []
    for _ in range(ROUNDS):
        msg = np.tanh(h[src] @ m.W_msg + bonds @ m.W_edge)
        agg = np.zeros((len(atoms), msg.shape[1]))
        np.add.at(agg, dst, msg)
        agg /= deg
        new = np.tanh(h @ m.W_self + agg @ m.W_agg + m.bias)
        saved.append((h, msg, agg, new))
        h = new
    pooled = np.zeros((mol.max() + 1, h.shape[1]))
    np.add.at(pooled, mol, h)
    return pooled @ m.readout, pooled, saved, deg


def loss(m, atoms, bonds, src, dst, mol, energy):
    pred = forward(m, atoms, bonds, src, dst, mol)[0]
    return np.mean((pred - energy) ** 2)


def gradients(m, atoms, bonds, src, dst, mol, energy):
    pred, pooled, saved, deg = forward(m, atoms, bonds, src, dst, mol)
    g = MPNN(*[np.zeros_like(v) for v in vars(m).values()])
    dpred = 2 * (pred - energy) / len(energy)
    g.readout = pooled.T @ dpred
    dpooled = np.outer(dpred, m.readout)
    dh = dpooled[mol]
    for h, msg, agg, new in reversed(saved):
        dz = dh * (1 - new**2)
        g.W_self += h.T @ dz
        g.W_agg += agg.T @ dz
        g.bias += dz.sum(0)
        dh = dz @ m.W_self.T
        dagg = dz @ m.W_agg.T / deg
        dmsg = dagg[dst] * (1 - msg**2)
        g.W_msg += h[src].T @ dmsg
        g.W_edge += bonds.T @ dmsg
        np.add.at(dh, src, dmsg @ m.W_msg.T)
    g.W_in = atoms.T @ dh
    return g


pairs = [(0, 1), (1, 2), (1, 3), (4, 5), (5, 6), (6, 4), (7, 8), (6, 9)]
src = np.array([a for a, b in pairs] + [b for a, b in pairs])
dst = np.array([b for a, b in pairs] + [a for a, b in pairs])
kind = rng.normal(size=(len(pairs), 2))
params = MPNN(
    rng.normal(size=(3, 5)) * 0.6,
    rng.normal(size=(5, 4)) * 0.6,
    rng.normal(size=(2, 4)) * 0.6,
    rng.normal(size=(5, 5)) * 0.4,
    rng.normal(size=(4, 5)) * 0.6,
    rng.normal(size=5) * 0.2,
    rng.normal(size=5),
)
data = (rng.normal(size=(10, 3)), np.vstack([kind, kind]), src, dst, np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 1]), np.array([0.5, -1.0, 0.3]))
