import numpy as np

"""softmax regression, starts at zero, on little 5x5 letters"""

LETTERS = {'T': '1111100100001000010000100', 'L': '1000010000100001000011111', 'X': '1000101010001000101010001'}


def letters(n=45):
    rs = np.random.RandomState(210)
    y = np.arange(n) % 3
    base = np.array([[int(c) for c in LETTERS[k]] for k in 'TLX'])
    flip = rs.rand(n, 25) < 0.08
    return np.abs(base[y] - flip), y


theta = np.zeros((26, 3))


def hypothesis(theta, X):
    X = np.insert(X, 0, 1, axis=1)
    z = np.exp(X.dot(theta))
    return z / z.sum(axis=1, keepdims=True)


def objective(theta, X, y):
    P = hypothesis(theta, X)
    acc = (P.argmax(axis=1) == y).mean()
    return -np.log(P[np.arange(len(y)), y]).mean(), acc


def gradient(theta, X, y):
    P = hypothesis(theta, X)
    P[np.arange(len(y)), y] -= 1
    return np.insert(X, 0, 1, axis=1).T.dot(P) / len(y)


def optimise(theta, X, y, alpha=0.5, it=300):
    for _ in range(it):
        theta = theta - alpha * gradient(theta, X, y)
    return objective(theta, X, y)


if __name__ == '__main__':
    print(optimise(theta, *letters()))
