import numpy as np


class Value:
    """array with gradient, + - * @ tanh mean, broadcasting allowed"""

    def __init__(self, data, back=None, prev=()):
        self.data, self.back, self.prev = np.array(data, dtype=float), back, prev
        self.grad = np.zeros(self.data.shape)

    @staticmethod
    def fit_shape(g, shape):
        while g.ndim > len(shape):
            g = g.sum(0)
        for ax, n in enumerate(shape):
            if n == 1 and g.shape[ax] != 1:
                g = g.sum(ax, keepdims=True)
        return g

    def __add__(self, other):
        def back(g):
            self.grad = self.grad + self.fit_shape(g, self.data.shape)
            other.grad = other.grad + self.fit_shape(g, other.data.shape)
        return Value(self.data + other.data, back, (self, other))

    def __sub__(self, other):
        def back(g):
            self.grad = self.grad + self.fit_shape(g, self.data.shape)
            other.grad = other.grad - self.fit_shape(g, other.data.shape)
        return Value(self.data - other.data, back, (self, other))

    def __matmul__(self, other):
        def back(g):
            self.grad = self.grad + g @ other.data.T
            other.grad = other.grad + self.data.T @ g
        return Value(self.data @ other.data, back, (self, other))

    def tanh(self):
        t = np.tanh(self.data)

        def back(g):
            self.grad = self.grad + g * (1 - t ** 2)
        return Value(t, back, (self,))

    def square_mean(self):
        def back(g):
            self.grad = self.grad + g * 2 * self.data / self.data.size
        return Value((self.data ** 2).mean(), back, (self,))

    def backward(self):
        topo, done = [], set()

        def build(v):
            if v not in done:
                done.add(v)
                [build(p) for p in v.prev]
                topo.append(v)
        build(self)
        self.grad = np.array(1.0)
        for v in topo[::-1]:
            if v.back:
                v.back(v.grad)


def model(P, X):
    h = (X @ P['W1'] + P['b1']).tanh()
    h = (h @ P['W2'] + P['b2']).tanh()
    return h @ P['W3'] + P['b3']


def lossfn(params, X, y):
    P = {k: Value(v) for k, v in params.items()}
    diff = model(P, Value(X)) - Value(y)
    return P, diff.square_mean()


def loss(params, X, y):
    return float(lossfn(params, X, y)[1].data)


def grads(params, X, y):
    P, L = lossfn(params, X, y)
    L.backward()
    return {k: v.grad for k, v in P.items()}


def predict(params, X):
    return model({k: Value(v) for k, v in params.items()}, Value(X)).data


def start():
    r = np.random.default_rng(61)
    return {'W1': r.normal(0, .7, (2, 9)), 'b1': np.zeros(9), 'W2': r.normal(0, .4, (9, 6)), 'b2': np.zeros(6),
            'W3': r.normal(0, .4, (6, 1)), 'b3': np.zeros(1)}


def houses():
    r = np.random.default_rng(62)
    X = r.normal(size=(40, 2))
    y = np.sin(X[:, 0]) + 0.5 * X[:, 1]
    return X, y


def fit(params, lr=.1, n=800):
    X, y = houses()
    for _ in range(n):
        g = grads(params, X, y)
        params = {k: params[k] - lr * g[k] for k in params}
    return float(np.mean((predict(params, X).ravel() - y.ravel()) ** 2))
