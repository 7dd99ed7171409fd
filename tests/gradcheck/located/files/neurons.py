from math import exp
import numpy as np


class Neuron(object):
    """One unit: weights[0] is the threshold, the rest belong to the inputs."""

    def __init__(self, weights, slot):
        self.weights = weights
        self.slot = slot          # a row of the layer's gradient, filled in place

    def fire(self, inputs):
        self.inputs = inputs
        total = self.weights[0]
        for i in range(len(inputs)):
            total += self.weights[i + 1] * inputs[i]
        self.output = 1.0 / (1.0 + exp(-total))
        return self.output

    def learn(self, err):
        self.delta = err * self.output * (1.0 - self.output)
        self.slot[0] += self.delta
        for i in range(len(self.inputs)):
            self.slot[i + 1] += self.delta * self.inputs[i]

    def blame(self, i):
        return self.delta * self.weights[i + 1]


class Network(object):
    def __init__(self, matrices):
        self.buffers = [np.zeros(W.shape) for W in matrices]
        self.layers = []
        for W, G in zip(matrices, self.buffers):
            self.layers.append([Neuron(W[k], G[k]) for k in range(W.shape[0])])

    def predict(self, x):
        signal = list(x)
        for layer in self.layers:
            signal = [neuron.fire(signal) for neuron in layer]
        return signal

    def backpropagate(self, x, target):
        out = self.predict(x)
        errors = [o - t for o, t in zip(out, target)]
        for depth in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[depth]
            for neuron, err in zip(layer, errors):
                neuron.learn(err)
            errors = []
            for i in range(len(layer[0].inputs)):
                errors.append(sum(neuron.blame(i) for neuron in layer))


def loss(params, xs, targets):
    net = Network(params)
    total = 0.0
    for x, target in zip(xs, targets):
        for o, t in zip(net.predict(x), target):
            total += 0.5 * (o - t) ** 2
    return total / len(xs)


def gradients(params, xs, targets):
    net = Network(params)
    for x, target in zip(xs, targets):
        net.backpropagate(x, target)
    return [G / len(xs) for G in net.buffers]


_rng = np.random.default_rng(77)
params = [_rng.normal(0, 1, (5, 4)), _rng.normal(0, 1, (4, 6)), _rng.normal(0, 1, (2, 5))]
data = (_rng.normal(0, 1, (6, 3)), _rng.uniform(0.1, 0.9, (6, 2)))
