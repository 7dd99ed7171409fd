import numpy as np

def houses(n=60):
    r = np.random.RandomState(33)
    f = r.rand(n, 4)
    price = 0.3 + f @ [1.0, 0.5, -0.4, 0.2] + 0.02 * r.randn(n)
    return (f - f.mean(0)) / f.std(0), price - price.mean()

class Regressor(object):
    def __init__(self, n_in=4, n_hidden=5):
        r = np.random.RandomState(34)
        self.p = {'W1': r.normal(0, 0.4, (n_in, n_hidden)), 'b1': np.zeros(n_hidden),
                  'W2': r.normal(0, 0.4, (n_hidden, 1)), 'b2': np.zeros(1)}

    def forward(self, X):
        self.h = np.tanh(X.dot(self.p['W1']) + self.p['b1'])
        return self.h.dot(self.p['W2']) + self.p['b2']

    def loss(self, X, y):
        return np.mean((self.forward(X) - y) ** 2)

    def backward(self, X, y):
        err = 2 * (self.forward(X) - y.reshape(-1, 1)) / len(y)
        dh = err.dot(self.p['W2'].T) * (1 - self.h ** 2)
        return {'p': {'W1': X.T.dot(dh), 'b1': dh.sum(0), 'W2': self.h.T.dot(err), 'b2': err.sum(0)}}

    def fit(self, X, y, eta=0.1, n=1500):
        for i in range(n):
            g = self.backward(X, y)['p']
            for k in self.p:
                self.p[k] -= eta * g[k]
        return self.loss(X, y)

if __name__ == '__main__':
    X, y = houses()
    print('mse', Regressor().fit(X, y), 'variance of the prices', y.var())
