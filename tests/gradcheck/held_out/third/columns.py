"""Deep learning course notebooks: samples in columns, weights (out, in), biases (out, 1), a dict of parameters."""

import numpy as np

from ..program import Program


def L_layer(bug="", dims=(4, 5, 3, 1), m=10, lambd=0.0, slope=0.0, scale=1.0, zero_row=False, seed=3):
    """LINEAR -> RELU, several times, then LINEAR -> SIGMOID; cross-entropy cost averaged over the columns."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    parameters = {}
    for k in range(1, len(dims)):
        parameters["W" + str(k)] = rng.standard_normal((dims[k], dims[k - 1])) * scale * np.sqrt(2 / dims[k - 1])
        bias = 0 if zero_row else 0.2
        parameters["b" + str(k)] = bias * rng.standard_normal((dims[k], 1))
    L = len(dims) - 1
    rng_run = np.random.default_rng(99)
    kept = {}

    def act(Z):
        return np.where(Z > 0, Z, slope * Z)

    def model_forward(parameters, X):
        cache = {"A0": X}
        for k in range(1, L + 1):
            Z = np.dot(parameters[f"W{k}"], cache[f"A{k - 1}"]) + parameters[f"b{k}"]
            cache[f"Z{k}"] = Z
            cache[f"A{k}"] = act(Z) if k < L else 1 / (1 + np.exp(-Z))
            if "dropout left on" in bugs and k == 1:
                mask = rng_run.random(Z.shape) < 0.8
                cache["D1"] = mask / 0.8
                cache["A1"] = cache["A1"] * cache["D1"]
        return cache

    def compute_cost(parameters, X, Y):
        AL = model_forward(parameters, X)[f"A{L}"]
        m = Y.shape[1]
        cost = -1 / m * np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
        return cost + lambd / (2 * m) * sum(np.sum(np.square(parameters[f"W{k}"])) for k in range(1, L + 1))

    def backward(parameters, X, Y):
        cache = model_forward(parameters, X)
        m = Y.shape[1]
        grads = {}
        dZ = cache[f"A{L}"] - Y
        if "squared error habit" in bugs:
            dZ = dZ * cache[f"A{L}"] * (1 - cache[f"A{L}"])
        if "labels minus output" in bugs:
            dZ = -dZ
        if "one error for all" in bugs:
            dZ = np.mean(dZ, axis=1, keepdims=True) * np.ones_like(dZ)
        for k in range(L, 0, -1):
            A_prev = cache[f"A{k - 1}"]
            if k == 2 and "Z1 for A1" in bugs:
                A_prev = cache["Z1"]
            if k == 2 and "X for A1" in bugs:
                A_prev = X
            W = parameters[f"W{k}"]
            dW = np.dot(dZ, A_prev.T) / m
            if k == 2 and "dW2 transposed" in bugs:
                dW = np.dot(A_prev, dZ.T) / m
            if k == 1 and "m twice" in bugs:
                dW = dW / m
            if "no L2" not in bugs:
                dW = dW + (lambd if "lambd whole" in bugs else lambd / m) * W
            db = np.sum(dZ, axis=1, keepdims=True) / m
            if "L2 on b" in bugs:
                db = db + lambd / m * parameters[f"b{k}"]
            if "db total" in bugs and k < L:
                db = np.sum(dZ) / m
            if "db axis 0" in bugs and k < L:
                db = np.sum(dZ, axis=0, keepdims=True) / m
            if "db kept" in bugs and k < L:
                db = dZ / m
            if "db1 zero" in bugs and k == 1:
                db = np.zeros(db.shape)
            grads[f"dW{k}"], grads[f"db{k}"] = dW, db
            if k > 1:
                if "updated first" in bugs:
                    W = W - 0.8 * dW
                dA = np.dot(W.T, dZ)
                if k == 2 and "W2 not transposed" in bugs:
                    dA = np.dot(W, dZ)
                if k == L and "W forgotten" in bugs:
                    dA = dZ * np.ones((dims[L - 1], 1))
                if "D1" in cache and k == 2:
                    dA = dA * cache["D1"]
                Z = cache[f"Z{k - 1}"]
                dZ = dA * np.where(Z > 0, 1.0, slope)
                if k == 2 and "mask from dA" in bugs:
                    dZ = np.where(dA > 0, dA, 0.0)
                if k == 3 and "mask forgotten" in bugs:
                    dZ = dA
                if k == 2 and "sigmoid slope" in bugs:
                    s = 1 / (1 + np.exp(-Z))
                    dZ = dA * s * (1 - s)
                if k == 2 and "tanh slope" in bugs:
                    dZ = dA * (1 - np.tanh(Z) ** 2)
        out = {}
        for key in parameters:
            out[key] = grads["d" + key]
        if "W1 for W2" in bugs:
            out["W1"], out["W2"] = out["W2"], out["W1"]
        if "W1 left out" in bugs:
            del out["W1"]
        if "step taken" in bugs:
            for key in parameters:
                parameters[key] -= 0.05 * out[key]
        if "kept between calls" in bugs:
            for key in out:
                kept[key] = kept.get(key, 0) + out[key]
            return {key: kept[key].copy() for key in kept}
        return out

    X = rng.standard_normal((dims[0], m))
    if zero_row:
        X[:, 0] = 0
    Y = (rng.random((dims[-1], m)) < 0.5).astype(float)
    label = bug or f"right {dims} m={m} slope={slope} lambd={lambd} scale={scale} zero={zero_row}"
    return Program(f"columns L_layer {label}", compute_cost, backward, parameters, (X, Y))


def shallow(bug="", n_x=2, n_h=4, m=12, seed=4, saturated=False, dtype=float):
    """The planar flower notebook: one tanh layer, one sigmoid output, parameters W1, b1, W2, b2 by name."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    gain = 6.0 if saturated else 1.0
    params = {
        "W1": gain * rng.standard_normal((n_h, n_x)),
        "b1": 0.1 * rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((1, n_h)),
        "b2": np.zeros((1, 1)),
    }
    params = {k: v.astype(dtype) for k, v in params.items()}

    def forward(params, X):
        Z1 = params["W1"] @ X + params["b1"]
        A1 = np.tanh(Z1)
        A2 = 1 / (1 + np.exp(-(params["W2"] @ A1 + params["b2"])))
        return Z1, A1, A2

    def cost(params, X, Y):
        A2 = forward(params, X)[2]
        logprobs = Y * np.log(A2) + (1 - Y) * np.log(1 - A2)
        return -np.sum(logprobs) / X.shape[1]

    def grads(params, X, Y):
        m = X.shape[1]
        Z1, A1, A2 = forward(params, X)
        dZ2 = A2 - Y
        dW2 = dZ2 @ A1.T / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        if "broadcast error" in bugs:
            dZ1 = dZ2 * (1 - A1**2)
        elif "tanh twice" in bugs:
            dZ1 = params["W2"].T @ dZ2 * (1 - np.power(np.tanh(A1), 2))
        elif "power lost" in bugs:
            dZ1 = params["W2"].T @ dZ2 * (1 - A1)
        elif "one minus Z squared" in bugs:
            dZ1 = params["W2"].T @ dZ2 * (1 - Z1**2)
        elif "sum of errors" in bugs:
            dZ2 = np.full_like(dZ2, np.sum(dZ2) / m)
            dW2 = dZ2 @ A1.T / m
            dZ1 = params["W2"].T @ dZ2 * (1 - A1**2)
        else:
            dZ1 = params["W2"].T @ dZ2 * (1 - A1**2)
        if "input through tanh" in bugs:
            dW2 = dZ2 @ Z1.T / m
        dW1 = dZ1 @ X.T / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        if "bias flat" in bugs:
            dW1 = dW1.ravel()
        if "W1 sign" in bugs:
            dW1 = -dW1
        if "b1 one number" in bugs:
            db1 = np.sum(dZ1) / m * np.ones_like(db1)
        if "scaled in place" in bugs:
            X /= 2.0
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    X = rng.standard_normal((n_x, m)).astype(dtype)
    Y = (np.arange(m) % 2).reshape(1, m).astype(dtype)
    label = bug or f"right {n_x}-{n_h} m={m} saturated={saturated} {np.dtype(dtype).name}"
    return Program(f"columns shallow {label}", cost, grads, params, (X, Y))


BUGGY = [
    (L_layer, {"bug": "labels minus output", "lambd": 0.6}, ("sign",)),
    (L_layer, {"bug": "squared error habit", "dims": (5, 4, 2)}, ("output-derivative-extra",)),
    (L_layer, {"bug": "one error for all", "dims": (3, 6, 1)}, ("summed-error",)),
    (L_layer, {"bug": "Z1 for A1", "dims": (6, 5, 2), "slope": 0.1}, ("wrong-input",)),
    (L_layer, {"bug": "X for A1", "dims": (4, 4, 3, 1)}, ("wrong-input",)),
    (L_layer, {"bug": "dW2 transposed", "dims": (3, 5, 5, 1)}, ("transposed",)),
    (L_layer, {"bug": "m twice"}, ("scale",)),
    (L_layer, {"bug": "no L2", "lambd": 0.9}, ("decay-missing",)),
    (L_layer, {"bug": "lambd whole", "lambd": 0.7, "dims": (5, 3, 2)}, ("decay-scale",)),
    (L_layer, {"bug": "L2 on b", "lambd": 1.5, "dims": (5, 6, 1)}, ("decay-on-bias",)),
    (L_layer, {"bug": "db total"}, ("bias-total-sum",)),
    (L_layer, {"bug": "db axis 0", "dims": (6, 4, 3, 2)}, ("bias-wrong-axis",)),
    (L_layer, {"bug": "db kept", "slope": 0.05}, ("bias-not-summed",)),
    (L_layer, {"bug": "db1 zero"}, ("zero",)),
    (L_layer, {"bug": "W1 left out", "dims": (3, 4, 2)}, ("zero",)),
    (L_layer, {"bug": "updated first", "dims": (4, 6, 3)}, ("weights-updated",)),
    (L_layer, {"bug": "W2 not transposed", "dims": (3, 5, 5, 2)}, ("weights-not-transposed",)),
    (L_layer, {"bug": "W forgotten", "dims": (4, 6, 1)}, ("weights-omitted",)),
    (L_layer, {"bug": "mask from dA"}, ("delta-mask",)),
    (L_layer, {"bug": "mask from dA", "dims": (7, 6, 2), "m": 8, "lambd": 0.2}, ("delta-mask",)),
    (L_layer, {"bug": "mask forgotten", "dims": (4, 5, 6, 2)}, ("derivative-missing",)),
    (L_layer, {"bug": "sigmoid slope"}, ("derivative-wrong",)),
    (L_layer, {"bug": "tanh slope", "dims": (6, 5, 2), "slope": 0.1}, ("derivative-wrong",)),
    (L_layer, {"bug": "W1 for W2", "dims": (5, 5, 5, 1)}, ("swapped-layers",)),
    (L_layer, {"bug": "step taken"}, ("mutates",)),
    (L_layer, {"bug": "kept between calls"}, ("accumulates",)),
    (L_layer, {"bug": "dropout left on", "dims": (4, 6, 1), "m": 14}, ("nondeterministic",)),
    (L_layer, {"bug": "mask forgotten", "dims": (64, 32, 10, 4), "m": 100, "scale": 0.7}, ("derivative-missing",)),
    (L_layer, {"bug": "mask forgotten+m twice", "dims": (3, 6, 5, 2)}, ("derivative-missing", "scale")),
    (L_layer, {"bug": "Z1 for A1+db1 zero", "dims": (5, 4, 3, 2), "slope": 0.2}, ("wrong-input", "zero")),
    (shallow, {"bug": "broadcast error"}, ("weights-omitted",)),
    (shallow, {"bug": "tanh twice"}, ("derivative-of-output",)),
    (shallow, {"bug": "power lost", "n_x": 3}, ("derivative-wrong",)),
    (shallow, {"bug": "one minus Z squared", "n_h": 5}, ("derivative-wrong",)),
    (shallow, {"bug": "sum of errors", "n_x": 5, "m": 9}, ("summed-error",)),
    (shallow, {"bug": "input through tanh"}, ("wrong-input",)),
    (shallow, {"bug": "bias flat", "n_x": 3, "n_h": 4}, ("shape",)),
    (shallow, {"bug": "scaled in place"}, ("mutates",)),
    (shallow, {"bug": "input through tanh+W1 sign", "n_x": 4}, ("wrong-input", "sign")),
    (shallow, {"bug": "input through tanh+b1 one number", "n_x": 3, "seed": 14}, ("wrong-input", "bias-total-sum")),
]
RIGHT = [
    (L_layer, {}),
    (L_layer, {"dims": (64, 32, 10), "m": 100, "scale": 0.5}),
    (L_layer, {"dims": (4, 5, 3, 1), "lambd": 0.7, "m": 1}),
    (L_layer, {"dims": (3, 4, 4, 4, 2), "slope": 0.01}),
    (L_layer, {"dims": (3, 4, 1), "zero_row": True}),  # exact ReLU kinks: the plain difference sees half the slope
    (L_layer, {"dims": (3, 5, 1), "scale": 1e-3, "m": 20}),
    (L_layer, {"dims": (5, 4, 2), "zero_row": True, "slope": 0.2, "lambd": 0.5}),  # leaky kinks, likewise
    (shallow, {}),
    (shallow, {"saturated": True, "n_h": 5}),
    (shallow, {"dtype": np.float32}),  # g is single precision: off by about 1e-7 of its largest terms
    (shallow, {"m": 1500, "n_h": 3}),
]
