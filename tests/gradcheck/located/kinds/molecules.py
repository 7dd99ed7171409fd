"""Message passing over bonds with bond features; two rounds share their weights; atoms are summed to a molecule."""

import numpy as np


def build_params(seed, atom=3, bond=2, hidden=4):
    g = np.random.default_rng(seed)
    return {
        "embed": g.normal(size=(atom, hidden)) * 0.8,
        "msg_atom": g.normal(size=(hidden, hidden)) * 0.5,
        "msg_bond": g.normal(size=(bond, hidden)) * 0.5,
        "msg_bias": g.normal(size=hidden) * 0.1,
        "self": g.normal(size=(hidden, hidden)) * 0.5,
        "nbr": g.normal(size=(hidden, hidden)) * 0.5,
        "read": g.normal(size=hidden),
        "read_bias": g.normal(size=1),
    }


ROUNDS = 2


def molecule_forward(p, mol):
    atoms, bonds, begin, end = mol
    h = atoms @ p["embed"]
    log = []
    for _ in range(ROUNDS):
        m = np.tanh(h[begin] @ p["msg_atom"] + bonds @ p["msg_bond"] + p["msg_bias"])
        inbox = np.zeros_like(h)
        np.add.at(inbox, end, m)
        new = np.tanh(h @ p["self"] + inbox @ p["nbr"])
        log.append((h, m, inbox, new))
        h = new
    energy = h.sum(axis=0) @ p["read"] + p["read_bias"][0]
    return energy, h, log


def loss(p, mols, energies):
    errors = [molecule_forward(p, mol)[0] - e for mol, e in zip(mols, energies)]
    return sum(np.sqrt(1 + err**2) - 1 for err in errors) / len(mols)


def gradients(p, mols, energies):
    g = {k: np.zeros_like(v) for k, v in p.items()}
    for mol, target in zip(mols, energies):
        atoms, bonds, begin, end = mol
        energy, h, log = molecule_forward(p, mol)
        err = energy - target
        d = err / np.sqrt(1 + err**2) / len(mols)
        g["read"] += d * h.sum(axis=0)
        g["read_bias"] += d
        dh = np.tile(d * p["read"], (len(atoms), 1))
        for before, m, inbox, new in log[::-1]:
            dz = dh * (1 - new**2)
            g["self"] += before.T @ dz
            g["nbr"] += inbox.T @ dz
            dinbox = dz @ p["nbr"].T
            dm = dinbox[end] * (1 - m**2)
            g["msg_atom"] += before[begin].T @ dm
            g["msg_bond"] += bonds.T @ dm
            g["msg_bias"] += dm.sum(axis=0)
            dh = dz @ p["self"].T
            np.add.at(dh, begin, dm @ p["msg_atom"].T)
        g["embed"] += atoms.T @ dh
    return g


def random_molecule(g, n_atoms, n_bonds):
    kinds = g.integers(3, size=n_atoms)
    one, other = g.integers(n_atoms, size=n_bonds), g.integers(n_atoms, size=n_bonds)
    feats = g.normal(size=(n_bonds, 2))
    # every bond in both directions
    begin = np.concatenate([one, other])
    end = np.concatenate([other, one])
    return np.eye(3)[kinds], np.concatenate([feats, feats]), begin, end


params = build_params(5)
_g = np.random.default_rng(50)
mols = [random_molecule(_g, a, b) for a, b in ((4, 5), (3, 3), (5, 6))]
data = (mols, _g.normal(size=3) * 2)
