import random

import numpy as np
from engine import Num

random.seed(44)


def wrap(params):
    return [[[Num(x) for x in row] for row in layer] for layer in params]


def network(layers, x):
    for depth, layer in enumerate(layers):
        new = []
        for neuron in layer:
            # the last number of each row is the bias
            z = neuron[-1]
            for w, v in zip(neuron[:-1], x):
                z = z + w * v
            if depth < len(layers) - 1:
                z = z.tanh()
            new.append(z)
        x = new
    return x


def objective(layers, X, y):
    total = Num(0)
    for x, label in zip(X, y):
        out = network(layers, [Num(v) for v in x])
        es = [o.exp() for o in out]
        total = total - (es[label] / sum(es)).log()
    # weights (no biases) should be small
    reg = Num(0)
    for layer in layers:
        for neuron in layer:
            for w in neuron[:-1]:
                reg = reg + w**2
    return total * (1 / len(y)) + reg * 0.02


def loss(params, X, y):
    return objective(wrap(params), X, y).val


def gradients(params, X, y):
    layers = wrap(params)
    objective(layers, X, y).backward()
    return [np.array([[w.grad for w in neuron] for neuron in layer]) for layer in layers]


def rows(n, m):
    return np.array([[random.gauss(0, 0.9) for _ in range(m + 1)] for _ in range(n)])


params = [rows(4, 2), rows(3, 4)]
data = ([[random.gauss(0, 1), random.gauss(0, 1)] for _ in range(5)], [0, 2, 1, 1, 2])
