from math import exp, log
import random

# everything in lists on purpose, no numpy allowed for this homework

learningrate = 0.0001
random.seed(140)


class Layer:
    def __init__(self, num_inputs, num_neurons):
        self.weights = [[random.uniform(-0.5, 0.5) for i in range(num_inputs)] for n in range(num_neurons)]
        self.bias = [0.0 for n in range(num_neurons)]

    def calc(self, inputs, last):
        self.inputs = inputs
        sums = [sum(w * x for w, x in zip(row, inputs)) + b for row, b in zip(self.weights, self.bias)]
        if last:
            es = [exp(s) for s in sums]
            self.outputs = [e / sum(es) for e in es]
        else:
            self.outputs = [1 / (1 + exp(-s)) for s in sums]
        return self.outputs


class Run:
    def __init__(self):
        self.layers = [Layer(9, 6), Layer(6, 3)]

    def runNN(self, pixels):
        for n, layer in enumerate(self.layers):
            pixels = layer.calc(pixels, n == len(self.layers) - 1)
        return pixels


def numbers(run):
    return [[[list(row) for row in l.weights], list(l.bias)] for l in run.layers]


def put_numbers(run, lists):
    for l, (w, b) in zip(run.layers, lists):
        l.weights, l.bias = w, b


def cost(lists, pics, digits):
    run = Run()
    put_numbers(run, lists)
    return sum(-log(run.runNN(p)[d]) for p, d in zip(pics, digits)) / len(pics)


def slope(lists, pics, digits):
    run = Run()
    put_numbers(run, lists)
    out = [[[[0.0] * len(r) for r in w], [0.0] * len(b)] for w, b in lists]
    m = len(pics)
    for p, d in zip(pics, digits):
        probs = run.runNN(p)
        delta = [q - (1 if k == d else 0) for k, q in enumerate(probs)]
        for n in (1, 0):
            layer = run.layers[n]
            for j in range(len(delta)):
                out[n][1][j] += delta[j] / m
                for i in range(len(layer.inputs)):
                    out[n][0][j][i] += delta[j] * layer.inputs[i] / m
            if n == 1:
                back = [sum(layer.weights[j][i] * delta[j] for j in range(len(delta))) for i in range(len(layer.inputs))]
                delta = [bk * x * (1 - x) for bk, x in zip(back, layer.inputs)]
    return out


def pictures():
    shapes = [[1, 1, 1, 1, 0, 1, 1, 1, 1], [0, 1, 0, 0, 1, 0, 0, 1, 0], [1, 1, 0, 0, 1, 0, 0, 1, 1]]
    pics, digits = [], []
    for k in range(15):
        d = k % 3
        pics.append([0.8 * v + 0.2 * random.random() for v in shapes[d]])
        digits.append(d)
    return pics, digits

pics, digits = pictures()
start = numbers(Run())


def train(lists, rounds=400):
    for r in range(rounds):
        g = slope(lists, pics, digits)
        for n in range(2):
            for j in range(len(lists[n][1])):
                lists[n][1][j] -= learningrate * g[n][1][j]
                for i in range(len(lists[n][0][j])):
                    lists[n][0][j][i] -= learningrate * g[n][0][j][i]
    return cost(lists, pics, digits)


if __name__ == "__main__":
    print(train(start))
