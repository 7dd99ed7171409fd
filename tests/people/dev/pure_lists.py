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


def new_network(ins_n, mid_n, outs_n):
    seed(1)
    hidden = [[random() - 0.5 for _ in range(ins_n + 1)] for _ in range(mid_n)]
    output = [[random() - 0.5 for _ in range(mid_n + 1)] for _ in range(outs_n)]
    return [hidden, output]


def signals_of(network, row):
    signals = [row]
    for layer in network:
        ins = signals[-1]
        new = []
        for neuron in layer:
            total = neuron[-1]
            for i in range(len(neuron) - 1):
                total += neuron[i] * ins[i]
            new.append(1.0 / (1.0 + exp(-total)))
        signals.append(new)
    return signals


def wrongness(network, row, label):
    out = signals_of(network, row)[-1]
    return sum((o - (1 if k == label else 0)) ** 2 for k, o in enumerate(out)) / 2


def backward(network, row, label):
    signals = signals_of(network, row)
    grads = [None, None]
    top_d = []
    for k, o in enumerate(signals[2]):
        top_d.append((o - (1 if k == label else 0)) * o * (1 - o))
    grads[1] = [[d * h for h in signals[1]] + [d] for d in top_d]
    mid_d = []
    for j, h in enumerate(signals[1]):
        err = 0.0
        for k, neuron in enumerate(network[1]):
            err += neuron[j] * top_d[k]
        mid_d.append(err * h * (1 - h))
    grads[0] = []
    for j, neuron in enumerate(network[0]):
        grads[0].append([mid_d[j] * w for w in neuron[:-1]] + [mid_d[j]])
    return grads


def teach(network, rows, rate=0.5, epochs=200):
    for epoch in range(epochs):
        err = 0
        for row in rows:
            g = backward(network, row[:-1], row[-1])
            for layer, glayer in zip(network, g):
                for neuron, gn in zip(layer, glayer):
                    for i in range(len(neuron)):
                        neuron[i] -= rate * gn[i]
            err += wrongness(network, row[:-1], row[-1])
    return err / len(rows)


if __name__ == "__main__":
    rows = make_rows()
    net = new_network(3, 5, 3)
    print("error %.3f" % teach(net, rows))
