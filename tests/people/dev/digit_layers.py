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
        self.w = rng.normal(0, 1 / np.sqrt(n_in), (n_out, n_in))
        self.b = rng.normal(0, 0.1, (n_out, 1))

    def fire(self, came):
        self.came = came
        self.went = 1 / (1 + np.exp(-(self.w @ came + self.b)))
        return self.went


class Network:
    def __init__(self, sizes, speed=0.5, seed=1):
        rng = np.random.RandomState(seed)
        self.layers = [Layer(a, b, rng) for a, b in zip(sizes[:-1], sizes[1:])]
        self.speed = speed

    def show(self, image):
        out = image.reshape(-1, 1)
        for layer in self.layers:
            out = layer.fire(out)
        return out

    def cost(self, image, label):
        goal = np.zeros((5, 1))
        goal[label] = 1
        return float(((self.show(image) - goal) ** 2).sum() / 2)

    def learn(self, image, label):
        out = self.show(image)
        goal = np.zeros((5, 1))
        goal[label] = 1
        wrong = out - goal
        todo = []
        for layer in reversed(self.layers):
            share = wrong * layer.went
            wrong = layer.w.T @ share
            todo.append((share @ layer.came.T, share))
        for layer, (dw, db) in zip(reversed(self.layers), todo):
            layer.w -= self.speed * dw
            layer.b -= self.speed * db

    def accuracy(self, images, labels):
        return np.mean([self.show(i).argmax() == l for i, l in zip(images, labels)])


def train(nn, epochs=60):
    images, labels = make_digits()
    order = np.random.RandomState(0)
    for epoch in range(epochs):
        for i in order.permutation(len(images)):
            nn.learn(images[i], labels[i])
    return nn.accuracy(images, labels)


if __name__ == "__main__":
    print(train(Network([15, 10, 8, 5])))
