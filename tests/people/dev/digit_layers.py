import numpy as np


def make_digits(n_per_class=12, seed=5):
    """3x5 pixel numbers 0-4 with noise, one column per image"""
    font = ["111101101101111", "010110010010111", "111001111100111", "111001011001111", "101101111001001"]
    rng = np.random.RandomState(seed)
    imgs, labels = [], []
    for k, bits in enumerate(font):
        base = np.array([float(c) for c in bits])
        for _ in range(n_per_class):
            imgs.append(base + rng.normal(0, 0.15, 15))
            labels.append(k)
    return np.array(imgs), np.array(labels)


class Layer:
    def __init__(self, n_in, n_out, rng):
        self.weights = rng.normal(0, 1 / np.sqrt(n_in), (n_out, n_in))
        self.bias = rng.normal(0, 0.1, (n_out, 1))

    def calc_output(self, inputs):
        self.inputs = inputs
        self.outputs = 1 / (1 + np.exp(-(self.weights @ inputs + self.bias)))
        return self.outputs


class Network:
    def __init__(self, sizes, learningrate=0.5, seed=1):
        rng = np.random.RandomState(seed)
        self.layers = [Layer(a, b, rng) for a, b in zip(sizes[:-1], sizes[1:])]
        self.learningrate = learningrate

    def run(self, image):
        out = image.reshape(-1, 1)
        for layer in self.layers:
            out = layer.calc_output(out)
        return out

    def cost(self, image, label):
        expected = np.zeros((5, 1))
        expected[label] = 1
        return float(((self.run(image) - expected) ** 2).sum() / 2)

    def learn(self, image, label):
        out = self.run(image)
        expected = np.zeros((5, 1))
        expected[label] = 1
        delta = out - expected
        changes = []
        for layer in reversed(self.layers):
            change = delta * layer.outputs
            delta = layer.weights.T @ change
            changes.append((change @ layer.inputs.T, change))
        for layer, (dw, db) in zip(reversed(self.layers), changes):
            layer.weights -= self.learningrate * dw
            layer.bias -= self.learningrate * db

    def accuracy(self, images, labels):
        return np.mean([self.run(i).argmax() == l for i, l in zip(images, labels)])


def train(nn, epochs=60):
    images, labels = make_digits()
    order = np.random.RandomState(0)
    for epoch in range(epochs):
        for i in order.permutation(len(images)):
            nn.learn(images[i], labels[i])
    return nn.accuracy(images, labels)


if __name__ == "__main__":
    print(train(Network([15, 10, 8, 5])))
