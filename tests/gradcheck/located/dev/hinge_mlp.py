from math import sqrt
import numpy as np


class HingeClassifier(object):
    """ Tanh layer with a multiclass SVM on top; every wrong class pays max(0, s_j - s_y + delta). """

    def __init__(self, sizes, delta=1.0, l2=0.02, seed=6):
        rng = np.random.RandomState(seed)
        self.delta = delta
        self.l2 = l2
        self.theta = []
        for fan_in, fan_out in zip(sizes[:-1], sizes[1:]):
            self.theta.append([rng.randn(fan_out, fan_in) / sqrt(fan_in), 0.2 * rng.randn(fan_out, 1)])

    def scores(self, theta, X):
        self.A = [X.T]
        for k, (W, b) in enumerate(theta):
            Z = np.dot(W, self.A[-1]) + b
            self.A.append(Z if k == len(theta) - 1 else np.tanh(Z))
        return self.A[-1]

    def margins(self, S, y):
        cols = np.arange(S.shape[1])
        M = S - S[y, cols] + self.delta
        M[y, cols] = 0
        return np.maximum(M, 0)

    def cost(self, theta, X, y):
        M = self.margins(self.scores(theta, X), y)
        penalty = sum(np.sum(W * W) for W, _ in theta)
        return M.sum() / len(y) + self.l2 * penalty

    def backprop(self, theta, X, y):
        S = self.scores(theta, X)
        violating = (self.margins(S, y) > 0).astype(float)
        cols = np.arange(len(y))
        violating[y, cols] = -violating.sum(axis=0)
        delta = violating / len(y)
        out = []
        for k in range(len(theta) - 1, -1, -1):
            W, b = theta[k]
            dW = np.dot(delta, self.A[k].T) + 2 * self.l2 * W
            db = np.sum(delta, axis=1, keepdims=True)
            out.insert(0, [dW, db])
            if k > 0:
                delta = np.dot(W.T, delta) * (1 - np.power(self.A[k], 2))
        return out


clf = HingeClassifier([4, 6, 5, 3])
params = clf.theta
loss = clf.cost
gradients = clf.backprop
_rng = np.random.RandomState(60)
data = (_rng.randn(8, 4), _rng.randint(0, 3, 8))
