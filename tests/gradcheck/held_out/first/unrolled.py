"""Parameters in one long vector."""

import numpy as np

from ..program import Program


def coursework(bug=None, planted=(), lam=1.0, seed=0, m=7, scale=0.6, sizes=(4, 5, 3)):
    """A course assignment carried over from MATLAB: biases in column 0, a loop over the samples."""
    n_in, n_hid, n_out = sizes
    rng = np.random.RandomState(seed)
    X = rng.rand(m, n_in)
    y = np.arange(m) % n_out
    theta = rng.uniform(-scale, scale, size=n_hid * (n_in + 1) + n_out * (n_hid + 1))
    split = n_hid * (n_in + 1)

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    def sigmoidGradient(z):
        return sigmoid(z) * (1 - sigmoid(z))

    def roll(nn_params):
        return nn_params[:split].reshape(n_hid, n_in + 1), nn_params[split:].reshape(n_out, n_hid + 1)

    def costFunction(nn_params, X, y):
        Theta1, Theta2 = roll(nn_params)
        m = X.shape[0]
        a1 = np.hstack([np.ones((m, 1)), X])
        a2 = np.hstack([np.ones((m, 1)), sigmoid(a1 @ Theta1.T)])
        h = sigmoid(a2 @ Theta2.T)
        Y = np.eye(n_out)[y]
        J = -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / m
        return J + lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    def grad(nn_params, X, y):
        Theta1, Theta2 = roll(nn_params)
        m = X.shape[0]
        Delta1 = np.zeros(Theta1.shape)
        Delta2 = np.zeros(Theta2.shape)
        samples = range(m)
        if bug == "loop from 1":
            samples = range(1, m)
        elif bug == "loop to m - 1":
            samples = range(m - 1)
        for t in samples:
            a1 = np.concatenate([[1.0], X[t]])
            z2 = Theta1 @ a1
            a2 = np.concatenate([[1.0], sigmoid(z2)])
            z3 = Theta2 @ a2
            a3 = sigmoid(z3)
            yt = np.zeros(n_out)
            yt[y[t]] = 1
            d3 = yt - a3 if bug == "y - a" else a3 - yt
            if bug == "sigmoidGradient at the output":
                d3 = d3 * sigmoidGradient(z3)
            d2 = Theta2[:, 1:].T @ d3
            if bug == "derivative of a":
                d2 = d2 * sigmoidGradient(a2[1:])
            elif bug == "derivative twice":
                d2 = d2 * sigmoidGradient(z2) * (a2[1:] * (1 - a2[1:]))
            elif bug == "z(1 - z)":
                d2 = d2 * (z2 * (1 - z2))
            elif bug == "tanh's derivative":
                d2 = d2 * (1 - a2[1:] ** 2)
            elif bug != "no derivative":
                d2 = d2 * sigmoidGradient(z2)
            Delta1 += np.outer(d2, a1)
            if bug == "z2 for a2":
                Delta2 += np.outer(d3, np.concatenate([[1.0], z2]))
            else:
                Delta2 += np.outer(d3, a2)
        if bug == "no 1/m":
            Theta1_grad, Theta2_grad = Delta1, Delta2
        elif bug == "1/m twice":
            Theta1_grad, Theta2_grad = Delta1 / m**2, Delta2 / m**2
        else:
            Theta1_grad, Theta2_grad = Delta1 / m, Delta2 / m
        if bug == "decay on all columns":
            Theta1_grad += lam / m * Theta1
            Theta2_grad += lam / m * Theta2
        elif bug != "no decay":
            rate = {"lambda, not lambda / m": lam, "minus lambda": -lam / m, "lambda / 2m": lam / (2 * m)}.get(
                bug, lam / m
            )
            Theta1_grad[:, 1:] += rate * Theta1[:, 1:]
            Theta2_grad[:, 1:] += rate * Theta2[:, 1:]
        if bug == "Theta2 first":
            return np.concatenate([Theta2_grad.ravel(), Theta1_grad.ravel()])
        if bug == "order F":
            return np.concatenate([Theta1_grad.ravel(order="F"), Theta2_grad.ravel(order="F")])
        if bug == "bias columns dropped":
            return np.concatenate([Theta1_grad[:, 1:].ravel(), Theta2_grad[:, 1:].ravel()])
        if bug == "bias column zeroed":
            Theta1_grad[:, 0] = 0
            Theta2_grad[:, 0] = 0
        return np.concatenate([Theta1_grad.ravel(), Theta2_grad.ravel()])

    return Program(f"coursework: {bug or 'right'}", costFunction, grad, theta, (X, y), planted)


def regression(bug=None, planted=(), seed=1, m=6, l2=0.0, act="tanh", sizes=(3, 6, 2), scale=0.7):
    """For scipy.optimize.minimize: (in, out) weights and separate biases packed in one vector; np.mean of squares."""
    d, h, k = sizes
    gen = np.random.default_rng(seed)
    inputs = gen.normal(size=(m, d))
    targets = gen.normal(size=(m, k))
    w = gen.normal(size=d * h + h + h * k + k) * scale
    noise = np.random.default_rng(5)

    def unpack(w):
        i = 0
        out = []
        for shape in ((d, h), (h,), (h, k), (k,)):
            size = int(np.prod(shape))
            out.append(w[i : i + size].reshape(shape))
            i += size
        return out

    f = {
        "tanh": np.tanh,
        "softplus": lambda z: np.logaddexp(0, z),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    }[act]
    df = {
        "tanh": lambda z: 1 - np.tanh(z) ** 2,
        "softplus": lambda z: 1 / (1 + np.exp(-z)),
        "sigmoid": lambda z: f(z) * (1 - f(z)),
        "elu": lambda z: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0))),
    }[act]

    def objective(w, inputs, targets):
        A, a, B, b = unpack(w)
        hidden = f(inputs @ A + a)
        if bug == "dropout inside":
            hidden = hidden * (noise.random(hidden.shape) > 0.3)
        guess = hidden @ B + b
        return np.mean((guess - targets) ** 2) + l2 * (np.sum(A**2) + np.sum(B**2))

    def jac(w, inputs, targets):
        A, a, B, b = unpack(w)
        pre = inputs @ A + a
        hidden = f(pre)
        if bug in ("dropout inside", "dropout in the gradient only"):
            hidden = hidden * (noise.random(hidden.shape) > 0.3)
        guess = hidden @ B + b
        err = guess - targets
        g = 2 * err / err.size
        if bug == "forgot 2":
            g = err / err.size
        elif bug == "divided by len":
            g = 2 * err / len(err)
        elif bug == "mean error":
            g = 2 * np.ones_like(err) * np.sum(err, axis=0) / err.size
        gB = hidden.T @ g
        gb = g.sum(0)
        back = g @ B.T
        if bug == "1 - a":
            back = back * (1 - hidden)
        elif bug == "1 - z^2":
            back = back * (1 - pre**2)
        elif bug == "df(f(z))":
            back = back * df(hidden)
        elif bug == "f for df":
            back = back * f(pre)
        elif bug != "no df":
            back = back * df(pre)
        gA = inputs.T @ back
        ga = back.sum(0)
        if bug == "pre for hidden":
            gB = pre.T @ g
        gA = gA + 2 * l2 * A
        if bug != "A only is decayed":
            gB = gB + 2 * l2 * B
        if bug == "decay everywhere":
            ga = ga + 2 * l2 * a
            gb = gb + 2 * l2 * b
        if bug == "minus on A":
            gA = -gA
        full = np.concatenate([gA.ravel(), ga, gB.ravel(), gb])
        if bug == "last never set":
            full[-1] = 0.0
        if bug == "first never set":
            full[0] = 0.0
        if bug == "A left at zero":
            full[: d * h] = 0.0
        return full

    return Program(f"regression ({act}): {bug or 'right'}", objective, jac, w, (inputs, targets), planted)


BUGGY = [
    (coursework, {"bug": "y - a", "lam": 0.0}, ("sign",)),
    (coursework, {"bug": "y - a", "lam": 2.0}, ("sign",)),
    (coursework, {"bug": "loop from 1"}, ("sample-skipped",)),
    (coursework, {"bug": "loop to m - 1", "lam": 0.0}, ("sample-skipped",)),
    (coursework, {"bug": "sigmoidGradient at the output", "lam": 0.0}, ("output-derivative-extra",)),
    (coursework, {"bug": "derivative of a"}, ("derivative-of-output",)),
    (coursework, {"bug": "derivative twice", "lam": 0.0}, ("derivative-twice",)),
    (coursework, {"bug": "z(1 - z)", "lam": 0.0}, ("derivative-wrong",)),
    (coursework, {"bug": "tanh's derivative", "lam": 0.3}, ("derivative-wrong",)),
    (coursework, {"bug": "no derivative", "lam": 0.0}, ("derivative-missing",)),
    (coursework, {"bug": "z2 for a2", "lam": 0.0}, ("wrong-input",)),
    (coursework, {"bug": "no 1/m", "lam": 0.0}, ("scale",)),
    (coursework, {"bug": "no 1/m", "lam": 1.5}, ("scale",)),
    (coursework, {"bug": "1/m twice", "lam": 0.0}, ("scale",)),
    (coursework, {"bug": "decay on all columns"}, ("decay-on-bias",)),
    (coursework, {"bug": "no decay"}, ("decay-missing",)),
    (coursework, {"bug": "lambda, not lambda / m"}, ("decay-scale",)),
    (coursework, {"bug": "minus lambda"}, ("decay-scale",)),
    (coursework, {"bug": "lambda / 2m"}, ("decay-scale",)),
    (coursework, {"bug": "Theta2 first", "lam": 0.0}, ("swapped-layers",)),
    (coursework, {"bug": "order F", "lam": 0.0}, ("transposed",)),
    (coursework, {"bug": "bias columns dropped", "lam": 0.0}, ("shape",)),
    # Column 0 of the matrices *is* the bias: "a zero bias tensor" and "a column never computed" are the same fact.
    (coursework, {"bug": "bias column zeroed", "lam": 0.0}, ("skipped", "zero")),
    (regression, {"bug": "dropout inside"}, ("nondeterministic",)),
    (regression, {"bug": "dropout in the gradient only"}, ("nondeterministic",)),
    (regression, {"bug": "forgot 2"}, ("scale",)),
    (regression, {"bug": "divided by len", "sizes": (4, 5, 3)}, ("scale",)),
    (regression, {"bug": "mean error"}, ("summed-error",)),
    (regression, {"bug": "1 - a"}, ("derivative-wrong",)),
    (regression, {"bug": "1 - z^2"}, ("derivative-wrong",)),
    (regression, {"bug": "df(f(z))"}, ("derivative-of-output",)),
    (regression, {"bug": "df(f(z))", "act": "softplus"}, ("derivative-of-output",)),
    (regression, {"bug": "f for df", "act": "softplus"}, ("derivative-wrong",)),
    (regression, {"bug": "no df", "act": "elu"}, ("derivative-missing",)),
    (regression, {"bug": "pre for hidden"}, ("wrong-input",)),
    (regression, {"bug": "A only is decayed", "l2": 0.05}, ("decay-missing",)),
    (regression, {"bug": "decay everywhere", "l2": 0.05}, ("decay-on-bias",)),
    (regression, {"bug": "minus on A"}, ("sign",)),
    (regression, {"bug": "last never set"}, ("skipped",)),
    (regression, {"bug": "first never set"}, ("skipped",)),
    (regression, {"bug": "A left at zero"}, ("zero",)),
]

RIGHT = [
    (coursework, {"lam": 0.0}),
    (coursework, {"lam": 1.0}),
    (coursework, {"lam": 10.0, "m": 4}),
    (coursework, {"lam": 1.0, "scale": 0.01}),
    (coursework, {"lam": 0.0, "scale": 6.0, "seed": 3}),
    (coursework, {"lam": 0.0, "m": 1}),
    (regression, {}),
    (regression, {"l2": 0.1}),
    (regression, {"act": "softplus"}),
    (regression, {"act": "sigmoid", "m": 12}),
    (regression, {"act": "elu"}),
    (regression, {"m": 1, "sizes": (2, 3, 1)}),
]
