# no numpy! network[layer][neuron] is a list of weights, last one = bias
from math import exp
from random import seed, random, gauss


def make_rows():
    seed(2)
    rows = []
    for label, (cx, cy, cz) in enumerate([(0.2, 0.3, 0.9), (0.8, 0.2, 0.4), (0.5, 0.9, 0.3)]):
        for _ in range(14):
            rows.append([gauss(cx, 0.12), gauss(cy, 0.12), gauss(cz, 0.12), label])
    return rows


def initialize_network(n_inputs, n_hidden, n_outputs):
    seed(1)
    hidden = [[random() - 0.5 for _ in range(n_inputs + 1)] for _ in range(n_hidden)]
    output = [[random() - 0.5 for _ in range(n_hidden + 1)] for _ in range(n_outputs)]
    return [hidden, output]


def forward_propagate(network, row):
    signals = [row]
    for layer in network:
        ins = signals[-1]
        new = []
        for neuron in layer:
            act = neuron[-1]
            for i in range(len(neuron) - 1):
                act += neuron[i] * ins[i]
            new.append(1.0 / (1.0 + exp(-act)))
        signals.append(new)
    return signals


def sum_error(network, row, label):
    out = forward_propagate(network, row)[-1]
    return sum((o - (1 if k == label else 0)) ** 2 for k, o in enumerate(out)) / 2


def backward(network, row, label):
    signals = forward_propagate(network, row)
    grads = [None, None]
    deltas = []
    for k, o in enumerate(signals[2]):
        deltas.append((o - (1 if k == label else 0)) * o * (1 - o))
    grads[1] = [[d * h for h in signals[1]] + [d] for d in deltas]
    hidden_deltas = []
    for j, h in enumerate(signals[1]):
        err = 0.0
        for k, neuron in enumerate(network[1]):
            err += neuron[j] * deltas[k]
        hidden_deltas.append(err * h * (1 - h))
    grads[0] = []
    for j, neuron in enumerate(network[0]):
        grads[0].append([hidden_deltas[j] * w for w in neuron[:-1]] + [hidden_deltas[j]])
    return grads


def train_network(network, rows, l_rate=0.5, n_epoch=200):
    for epoch in range(n_epoch):
        err = 0
        for row in rows:
            g = backward(network, row[:-1], row[-1])
            for layer, glayer in zip(network, g):
                for neuron, gn in zip(layer, glayer):
                    for i in range(len(neuron)):
                        neuron[i] -= l_rate * gn[i]
            err += sum_error(network, row[:-1], row[-1])
    return err / len(rows)


if __name__ == "__main__":
    rows = make_rows()
    net = initialize_network(3, 5, 3)
    print("error %.3f" % train_network(net, rows))
