import numpy as np

class Network():
    '''momentum as in the book'''
    def __init__(self, n_hidden=8, rate=0.1, momentum=0.9):
        rnd = np.random.RandomState(1234)
        self.W1 = rnd.normal(size=(2, n_hidden))
        self.B1 = np.zeros(n_hidden)
        self.W2 = rnd.normal(size=(n_hidden, 1))
        self.B2 = np.zeros(1)
        self.rate = rate
        self.momentum = momentum
        self.velocity = None

    def output(self, X):
        self.hidden = np.tanh(X.dot(self.W1) + self.B1)
        return 1 / (1 + np.exp(-(self.hidden.dot(self.W2) + self.B2)))

    def error(self, X, Y):
        o = np.clip(self.output(X), 1e-12, 1 - 1e-12)
        return -np.mean(Y * np.log(o) + (1 - Y) * np.log(1 - o))

    def gradient(self, X, Y):
        delta = (self.output(X) - Y) / len(X)
        back = delta.dot(self.W2.T) * (1 - self.hidden ** 2)
        return [X.T.dot(back), back.sum(0), self.hidden.T.dot(delta), delta.sum(0)]

    def update(self, X, Y):
        grads = self.gradient(X, Y)
        if self.velocity is None:
            self.velocity = [0 * g for g in grads]
        self.velocity = [self.momentum * v + self.rate * g for v, g in zip(self.velocity, grads)]
        # self.rate *= 0.999
        names = ['W1', 'B1', 'W2', 'B2']
        for n, v in zip(names, self.velocity):
            setattr(self, n, getattr(self, n) + v)

def ring(n=200):
    rnd = np.random.RandomState(7)
    X = rnd.uniform(-1, 1, (n, 2))
    return X, (np.sum(X ** 2, axis=1, keepdims=True) < 0.5) * 1.0

if __name__ == '__main__':
    X, Y = ring()
    net = Network()
    for i in range(500):
        net.update(X, Y)
        if i % 50 == 0:
            print(i, net.error(X, Y))
