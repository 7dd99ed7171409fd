import layers as L
import numpy as np

rs = np.random.RandomState(31)
KEEP = 0.75


def make(params, mask):
    return [
        L.Linear(params["W1"]),
        L.BatchNorm(params["gamma1"], params["beta1"]),
        L.Tanh(),
        L.Dropout(mask, KEEP),
        L.Linear(params["W2"]),
        L.BatchNorm(params["gamma2"], params["beta2"]),
        L.Tanh(),
        L.Linear(params["W3"]),
    ]


def run(stack, X):
    for layer in stack:
        X = layer.forward(X)
    return X


def loss(params, X, Y, mask):
    out = run(make(params, mask), X)
    return ((out - Y) ** 2).sum() / len(X)


def gradients(params, X, Y, mask):
    stack = make(params, mask)
    out = run(stack, X)
    d = 2 * (out - Y) / len(X)
    for layer in reversed(stack):
        d = layer.backward(d)
    lin1, bn1, _, _, lin2, bn2, _, lin3 = stack
    return {
        "W1": lin1.dW,
        "gamma1": bn1.dgamma,
        "beta1": bn1.dbeta,
        "W2": lin2.dW,
        "gamma2": bn2.dgamma,
        "beta2": bn2.dbeta,
        "W3": lin3.dW,
    }


params = {
    "W1": rs.randn(4, 6),
    "gamma1": 1 + 0.2 * rs.randn(6),
    "beta1": 0.3 * rs.randn(6),
    "W2": rs.randn(6, 5),
    "gamma2": 1 + 0.2 * rs.randn(5),
    "beta2": 0.3 * rs.randn(5),
    "W3": rs.randn(5, 2),
}
data = (rs.randn(9, 4), rs.randn(9, 2), (rs.rand(9, 6) < KEEP).astype(float))
