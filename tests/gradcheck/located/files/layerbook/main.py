import numpy as np
from layers import Linear, Softplus, Tanh
from losses import MSE
from model import Sequential

rng = np.random.default_rng(4)
net = Sequential(Linear(), Tanh(), Linear(), Softplus(), Linear())
criterion = MSE()


def loss(params, X, Y):
    net.load(params)
    return criterion.forward(net.forward(X), Y)


def gradients(params, X, Y):
    loss(params, X, Y)
    net.backward(criterion.backward())
    return net.grads


sizes = [4, 6, 5, 3]
params = []
for n_in, n_out in zip(sizes, sizes[1:]):
    params.append(rng.normal(size=(n_in, n_out)) / np.sqrt(n_in))
    params.append(0.1 * rng.normal(size=n_out))
data = (rng.normal(size=(8, 4)), rng.normal(size=(8, 3)))
