# logistic regression: why is the cost stuck at 0.69?
import numpy as np

X = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]], dtype=float)
Y = np.array([0, 1, 1, 0])


def features(X):
    return np.hstack([np.ones((len(X), 1)), X])


def cost(w, X, Y):
    a = 1/(1 + np.exp(-features(X).dot(w)))
    return -(Y*np.log(a) + (1 - Y)*np.log(1 - a)).mean()


def dw(w, X, Y):
    a = 1/(1 + np.exp(-features(X).dot(w)))
    return features(X).T.dot(a - Y)/len(Y)


def start():
    return np.random.RandomState(260).randn(features(X).shape[1])*0.5


def optimize(w, num_iterations=3000, learning_rate=0.5):
    for i in range(num_iterations):
        w = w - learning_rate*dw(w, X, Y)
    return w, cost(w, X, Y)


if __name__ == '__main__':
    print(optimize(start()))
