"""After a MATLAB exercise: one unrolled vector in Fortran order, bias in column 0, labels from 1, a sample loop."""

import numpy as np

from ..program import Program


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def network(bug="", n=4, h=5, K=3, m=8, lamb=0.0, seed=1, spread=0.9):
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    Theta1 = rng.uniform(-spread, spread, (h, n + 1))
    Theta2 = rng.uniform(-spread, spread, (K, h + 1))
    nn_params = np.concatenate([Theta1.ravel(order="F"), Theta2.ravel(order="F")])
    X = rng.normal(size=(m, n))
    y = 1 + np.arange(m) % K

    def reshape(nn_params):
        Theta1 = np.reshape(nn_params[: h * (n + 1)], (h, n + 1), order="F")
        Theta2 = np.reshape(nn_params[h * (n + 1) :], (K, h + 1), order="F")
        return Theta1, Theta2

    def nnCostFunction(nn_params, X, y):
        Theta1, Theta2 = reshape(nn_params)
        m = X.shape[0]
        J = 0.0
        for t in range(m):
            a1 = np.hstack([1, X[t, :]])
            a2 = np.hstack([1, sigmoid(Theta1 @ a1)])
            a3 = sigmoid(Theta2 @ a2)
            yt = (np.arange(1, K + 1) == y[t]).astype(float)
            J = J - np.sum(yt * np.log(a3) + (1 - yt) * np.log(1 - a3))
        J = J / m
        J = J + lamb / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))
        return J

    def nnGradient(nn_params, X, y):
        Theta1, Theta2 = reshape(nn_params)
        m = X.shape[0]
        Theta1_grad = np.zeros(Theta1.shape)
        Theta2_grad = np.zeros(Theta2.shape)
        last = m - 1 if "m-1" in bugs else m
        for t in range(last):
            a1 = np.hstack([1, X[t, :]])
            z2 = Theta1 @ a1
            a2 = np.hstack([1, sigmoid(z2)])
            z3 = Theta2 @ a2
            a3 = sigmoid(z3)
            yt = (np.arange(1, K + 1) == y[t]).astype(float)
            delta3 = yt - a3 if "y - a3" in bugs else a3 - yt
            if "g'(z3)" in bugs:
                delta3 = delta3 * sigmoidGradient(z3)
            delta2 = (Theta2.T @ delta3)[1:]
            if "g'(a2)" in bugs:
                delta2 = delta2 * sigmoidGradient(a2[1:])
            elif "z2(1-z2)" in bugs:
                delta2 = delta2 * z2 * (1 - z2)
            elif "g' twice" in bugs:
                delta2 = delta2 * sigmoidGradient(z2)
                delta2 = delta2 * a2[1:] * (1 - a2[1:])
            elif "no g'" not in bugs:
                delta2 = delta2 * sigmoidGradient(z2)
            if "z2 as a2" in bugs:
                Theta2_grad += np.outer(delta3, np.hstack([1, z2]))
            else:
                Theta2_grad += np.outer(delta3, a2)
            if "no bias column" in bugs:
                Theta1_grad[:, 1:] += np.outer(delta2, a1[1:])
            else:
                Theta1_grad += np.outer(delta2, a1)
        if "no 1/m" not in bugs:
            Theta1_grad, Theta2_grad = Theta1_grad / m, Theta2_grad / m
        if "1/m for 2 only" in bugs:
            Theta1_grad = Theta1_grad * m
        if "reg all" in bugs:
            Theta1_grad += lamb / m * Theta1
            Theta2_grad += lamb / m * Theta2
        elif "reg 2m" in bugs:
            Theta1_grad[:, 1:] += lamb / (2 * m) * Theta1[:, 1:]
            Theta2_grad[:, 1:] += lamb / (2 * m) * Theta2[:, 1:]
        elif "reg minus" in bugs:
            Theta1_grad[:, 1:] -= lamb / m * Theta1[:, 1:]
            Theta2_grad[:, 1:] -= lamb / m * Theta2[:, 1:]
        elif "no reg" not in bugs:
            Theta1_grad[:, 1:] += lamb / m * Theta1[:, 1:]
            Theta2_grad[:, 1:] += lamb / m * Theta2[:, 1:]
        if "C order" in bugs:
            Theta2_grad = Theta2_grad.T
        if "Theta2 only" in bugs:
            Theta1_grad = np.zeros(Theta1.shape)
        grad = np.concatenate([Theta1_grad.ravel(order="F"), Theta2_grad.ravel(order="F")])
        if "end-1" in bugs:
            grad = grad[:-1]
        if "swapped" in bugs:
            grad = np.concatenate([Theta2_grad.ravel(order="F"), Theta1_grad.ravel(order="F")])
        return grad

    two = " (two bugs)" if len(bugs) > 1 else ""
    name = f"octave network {n}-{h}-{K} m={m} lambda={lamb} seed={seed}: {bug or 'right'}{two}"
    return Program(name, nnCostFunction, nnGradient, nn_params, (X, y))


def logistic(bug="", n=3, m=12, lamb=0.0, seed=1, spread=1.0):
    """costFunctionReg: theta with its first entry for the column of ones."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(m), rng.normal(size=(m, n)) * spread])
    y = (rng.uniform(size=m) > 0.4) * 1.0
    theta = rng.normal(size=n + 1)

    def cost(theta, X, y):
        h = sigmoid(X @ theta)
        return float(-(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / len(y) + lamb / (2 * len(y)) * theta[1:] @ theta[1:])

    def grad(theta, X, y):
        m = len(y)
        error = sigmoid(X @ theta) - y
        if bug == "reg theta 0":
            return X.T @ error / m + lamb / m * theta
        if bug == "loop from 1":
            g = np.zeros(theta.size)
            for j in range(1, theta.size):
                g[j] = np.sum(error * X[:, j]) / m + lamb / m * theta[j]
            return g
        if bug == "over theta.size":
            g = X.T @ error / theta.size
            return g
        if bug == "sum of error":
            return np.sum(error) * np.sum(X, axis=0) / m
        if bug == "column":
            return (X.T @ error / m)[:, None]
        g = X.T @ error / m
        g[1:] += lamb / m * theta[1:]
        return g

    name = f"octave logistic n={n} m={m} lambda={lamb} seed={seed}: {bug or 'right'}"
    return Program(name, cost, grad, theta, (X, y))


def linear(bug="", n=4, m=10, seed=1, offset=0.0):
    """ComputeCostMulti with a column vector theta (n+1, 1) and y (m, 1)."""
    rng = np.random.default_rng(seed)
    X = np.concatenate((np.ones((m, 1)), rng.normal(size=(m, n)) * np.arange(1, n + 1) + offset), 1)
    y = rng.normal(size=(m, 1)) * 3
    theta = rng.normal(size=(n + 1, 1))

    def J(theta, X, y):
        r = X @ theta - y
        return (r.T @ r).item() / (2 * len(y))

    def grad(theta, X, y):
        m = y.shape[0]
        if bug == "row":
            return (X @ theta - y).T @ X / m
        if bug == "2/m":
            return 2 / m * X.T @ (X @ theta - y)
        if bug == "in place":
            theta -= 0.01 / m * X.T @ (X @ theta - y)
            return X.T @ (X @ (theta + 0) - y) / m
        if bug == "h + y":
            return X.T @ (X @ theta + y) / m
        return X.T @ (X @ theta - y) / m

    return Program(f"octave linear n={n} m={m} seed={seed}: {bug or 'right'}", J, grad, theta, (X, y))


BUGGY = [
    (network, dict(bug="m-1", seed=2), ("sample-skipped",)),
    (network, dict(bug="y - a3", seed=3, lamb=0.8), ("sign",)),
    (network, dict(bug="g'(z3)", seed=4, m=10), ("output-derivative-extra",)),
    (network, dict(bug="g'(a2)", seed=5, n=3, h=4), ("derivative-of-output",)),
    (network, dict(bug="g'(a2)", seed=6, lamb=1.0), ("derivative-of-output",)),
    (network, dict(bug="z2(1-z2)", seed=7), ("derivative-wrong",)),
    (network, dict(bug="g' twice", seed=8), ("derivative-twice",)),
    (network, dict(bug="no g'", seed=9, h=6), ("derivative-missing",)),
    (network, dict(bug="z2 as a2", seed=10), ("wrong-input",)),
    (network, dict(bug="no 1/m", seed=11, m=7), ("scale",)),
    (network, dict(bug="1/m for 2 only", seed=12), ("scale",)),
    (network, dict(bug="reg all", seed=13, lamb=2.0), ("decay-on-bias",)),
    (network, dict(bug="reg 2m", seed=14, lamb=3.0), ("decay-scale",)),
    (network, dict(bug="reg minus", seed=15, lamb=1.0), ("decay-scale",)),
    (network, dict(bug="no reg", seed=16, lamb=1.0, K=5), ("decay-missing",)),
    # square (K = h + 1), so the block read in the wrong order is the transpose exactly
    (network, dict(bug="C order", seed=17, h=3, K=4), ("transposed",)),
    # one vector holds no tensors: a block of zeros is a missing tensor or entries never computed
    (network, dict(bug="Theta2 only", seed=18), ("zero", "skipped")),
    (network, dict(bug="no bias column", seed=19), ("skipped",)),
    (network, dict(bug="end-1", seed=20), ("shape",)),
    (network, dict(bug="swapped", seed=21, n=4, h=4, K=4), ("swapped-layers",)),
    (network, dict(bug="y - a3+no g'", seed=22), ("sign", "derivative-missing")),
    (network, dict(bug="z2 as a2+g'(a2)", seed=23), ("wrong-input", "derivative-of-output")),
    (logistic, dict(bug="reg theta 0", lamb=2.0, seed=24), ("decay-on-bias",)),
    (logistic, dict(bug="loop from 1", seed=25, n=5), ("skipped",)),
    (logistic, dict(bug="over theta.size", seed=26, m=11), ("scale",)),
    (logistic, dict(bug="sum of error", seed=27), ("summed-error",)),
    (logistic, dict(bug="column", seed=28), ("shape",)),
    (linear, dict(bug="row", seed=29), ("transposed",)),
    (linear, dict(bug="2/m", seed=30, m=6), ("scale",)),
    (linear, dict(bug="in place", seed=31), ("mutates",)),
    (linear, dict(bug="h + y", seed=32), ("unknown",)),
]

RIGHT = [
    (network, dict()),
    (network, dict(seed=40, lamb=1.0, n=2, h=3, K=2, m=5)),
    (network, dict(seed=41, n=5, h=5, K=6, m=12, lamb=0.3)),
    (logistic, dict(lamb=1.0)),
    (logistic, dict(n=2, m=5, seed=42)),
    (linear, dict()),
    (linear, dict(n=6, m=4, seed=43)),
]
