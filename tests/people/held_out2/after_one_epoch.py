# digits by tanh units and squares. The accuracy moves in the first epoch and then never again
import numpy as np


class Network:

    def __init__(self, *sizes):
        rs = np.random.RandomState(70)
        self.sizes = sizes
        self.weights = []
        self.biases = []
        self.weight_templates = []      # zeros of the right shapes
        self.bias_templates = []
        for i in range(1, len(sizes)):
            self.weights.append(rs.uniform(-1, 1, (sizes[i], sizes[i-1])) / sizes[i-1] ** 0.5)
            self.biases.append(rs.uniform(-.2, .2, (sizes[i], 1)))
            self.weight_templates.append(np.zeros((sizes[i], sizes[i-1])))
            self.bias_templates.append(np.zeros((sizes[i], 1)))

    def feedforward(self, column):
        layers = [column]
        for w, b in zip(self.weights, self.biases):
            layers.append(np.tanh(np.dot(w, layers[-1]) + b))
        return layers

    @staticmethod
    def transformer(label, n=4):
        out = [[-1] for k in range(n)]
        out[label] = [1]
        return np.array(out)

    def MSE(self, rows, labels):
        e = 0
        for row, label in zip(rows, labels):
            e += np.sum((self.feedforward(row.reshape(-1, 1))[-1] - self.transformer(label)) ** 2)
        return e / len(rows)

    def gather(self, rows, labels):
        self.weight_updates = self.weight_templates
        self.bias_updates = self.bias_templates
        for row, label in zip(rows, labels):
            layers = self.feedforward(row.reshape(-1, 1))
            delta = 2 * (layers[-1] - self.transformer(label)) * (1 - layers[-1] ** 2)
            for k in range(len(self.weights) - 1, -1, -1):
                self.weight_updates[k] += np.dot(delta, layers[k].T) / len(rows)
                self.bias_updates[k] += delta / len(rows)
                if k > 0:
                    delta = np.dot(self.weights[k].T, delta) * (1 - layers[k] ** 2)
        return self.weight_updates, self.bias_updates

    def train(self, rows, labels, rate=0.3, epochs=60, batch=8):
        for e in range(epochs):
            for s in range(0, len(rows), batch):
                up_w, up_b = self.gather(rows[s:s+batch], labels[s:s+batch])
                for k in range(len(self.weights)):
                    self.weights[k] = self.weights[k] - rate * up_w[k]
                    self.biases[k] = self.biases[k] - rate * up_b[k]
            #print(e, self.test(rows, labels))
        return self.test(rows, labels)

    def test(self, rows, labels):
        good = 0
        for row, label in zip(rows, labels):
            good += np.argmax(self.feedforward(row.reshape(-1, 1))[-1]) == label
        return good / len(rows)


def read_rows():
    rs = np.random.RandomState(71)
    labels = rs.permutation(np.arange(48) % 4)
    shapes = rs.rand(4, 16) > 0.5
    return 0.7 * shapes[labels] + 0.3 * rs.rand(48, 16), labels


if __name__ == '__main__':
    print(Network(16, 10, 4).train(*read_rows()))
