import numpy as np


def sigmoid(x):
    x = np.clip(x, -30, 30)
    return 1.0 / (1.0 + np.exp(-x))


class Logistic:

    def __init__(self, n_features):
        self.theta = np.zeros(n_features)
        self.bias = 0.0

    def cost(self, X, y):
        h = sigmoid(X.dot(self.theta) + self.bias)
        return np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))

    def gradient(self, X, y):
        h = sigmoid(X.dot(self.theta) + self.bias)
        return dict(theta=X.T.dot(y - h) / len(y), bias=np.mean(y - h))

    def fit(self, X, y, alpha=0.1, n_iter=800):
        for i in range(n_iter):
            g = self.gradient(X, y)
            self.theta -= alpha * g['theta']
            self.bias -= alpha * g['bias']
        return self

    def score(self, X, y):
        return np.mean((sigmoid(X.dot(self.theta) + self.bias) > 0.5) == y)


def two_exams():
    rs = np.random.RandomState(2)
    marks = rs.uniform(30, 100, (100, 2))
    passed = (marks.sum(axis=1) + rs.randn(100) * 5 > 130).astype(int)
    return (marks - marks.mean(0)) / marks.std(0), passed


if __name__ == '__main__':
    X, y = two_exams()
    model = Logistic(2).fit(X, y)
    print(model.cost(X, y), model.score(X, y))
