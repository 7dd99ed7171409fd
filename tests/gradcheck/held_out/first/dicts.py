"""Parameters in a dict: the specialisation's columns, and the lecture notes' rows."""

import numpy as np

from ..program import Program


def planar(bug=None, planted=(), seed=2, layers=(5, 4, 3, 1), m=8, lambd=0.0, hidden="relu", bias=0.3):
    """Samples in columns, (out, in), L layers, biases (k, 1): relu inside, one sigmoid unit, mean cross-entropy."""
    np.random.seed(seed)
    X = np.random.randn(layers[0], m)
    Y = (np.random.rand(1, m) > 0.5).astype(float)
    parameters = {}
    for i in range(1, len(layers)):
        parameters["W" + str(i)] = np.random.randn(layers[i], layers[i - 1]) * np.sqrt(2 / layers[i - 1])
        parameters["b" + str(i)] = np.random.randn(layers[i], 1) * bias
    L = len(layers) - 1

    def relu(Z):
        return np.maximum(0, Z) if hidden == "relu" else np.tanh(Z)

    def relu_backward(dA, Z, A):
        if bug == "no relu backward":
            return dA
        dZ = np.array(dA, copy=True)
        if bug == "mask of dA":
            dZ[dA <= 0] = 0
        elif hidden == "relu":
            dZ[Z <= 0] = 0
        elif bug == "tanh, 1 - A":
            dZ = dZ * (1 - A)
        elif bug == "tanh of A":
            dZ = dZ * (1 - np.tanh(A) ** 2)
        elif bug == "squared twice":
            dZ = dZ * (1 - A**2) ** 2
        else:
            dZ = dZ * (1 - np.power(A, 2))
        return dZ

    def L_model_forward(X, parameters):
        caches = [(None, X)]
        A = X
        for i in range(1, L):
            Z = parameters["W" + str(i)] @ A + parameters["b" + str(i)]
            A = relu(Z)
            caches.append((Z, A))
        ZL = parameters["W" + str(L)] @ A + parameters["b" + str(L)]
        AL = 1 / (1 + np.exp(-ZL))
        caches.append((ZL, AL))
        return AL, caches

    def compute_cost(parameters, X, Y):
        AL, _ = L_model_forward(X, parameters)
        m = Y.shape[1]
        cost = -1 / m * np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
        for i in range(1, L + 1):
            cost += lambd / (2 * m) * np.sum(np.square(parameters["W" + str(i)]))
        return np.squeeze(cost)

    def L_model_backward(parameters, X, Y):
        AL, caches = L_model_forward(X, parameters)
        m = X.shape[0] if bug == "m from shape[0]" else X.shape[1]
        grads = {}
        dZ = AL - Y
        if bug == "Y - AL":
            dZ = Y - AL
        elif bug == "times AL(1 - AL)":
            dZ = dZ * AL * (1 - AL)
        elif bug == "np.sum of the error":
            dZ = np.sum(AL - Y) * np.ones_like(Y)
        for i in reversed(range(1, L + 1)):
            A_prev = caches[i - 1][1]
            if bug == "A for A_prev" and i == 2:
                A_prev = caches[i][1]
            if bug == "X in layer 2" and i == 2:
                A_prev = X
            W = parameters["W" + str(i)]
            dW = 1 / m * dZ @ A_prev.T
            if bug == "A_prev dZ.T":
                dW = 1 / m * A_prev @ dZ.T
            db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
            if i < L or L == 1:
                if bug == "db axis 0":
                    db = 1 / m * np.sum(dZ, axis=0, keepdims=True)
                elif bug == "db no axis":
                    db = 1 / m * np.sum(dZ)
                elif bug == "db not summed":
                    db = dZ / m
                elif bug == "db without 1/m":
                    db = np.sum(dZ, axis=1, keepdims=True)
                elif bug == "db filled":
                    db = np.full(db.shape, np.sum(dZ) / m)
            if lambd and bug != "no lambd":
                dW = dW + lambd / m * W
            if bug == "lambd twice":
                dW = dW + lambd / m * W
            if bug == "lambd on b":
                db = db + lambd / m * parameters["b" + str(i)]
            grads["W" + str(i)] = dW
            grads["b" + str(i)] = db
            if i > 1:
                if bug == "W dZ" and W.shape[0] == W.shape[1]:
                    dA = W @ dZ
                elif bug == "no W" and i == L:
                    dA = np.ones((W.shape[1], 1)) * dZ
                else:
                    dA = W.T @ dZ
                dZ = relu_backward(dA, *caches[i - 1])
        if bug == "b2 forgotten":
            del grads["b2"]
        if bug == "W1 forgotten":
            grads["W1"] = np.zeros_like(parameters["W1"])
        if bug == "W2 and W3 swapped":
            grads["W2"], grads["W3"] = grads["W3"], grads["W2"]
        if bug == "updates":
            for key in parameters:
                parameters[key] -= 0.1 * grads[key]
        return {key: grads[key] for key in parameters if key in grads}

    return Program(f"planar ({hidden}): {bug or 'right'}", compute_cost, L_model_backward, parameters, (X, Y), planted)


def twolayer(bug=None, planted=(), seed=3, N=9, D=4, H=6, C=3, reg=0.0, half=True, std=0.8):
    """The lecture notes' TwoLayerNet: rows, (in, out), relu, softmax with integer labels."""
    rng = np.random.RandomState(seed)
    X = 2 * rng.randn(N, D)
    y = rng.randint(C, size=N)
    model = {
        "W1": std * rng.randn(D, H),
        "b1": 0.2 * rng.randn(H),
        "W2": std * rng.randn(H, C),
        "b2": 0.2 * rng.randn(C),
    }
    c = 0.5 if half else 1.0
    store = {}

    def loss(model, X, y):
        h1 = np.maximum(0, X.dot(model["W1"]) + model["b1"])
        scores = h1.dot(model["W2"]) + model["b2"]
        scores = scores - np.max(scores, axis=1, keepdims=True)
        logp = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
        data_loss = -np.mean(logp[np.arange(len(y)), y])
        return data_loss + c * reg * (np.sum(model["W1"] ** 2) + np.sum(model["W2"] ** 2))

    def gradients(model, X, y):
        W1, W2 = model["W1"], model["W2"]
        N = len(y)
        if bug == "X normalised in place":
            X *= 1.0 + 1e-3
        z1 = X.dot(W1) + model["b1"]
        h1 = np.maximum(0, z1)
        scores = h1.dot(W2) + model["b2"]
        e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        probs = e / np.sum(e, axis=1, keepdims=True)
        dscores = probs.copy()
        dscores[np.arange(N), y] -= 1
        if bug == "+= 1":
            dscores = probs.copy()
            dscores[np.arange(N), y] += 1
        if bug == "probs (1 - probs)":
            dscores = dscores * probs * (1 - probs)
        if bug == "only the right class":
            dscores = np.zeros_like(probs)
            dscores[np.arange(N), y] = probs[np.arange(N), y] - 1
        if bug == "arange(1, N)":
            dscores[0] = 0
        if bug == "last batch row":
            dscores[-1] = 0
        dscores /= {"no /N": 1, "/C": C, "/D": D}.get(bug, N)
        grads = {}
        grads["W2"] = np.dot(z1.T if bug == "z1 for h1" else h1.T, dscores)
        grads["b2"] = np.sum(dscores, axis=0)
        dhidden = np.dot(dscores, W2.T)
        if bug == "dhidden[dhidden <= 0]":
            dhidden[dhidden <= 0] = 0
        elif bug == "sigmoid as relu'":
            dhidden = dhidden / (1 + np.exp(-z1))
        elif bug == "h1 as relu'":
            dhidden = dhidden * h1
        elif bug != "no mask":
            dhidden[h1 <= 0] = 0
        grads["W1"] = np.dot(X.T, dhidden)
        grads["b1"] = np.sum(dhidden, axis=0)
        if bug == "b axis 1":
            grads["b1"] = np.sum(dhidden, axis=1)
        elif bug == "b no axis":
            grads["b1"] = np.sum(dhidden)
        elif bug == "b per sample":
            grads["b1"] = dhidden
        elif bug == "b2 per sample":
            grads["b2"] = dscores
        elif bug == "b2 axis 1 kept":
            grads["b2"] = np.sum(dscores, axis=1, keepdims=True)
        elif bug == "W1 mean over inputs":
            grads["W1"] = grads["W1"].mean(axis=0)[:2]
        elif bug == "W2.T":
            grads["W2"] = grads["W2"].T
        elif bug == "-W2":
            grads["W2"] = -grads["W2"]
        elif bug == "2 W1":
            grads["W1"] = 2 * grads["W1"]
        elif bug == "last class":
            grads["W2"][:, -1] = 0
        elif bug == "first input":
            grads["W1"][0] = 0
        elif bug == "empty":
            grads["b2"] = np.zeros(C)
        if not reg or bug == "no reg":
            pass
        elif bug == "reg":  # the 1/2 is not in the loss
            grads["W1"] += reg * W1
            grads["W2"] += reg * W2
        elif bug == "reg * everything":
            for key in grads:
                grads[key] = grads[key] + 2 * c * reg * model[key]
        else:
            grads["W1"] = grads["W1"] + 2 * c * reg * W1
            grads["W2"] = grads["W2"] + (0 if bug == "no reg on W2" else 2 * c * reg * W2)
        if bug == "+=":
            for key in grads:
                store[key] = store.get(key, 0) + grads[key]
            return dict(store)
        if bug == "SGD step":
            model["W1"] -= 0.05 * grads["W1"]
        if bug == "random minibatch":
            keep = np.random.permutation(N)[: N // 2]
            grads["W2"] = h1[keep].T @ dscores[keep] * 2
        return grads

    return Program(f"twolayer: {bug or 'right'}", loss, gradients, model, (X, y), planted)


SQUARE = (4, 4, 4, 1)
BUGGY = [
    (planar, {"bug": "no relu backward"}, ("derivative-missing",)),
    (planar, {"bug": "mask of dA"}, ("delta-mask",)),
    (planar, {"bug": "tanh, 1 - A", "hidden": "tanh"}, ("derivative-wrong",)),
    (planar, {"bug": "tanh of A", "hidden": "tanh"}, ("derivative-of-output",)),
    (planar, {"bug": "squared twice", "hidden": "tanh"}, ("derivative-twice",)),
    (planar, {"bug": "m from shape[0]"}, ("scale",)),
    (planar, {"bug": "Y - AL", "lambd": 0.7}, ("sign",)),
    (planar, {"bug": "times AL(1 - AL)"}, ("output-derivative-extra",)),
    (planar, {"bug": "np.sum of the error"}, ("summed-error",)),
    (planar, {"bug": "A for A_prev", "layers": (3, 4, 4, 1)}, ("wrong-input",)),
    (planar, {"bug": "X in layer 2", "layers": SQUARE, "hidden": "tanh"}, ("wrong-input",)),
    (planar, {"bug": "A_prev dZ.T"}, ("transposed",)),
    (planar, {"bug": "A_prev dZ.T", "layers": (4, 4, 1)}, ("transposed",)),
    (planar, {"bug": "db axis 0"}, ("bias-wrong-axis",)),
    (planar, {"bug": "db no axis"}, ("bias-total-sum",)),
    (planar, {"bug": "db filled", "hidden": "tanh"}, ("bias-total-sum",)),
    (planar, {"bug": "db not summed"}, ("bias-not-summed",)),
    (planar, {"bug": "db without 1/m"}, ("scale",)),
    (planar, {"bug": "no lambd", "lambd": 0.7}, ("decay-missing",)),
    (planar, {"bug": "lambd twice", "lambd": 0.7}, ("decay-scale",)),
    (planar, {"bug": "lambd on b", "lambd": 0.7}, ("decay-on-bias",)),
    (planar, {"bug": "W dZ", "layers": (3, 4, 4, 1)}, ("weights-not-transposed",)),
    (planar, {"bug": "W dZ", "layers": (3, 5, 5, 1), "hidden": "tanh"}, ("weights-not-transposed",)),
    (planar, {"bug": "no W", "hidden": "tanh"}, ("weights-omitted",)),
    (planar, {"bug": "no W", "layers": (5, 4, 1)}, ("weights-omitted",)),
    (planar, {"bug": "b2 forgotten"}, ("zero",)),
    (planar, {"bug": "W1 forgotten"}, ("zero",)),
    (planar, {"bug": "W2 and W3 swapped"}, ("swapped-layers",)),
    (planar, {"bug": "updates"}, ("mutates",)),
    (twolayer, {"bug": "X normalised in place"}, ("mutates",)),
    # `probs - y` with the wrong sign of y is no code of the table: nothing may be guessed.
    (twolayer, {"bug": "+= 1"}, ("unknown",)),
    (twolayer, {"bug": "probs (1 - probs)"}, ("output-derivative-extra",)),
    (twolayer, {"bug": "only the right class"}, ("softmax-diagonal",)),
    (twolayer, {"bug": "arange(1, N)"}, ("sample-skipped",)),
    (twolayer, {"bug": "last batch row"}, ("sample-skipped",)),
    (twolayer, {"bug": "no /N"}, ("scale",)),
    (twolayer, {"bug": "/C"}, ("scale",)),
    (twolayer, {"bug": "/D", "reg": 0.1}, ("scale",)),
    (twolayer, {"bug": "z1 for h1"}, ("wrong-input",)),
    (twolayer, {"bug": "dhidden[dhidden <= 0]"}, ("delta-mask",)),
    (twolayer, {"bug": "sigmoid as relu'"}, ("derivative-wrong",)),
    (twolayer, {"bug": "h1 as relu'"}, ("derivative-wrong",)),
    (twolayer, {"bug": "no mask", "reg": 0.1}, ("derivative-missing",)),
    (twolayer, {"bug": "b axis 1"}, ("bias-wrong-axis",)),
    (twolayer, {"bug": "b no axis"}, ("bias-total-sum",)),
    (twolayer, {"bug": "b per sample"}, ("bias-not-summed",)),
    (twolayer, {"bug": "b2 per sample"}, ("bias-not-summed",)),
    # The softmax's deltas of one sample sum to zero, so this one is also all zeros, in a wrong shape.
    (twolayer, {"bug": "b2 axis 1 kept"}, ("bias-wrong-axis",)),
    (twolayer, {"bug": "W1 mean over inputs"}, ("shape",)),
    (twolayer, {"bug": "W2.T"}, ("transposed",)),
    (twolayer, {"bug": "-W2", "reg": 0.1}, ("sign",)),
    (twolayer, {"bug": "2 W1"}, ("scale",)),
    (twolayer, {"bug": "last class"}, ("skipped",)),
    (twolayer, {"bug": "first input"}, ("skipped",)),
    (twolayer, {"bug": "empty"}, ("zero",)),
    (twolayer, {"bug": "no reg", "reg": 0.1}, ("decay-missing",)),
    (twolayer, {"bug": "reg", "reg": 0.1, "half": False}, ("decay-scale",)),
    (twolayer, {"bug": "reg * everything", "reg": 0.1}, ("decay-on-bias",)),
    (twolayer, {"bug": "no reg on W2", "reg": 0.1}, ("decay-missing",)),
    (twolayer, {"bug": "+="}, ("accumulates",)),
    (twolayer, {"bug": "SGD step"}, ("mutates",)),
    (twolayer, {"bug": "random minibatch"}, ("nondeterministic",)),
]

RIGHT = [
    (planar, {}),
    (planar, {"lambd": 0.7}),
    (planar, {"hidden": "tanh", "layers": (2, 4, 1)}),
    (planar, {"layers": (3, 5, 4, 3, 1), "m": 12}),
    (planar, {"layers": SQUARE, "bias": 0.0}),
    (planar, {"layers": (6, 1)}),
    (planar, {"m": 1, "hidden": "tanh"}),
    (twolayer, {}),
    (twolayer, {"reg": 0.1}),
    (twolayer, {"reg": 0.1, "half": False, "seed": 8}),
    (twolayer, {"std": 1e-4}),
    (twolayer, {"N": 4, "C": 4, "D": 4, "H": 4}),
]
