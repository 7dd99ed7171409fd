"""Sentences to topics. One training step is made and the gradient is what it moved, divided by the rate."""
import numpy as np
from layers import Layer, Lookup, Tanh, Summary, Output

rng = np.random.RandomState(71)
params = {
    'table': rng.randn(9, 3),
    'W1': rng.randn(3, 4) * .7, 'b1': rng.randn(4) * .1,
    'W2': rng.randn(4, 4) * .6, 'b2': rng.randn(4) * .1,
    'q': rng.randn(4), 'V': rng.randn(4, 3), 'c': rng.randn(3) * .1,
}
sentences = np.array([[0, 3, 3, 8, 1], [2, 2, 7, 5, 4], [6, 1, 0, 8, 8], [4, 3, 5, 5, 7]])
data = (sentences, np.array([0, 2, 1, 0]))


def assemble(p):
    return [Lookup(p['table']), Tanh(p['W1'], p['b1']), Tanh(p['W2'], p['b2']), Summary(p['q']), Output(p['V'], p['c'])]


def forward(net, x):
    for layer in net:
        x = layer.forward(x)
    return x


def loss(p, sentences, topics):
    logp = forward(assemble(p), sentences)
    return -logp[np.arange(len(topics)), topics].mean()


def gradients(p, sentences, topics):
    net = assemble(p)
    forward(net, sentences)
    signal = topics
    for layer in net[::-1]:
        signal = layer.learn(signal)
    after = [layer.copies() for layer in net]
    names = [('table',), ('W1', 'b1'), ('W2', 'b2'), ('q',), ('V', 'c')]
    moved = {}
    for layer, copies, keys in zip(net, after, names):
        for own, key in zip(layer.weights, keys):
            moved[key] = (p[key] - copies[own]) / Layer.rate
    return moved
