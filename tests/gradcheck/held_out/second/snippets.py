"""Blog snippets: syn0, syn1, l1_delta and the like; no biases, a list of two or three matrices; sigmoid throughout."""

import numpy as np

from ..program import Program


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def xor(bug="", units=4, xs=3, outs=1, copies=1, seed=1, mean=False):
    """The four rows of XOR with a column of ones, sum of squares over 2."""
    rng = np.random.RandomState(seed)
    syn0, syn1 = 2 * rng.random_sample((xs, units)) - 1, 2 * rng.random_sample((units, outs)) - 1
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]] * copies, dtype=float)
    X = np.hstack([X, rng.randn(len(X), xs - 3)]) if xs > 3 else X
    y = np.repeat((X[:, :1] != X[:, 1:2]).astype(float), outs, axis=1)

    def loss(syn, X, y):
        l2 = nonlin(nonlin(X.dot(syn[0])).dot(syn[1]))
        return (np.mean if mean else np.sum)((y - l2) ** 2) * (1 if mean else 0.5)

    def gradients(syn, X, y):
        syn0, syn1 = syn
        l1 = nonlin(np.dot(X, syn0))
        l2 = nonlin(np.dot(l1, syn1))
        l2_error = y - l2
        if mean:
            l2_error = 2 * l2_error / y.size
        l2_delta = l2_error * nonlin(l2, deriv=True)
        if bug == "error as delta":
            l2_delta = l2_error
        if bug == "error mean":
            l2_delta = np.mean(l2_error) * nonlin(l2, deriv=True)
        if bug == "one delta":
            l2_delta = np.sum(l2_error * nonlin(l2, deriv=True), axis=0) + np.zeros_like(l2)
        l1_error = l2_delta.dot(syn1.T)
        if bug == "updated first":
            l1_error = l2_delta.dot((syn1 + l1.T.dot(l2_delta)).T)
        if bug == "l2_error back":
            l1_error = l2_error.dot(syn1.T)
        if bug == "broadcast":
            l1_error = l2_delta * np.ones(units)
        if bug == "deriv of z":
            l1_delta = l1_error * nonlin(np.dot(X, syn0), deriv=True)
        elif bug == "deriv of sigmoid":
            l1_delta = l1_error * nonlin(nonlin(l1), deriv=True)
        elif bug == "no deriv":
            l1_delta = l1_error
        elif bug == "deriv=False":
            l1_delta = l1_error * nonlin(l1)
        else:
            l1_delta = l1_error * nonlin(l1, deriv=True)
        g1, g0 = l1.T.dot(l2_delta), X.T.dot(l1_delta)
        if bug == "to be added":
            return [g0, g1]
        if bug == "wrong way round":
            return [-g1, -g0]
        if bug == "layer 1 to be added":
            return [-g0, g1]
        if bug == "learned":
            syn0 += 0.5 * g0
            syn1 += 0.5 * g1
        if bug == "l1 scaled":
            l1 *= 0
        return [-g0, -g1]

    name = f"snippets xor {xs}-{units}-{outs} x{copies} mean={mean} seed={seed}: {bug or 'right'}"
    return Program(name, loss, gradients, [syn0, syn1], (X, y))


def dropout_net(bug="", n_in=4, n_hid=6, m=5, seed=1):
    """Three matrices; a mask that ought to be fixed."""
    rng = np.random.RandomState(seed)
    Ws = [rng.randn(n_in, n_hid), rng.randn(n_hid, n_hid), rng.randn(n_hid, 1)]
    X, y = rng.randn(m, n_in), rng.randint(0, 2, (m, 1)).astype(float)
    fixed = (rng.rand(m, n_hid) < 0.6) / 0.6

    def mask():
        return (np.random.rand(m, n_hid) < 0.6) / 0.6

    def loss(Ws, X, y):
        drop = mask() if bug == "drawn in the loss" else fixed
        a = nonlin(X @ Ws[0]) * drop
        p = nonlin(nonlin(a @ Ws[1]) @ Ws[2])
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    def gradients(Ws, X, y):
        drop = mask() if bug in ("drawn in the gradient", "drawn in the loss") else fixed
        a1 = nonlin(X @ Ws[0])
        b1 = a1 * drop
        a2 = nonlin(b1 @ Ws[1])
        p = nonlin(a2 @ Ws[2])
        d3 = (p - y) / len(y)
        d2 = d3 @ Ws[2].T * a2 * (1 - a2)
        d1 = d2 @ Ws[1].T * a1 * (1 - a1)
        if bug != "mask forgotten":
            d1 = d1 * drop
        if bug == "minibatch":
            rows = np.random.choice(m, m - 1, replace=False)
            return [X[rows].T @ d1[rows], b1[rows].T @ d2[rows], a2[rows].T @ d3[rows]]
        return [X.T @ d1, b1.T @ d2, a2.T @ d3]

    name = f"snippets dropout {n_in}-{n_hid}-{n_hid}-1 m={m} seed={seed}: {bug or 'right'}"
    return Program(name, loss, gradients, Ws, (X, y))


BUGGY = [
    (xor, dict(bug="error as delta", seed=2), ("output-derivative-missing",)),
    (xor, dict(bug="error as delta", seed=3, outs=2, mean=True, copies=2), ("output-derivative-missing",)),
    (xor, dict(bug="error mean", seed=4), ("summed-error",)),  # the mean error, then each sample's own slope
    (xor, dict(bug="one delta", seed=5, outs=2), ("summed-error",)),
    (xor, dict(bug="updated first", seed=6), ("weights-updated",)),
    (xor, dict(bug="l2_error back", seed=7), ("unknown",)),
    (xor, dict(bug="broadcast", seed=8, units=5), ("weights-omitted",)),
    (xor, dict(bug="deriv of z", seed=9), ("derivative-wrong",)),
    (xor, dict(bug="deriv of sigmoid", seed=10, mean=True), ("derivative-of-output",)),
    (xor, dict(bug="no deriv", seed=11, outs=3), ("derivative-missing",)),
    (xor, dict(bug="deriv=False", seed=12), ("derivative-wrong",)),
    (xor, dict(bug="to be added", seed=13), ("sign",)),
    (xor, dict(bug="layer 1 to be added", seed=14), ("sign",)),
    (xor, dict(bug="wrong way round", seed=15, units=3, outs=3), ("swapped-layers",)),
    (xor, dict(bug="wrong way round", seed=16, units=5), ("swapped-layers",)),
    (xor, dict(bug="learned", seed=17), ("mutates",)),
    (dropout_net, dict(bug="drawn in the loss", seed=18), ("nondeterministic",)),
    (dropout_net, dict(bug="drawn in the gradient", seed=19), ("nondeterministic",)),
    (dropout_net, dict(bug="minibatch", seed=20), ("nondeterministic",)),
    (dropout_net, dict(bug="mask forgotten", seed=21), ("unknown",)),
]

RIGHT = [
    (xor, dict()),
    (xor, dict(seed=30, mean=True, copies=3, xs=5)),
    (xor, dict(seed=31, bug="l1 scaled")),  # only its own local array is spoilt, after use
    (dropout_net, dict()),
]
