import numpy as np
import time


class DeepNet():
    def __init__(self, sizes, epochs=40, l_rate=0.1):
        self.sizes = sizes
        self.epochs = epochs
        self.l_rate = l_rate
        self.params = self.initialization()

    def initialization(self):
        n_in, n_1, n_2, n_out = self.sizes
        rs = np.random.RandomState(120)
        return {
            'W1': rs.randn(n_1, n_in) * np.sqrt(1. / n_in),
            'W2': rs.randn(n_2, n_1) * np.sqrt(1. / n_1),
            'W3': rs.randn(n_out, n_2) * np.sqrt(1. / n_2),
            'B3': np.zeros(n_out),
        }

    def relu_ish(self, x, derivative=False):
        # leaky, 0.1 below zero
        if derivative:
            return np.where(x > 0, 1.0, 0.1)
        return np.where(x > 0, x, 0.1 * x)

    def softmax(self, x):
        e = np.exp(x - x.max())
        return e / np.sum(e)

    def forward_pass(self, x, params=None):
        p = self.params if params is None else params
        a = {'A0': x}
        a['Z1'] = np.dot(p['W1'], a['A0'])
        a['A1'] = self.relu_ish(a['Z1'])
        a['Z2'] = np.dot(p['W2'], a['A1'])
        a['A2'] = self.relu_ish(a['Z2'])
        a['Z3'] = np.dot(p['W3'], a['A2']) + p['B3']
        a['A3'] = self.softmax(a['Z3'])
        return a

    def loss(self, params, x_train, y_train):
        return np.mean([-np.sum(y * np.log(self.forward_pass(x, params)['A3'])) for x, y in zip(x_train, y_train)])

    def backward_pass(self, params, x_train, y_train):
        g = {k: np.zeros_like(v) for k, v in params.items()}
        for x, y in zip(x_train, y_train):
            a = self.forward_pass(x, params)
            error = a['A3'] - y
            g['W3'] += np.outer(error, a['A2'])
            g['B3'] += error
            error = np.dot(params['W3'].T, error) * self.relu_ish(a['Z2'], derivative=True)
            g['W2'] += np.outer(error, a['A1'])
            error = np.dot(params['W2'].T, error) * self.relu_ish(a['Z1'], derivative=True)
            g['W1'] += np.outer(error, a['A0'])
        return {k: v / len(x_train) for k, v in g.items()}

    def compute_accuracy(self, x_val, y_val):
        predictions = []
        for x, y in zip(x_val, y_val):
            output = self.forward_pass(x)['A3']
            pred = np.argmax(output)
            predictions.append(pred == y)
        return np.mean(predictions)

    def train(self, x_train, y_train, quiet=True):
        start_time = time.time()
        for iteration in range(self.epochs):
            for s in range(0, len(x_train), 10):
                changes = self.backward_pass(self.params, x_train[s:s+10], y_train[s:s+10])
                for key in changes:
                    self.params[key] -= self.l_rate * changes[key]
            accuracy = self.compute_accuracy(x_train, y_train)
            if not quiet:
                print('Epoch: {0}, Time Spent: {1:.2f}s, Accuracy: {2:.2f}%'.format(
                    iteration+1, time.time() - start_time, accuracy * 100))
        return accuracy


def make_digits(n=40):
    rs = np.random.RandomState(121)
    digit = rs.randint(0, 5, n)
    x = rs.rand(5, 12)[digit] + 0.2 * rs.randn(n, 12)
    y = np.zeros((n, 5))
    y[np.arange(n), digit] = 1
    return x, y


if __name__ == '__main__':
    DeepNet([12, 10, 8, 5]).train(*make_digits(), quiet=False)
