import numpy as np

np.random.seed(1)

HIDDEN = 6


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def blobs():
    r = np.random.RandomState(0)
    centres = np.array([[0, 0], [2.5, 0], [0, 2.5]])
    X = np.concatenate([c + 0.6 * r.randn(20, 2) for c in centres])
    T = np.repeat(np.eye(3), 20, axis=0)
    return X, T


class Mlp:
    """the last column of each matrix is the bias (input 1 appended at the end)"""

    def __init__(self):
        self.layers = [np.random.randn(HIDDEN, 2 + 1), np.random.randn(3, HIDDEN + 1)]
        self.iteration = 0

    def feed_forward(self, v):
        hidden = sigmoid(self.layers[0] @ np.append(v, 1))
        return hidden, sigmoid(self.layers[1] @ np.append(hidden, 1))

    def backpropagate(self, v, target, c=0.3):
        hidden, out = self.feed_forward(v)
        output_deltas = out * (1 - out) * (out - target)
        back = np.delete(self.layers[-1], 0, 1).T @ output_deltas
        hidden_deltas = hidden * (1 - hidden) * back
        self.layers[-1] -= c * np.outer(output_deltas, np.append(hidden, 1))
        self.layers[0] -= c * np.outer(hidden_deltas, np.append(v, 1))
        self.iteration += 1

    def squared_error(self, v, target):
        return 0.5 * np.sum((self.feed_forward(v)[1] - target) ** 2)


def fit(net, epochs=40, c=0.3):
    X, T = blobs()
    for e in range(epochs):
        for i in np.random.permutation(len(X)):
            net.backpropagate(X[i], T[i], c)
    return np.mean([net.feed_forward(v)[1].argmax() == t.argmax() for v, t in zip(X, T)])


if __name__ == "__main__":
    print("precision", fit(Mlp()))
