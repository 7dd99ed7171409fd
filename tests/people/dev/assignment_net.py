import numpy as np


class ReluClassifier(object):
    """affine - relu - affine - softmax, regularised; std=1e-1"""

    def __init__(self, n_in, n_mid, n_out, std=1e-1):
        np.random.seed(160)
        self.params = {}
        self.params['W1'] = std * np.random.randn(n_in, n_mid)
        self.params['b1'] = np.zeros(n_mid)
        self.params['W2'] = std * np.random.randn(n_mid, n_out)
        self.params['b2'] = np.zeros(n_out)

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = (self.params[k] for k in ('W1', 'b1', 'W2', 'b2'))
        N = X.shape[0]
        mid = np.maximum(0, X.dot(W1) + b1)
        raw = mid.dot(W2) + b2
        if y is None:
            return raw
        below = raw - raw.max(axis=1, keepdims=True)
        lse = np.log(np.exp(below).sum(axis=1, keepdims=True))
        fit = -(below - lse)[np.arange(N), y].sum() / N
        loss = fit + reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        grads = {}
        g_raw = np.exp(below - lse)
        g_raw[np.arange(N), y] -= 1
        g_raw /= N
        grads['W2'] = mid.T.dot(g_raw) + 2 * reg * W2
        grads['b2'] = np.sum(g_raw, axis=0)
        g_mid = g_raw.dot(W2.T)
        g_mid[mid <= 0] = 0
        grads['W1'] = X.T.dot(g_mid) + 2 * reg * W1
        grads['b1'] = np.sum(g_mid, axis=0)
        grads['g_mid'] = g_mid
        return loss, grads

    def train(self, X, y, eta=1e-1, reg=5e-6, rounds=1000):
        curve = []
        for r in range(rounds):
            loss, grads = self.loss(X, y, reg)
            curve.append(loss)
            for k in self.params:
                self.params[k] -= eta * grads[k]
        return curve


def toy():
    np.random.seed(1)
    y = np.array([0, 1, 2, 2, 1])
    return 10 * np.random.randn(5, 4), y


if __name__ == '__main__':
    X, y = toy()
    net = ReluClassifier(4, 10, 3)
    print('ends at', net.train(X, y)[-1])
