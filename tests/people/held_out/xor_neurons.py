import math, random

class Neuron:
    def __init__(self, n_inputs):
        self.weights = [random.uniform(-1, 1) for _ in range(n_inputs)]
        self.bias = random.uniform(-1, 1)
        self.value = 0.0
        self.error = 0.0

    def fire(self, inputs):
        s = self.bias
        for w, i in zip(self.weights, inputs):
            s += w * i
        self.value = 1.0 / (1.0 + math.exp(-s))
        return self.value


class Network:
    def __init__(self, sizes, seed=3):
        random.seed(seed)
        self.layers = []
        for a, b in zip(sizes, sizes[1:]):
            self.layers.append([Neuron(a) for _ in range(b)])

    def run(self, inputs):
        values = inputs
        for layer in self.layers:
            values = [n.fire(values) for n in layer]
        return values

    def learn(self, inputs, targets, rate):
        self.run(inputs)
        # output layer
        for n, t in zip(self.layers[-1], targets):
            n.error = n.value * (1 - n.value) * (t - n.value)
        # hidden layers, from back to front
        for k in range(len(self.layers) - 2, -1, -1):
            for j, me in enumerate(self.layers[k]):
                s = 0.0
                for n in self.layers[k + 1]:
                    s += n.value * n.weights[j]
                me.error = me.value * (1 - me.value) * s
        # adjust
        before = inputs
        for layer in self.layers:
            for n in layer:
                for j in range(len(n.weights)):
                    n.weights[j] += rate * n.error * before[j]
                n.bias += rate * n.error
            before = [n.value for n in layer]

    def train(self, X, T, rate=0.5, epochs=8000):
        for _ in range(epochs):
            for x, t in zip(X, T):
                self.learn(x, t, rate)


X = [[0, 0], [0, 1], [1, 0], [1, 1]]
T = [[0], [1], [1], [0]]

if __name__ == "__main__":
    net = Network([2, 4, 1])
    net.train(X, T)
    for x in X:
        print(x, net.run(x))
