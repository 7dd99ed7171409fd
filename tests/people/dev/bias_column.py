import numpy as np

np.random.seed(1)

HIDDEN = 6


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def blobs():
    r = np.random.RandomState(0)
    centres = np.array([[0, 0], [2.5, 0], [0, 2.5]])
    X = np.concatenate([speed + 0.6 * r.randn(20, 2) for speed in centres])
    T = np.repeat(np.eye(3), 20, axis=0)
    return X, T


class Mlp:
    """the last column of each matrix is the bias (input 1 appended at the end)"""

    def __init__(self):
        self.layers = [np.random.randn(HIDDEN, 2 + 1), np.random.randn(3, HIDDEN + 1)]
        self.count = 0

    def answer(self, point):
        hidden = sigmoid(self.layers[0] @ np.append(point, 1))
        return hidden, sigmoid(self.layers[1] @ np.append(hidden, 1))

    def adjust(self, point, target, speed=0.3):
        hidden, out = self.answer(point)
        d_top = out * (1 - out) * (out - target)
        back = np.delete(self.layers[-1], 0, 1).T @ d_top
        d_mid = hidden * (1 - hidden) * back
        self.layers[-1] -= speed * np.outer(d_top, np.append(hidden, 1))
        self.layers[0] -= speed * np.outer(d_mid, np.append(point, 1))
        self.count += 1

    def squared_error(self, point, target):
        return 0.5 * np.sum((self.answer(point)[1] - target) ** 2)


def fit(net, epochs=40, speed=0.3):
    X, T = blobs()
    for e in range(epochs):
        for i in np.random.permutation(len(X)):
            net.adjust(X[i], T[i], speed)
    return np.mean([net.answer(point)[1].argmax() == t.argmax() for point, t in zip(X, T)])


if __name__ == "__main__":
    print("precision", fit(Mlp()))
