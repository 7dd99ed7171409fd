import layers  # noqa: F401  fills the registry
import numpy as np
from registry import create

SPEC = [("conv", {"padding": 1}), "tanh", ("meanpool", {"size": 2}), ("conv", {"stride": 1}), "tanh", "flatten", "dense"]
net = [create(s) for s in SPEC]


def predict(params, x):
    queue = list(params)
    for part in net:
        part.take(queue)
        x = part.forward(x)
    return x


def softmax_loss(z, t):
    z = z - z.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    n = len(t)
    d = p.copy()
    d[np.arange(n), t] -= 1
    return -np.log(p[np.arange(n), t]).sum() / n, d / n


def loss(params, x, t):
    return softmax_loss(predict(params, x), t)[0]


def gradients(params, x, t):
    d = softmax_loss(predict(params, x), t)[1]
    for part in net[::-1]:
        d = part.backward(d)
    return [g for part in net for g in part.grads]


rng = np.random.default_rng(55)
params = [
    rng.normal(size=(3, 2, 3, 3)) * 0.4, rng.normal(size=3) * 0.1,
    rng.normal(size=(4, 3, 2, 2)) * 0.4, rng.normal(size=4) * 0.1,
    rng.normal(size=(8, 3)) * 0.6, rng.normal(size=3) * 0.1,
]
data = (rng.normal(size=(3, 2, 6, 4)), np.array([2, 0, 1]))
