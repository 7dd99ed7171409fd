import numpy as np

class Hinge:
    """linear classifier with margins (the wrong classes must stay 1 below the right one)"""
    def __init__(self, inputs=5, classes=4):
        self.M = 1 + 0.2 * np.random.RandomState(0).rand(inputs, classes)     # all scores start out positive

    def scores(self, x):
        return x @ self.M

    def objective(self, x, c, weight_cost=1e-3):
        """(value, gradient)"""
        k = np.arange(len(x))
        s = self.scores(x)
        gap = 1 + s - s[k, c].reshape(-1, 1)
        gap[k, c] = 0
        value = gap[gap > 0].sum() / len(x) + weight_cost * (self.M ** 2).sum()
        count = np.where(gap > 0, 1., 0.)
        count[k, c] -= count.sum(axis=1)
        return value, x.T @ count / len(x) + 2 * weight_cost * self.M

    def fit(self, x, c, rate=0.05, times=800):
        for _ in range(times):
            v, g = self.objective(x, c)
            self.M -= rate * g
        return v

    def classify(self, x):
        return self.scores(x).argmax(axis=1)

def points(n=160):
    r = np.random.RandomState(13)
    c = r.randint(0, 4, n)
    x = 0.3 + 0.25 * r.rand(n, 5)
    x[np.arange(n), c] += 0.9
    x[:, 4] = 1.0    # instead of a bias
    return x, c

if __name__ == '__main__':
    x, c = points()
    h = Hinge()
    print(h.objective(x, c)[0], h.fit(x, c), np.mean(h.classify(x) == c))
