"""Weight normalisation: every unit's weights are g * v / |v|. Softplus units, Poisson counts out."""

import numpy as np


class WeightNormLayer:
    """Holds nothing but the shapes' bookkeeping: parameters are given from outside."""

    def effective(self, v, g):
        self.length = np.sqrt(np.sum(v**2, axis=0))
        self.direction = v / self.length
        return g * self.direction

    def pull_back(self, dW, g):
        dg = np.sum(dW * self.direction, axis=0)
        dv = (g / self.length) * (dW - self.direction * dg)
        return dv, dg


first, second = WeightNormLayer(), WeightNormLayer()


def softplus(x):
    return np.logaddexp(0.0, x)


def loss(params, X, counts, exposure):
    W1 = first.effective(params["v1"], params["g1"])
    W2 = second.effective(params["v2"], params["g2"])
    H = softplus(X @ W1 + params["b1"])
    eta = (H @ W2 + params["b2"])[:, 0]
    rate = exposure * np.exp(eta)
    return np.mean(rate - counts * (np.log(exposure) + eta))


def gradients(params, X, counts, exposure):
    W1 = first.effective(params["v1"], params["g1"])
    W2 = second.effective(params["v2"], params["g2"])
    Z = X @ W1 + params["b1"]
    H = softplus(Z)
    eta = (H @ W2 + params["b2"])[:, 0]
    rate = exposure * np.exp(eta)

    deta = ((rate - counts) / len(counts))[:, None]
    dW2 = H.T @ deta
    db2 = deta.sum(axis=0)
    dZ = (deta @ W2.T) / (1 + np.exp(-Z))
    dW1 = X.T @ dZ
    db1 = dZ.sum(axis=0)

    dv1, dg1 = first.pull_back(dW1, params["g1"])
    dv2, dg2 = second.pull_back(dW2, params["g2"])
    return {"v1": dv1, "g1": dg1, "b1": db1, "v2": dv2, "g2": dg2, "b2": db2}


def step(params, grads, rate):
    return {k: params[k] - rate * grads[k] for k in params}


rng = np.random.RandomState(123)
params = {
    "v1": rng.normal(size=(6, 4)),
    "g1": rng.uniform(0.5, 1.5, size=4),
    "b1": rng.normal(size=4) * 0.3,
    "v2": rng.normal(size=(4, 1)),
    "g2": np.array([0.8]),
    "b2": np.array([-0.4]),
}
X = rng.normal(size=(10, 6))
exposure = rng.uniform(0.5, 2.0, size=10)
counts = rng.poisson(exposure * 1.5).astype(float)
data = (X, counts, exposure)
