import numpy as np
import numpy.random as rnd


class Backprop:
    """any number of sigmoid layers; dicts are keyed by the number of the layer, from 1"""

    def __init__(self, layer_spec):
        self.layer_spec = layer_spec
        self.num_layers = len(layer_spec)
        self.weights_dict = {}
        self.bias_dict = {}
        self.setup()

    def setup(self):
        rnd.seed(160)
        for i in range(1, self.num_layers):
            self.weights_dict[i] = rnd.rand(self.layer_spec[i], self.layer_spec[i - 1])
            self.bias_dict[i] = rnd.rand(self.layer_spec[i], 1)

    def activate(self, pre):
        return 1.0 / (1.0 + np.exp(-pre))

    def feed(self, data):
        self.act = {0: data}
        for i in range(1, self.num_layers):
            self.act[i] = self.activate(np.dot(self.weights_dict[i], self.act[i - 1]) + self.bias_dict[i])
        return self.act[self.num_layers - 1]

    def squared(self, data, target):
        return np.sum((self.feed(data) - target) ** 2) / (2 * data.shape[1])

    def derivatives(self, data, target):
        m = data.shape[1]
        self.weights_gradient_dict, self.bias_gradient_dict = {}, {}
        dif = self.feed(data) - target
        for i in range(self.num_layers - 1, 0, -1):
            pre = dif * self.act[i] * (1 - self.act[i])
            self.weights_gradient_dict[i] = np.dot(pre, self.act[i - 1].T) / m
            self.bias_gradient_dict[i] = np.sum(pre, axis=1, keepdims=True) / m
            dif = np.dot(self.weights_dict[i].T, pre)
        return {'weights_dict': self.weights_gradient_dict, 'bias_dict': self.bias_gradient_dict}

    def train(self, data, target, eta=2.0, epochs=600):
        for e in range(epochs):
            g = self.derivatives(data, target)
            for i in range(1, self.num_layers):
                self.weights_dict[i] -= eta * g['weights_dict'][i]
                self.bias_dict[i] -= eta * g['bias_dict'][i]
        return self.squared(data, target)


def majority():
    # 30 switches; which half has more of them on?
    r = rnd.RandomState(161)
    data = (r.rand(30, 60) > 0.5).astype(float)
    left = data[:15].sum(axis=0) > data[15:].sum(axis=0)
    return data, np.array([left, ~left]).astype(float)


if __name__ == '__main__':
    net = Backprop([30, 15, 2])
    data, target = majority()
    print(net.train(data, target))
    print(net.feed(data)[:, :5])
