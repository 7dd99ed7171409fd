import numpy as np

# regularised logistic regression, translated from my octave homework (hence np.matrix)

def powers(x1, x2, degree=3):
    out = [np.ones(len(x1))]
    for i in range(1, degree + 1):
        for j in range(i + 1):
            out.append(x1 ** (i - j) * x2 ** j)
    return np.matrix(np.array(out).T)

rs = np.random.RandomState(12)
pts = rs.uniform(-1, 1, (60, 2))
X = powers(pts[:, 0], pts[:, 1])
y = np.matrix((pts[:, 0] ** 2 + pts[:, 1] ** 2 < 0.75).astype(int)).T
theta0 = np.matrix(rs.randn(X.shape[1])).T * 0.3
lam = 3.0

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def penalised(theta, X, y):
    m = len(y)
    h = sigmoid(X * theta)
    reg = lam / (2 * m) * np.sum(np.power(theta[1:], 2))
    return (-y.T * np.log(h) - (1 - y).T * np.log(1 - h)) / m + reg

def itsSlope(theta, X, y):
    m = len(y)
    h = sigmoid(X * theta)
    return X.T * (h - y) / m + lam / m * theta

def walkDown(theta, rate=1.0, rounds=500):
    for i in range(rounds):
        theta = theta - rate * itsSlope(theta, X, y)
    return theta, penalised(theta, X, y)[0, 0]

def predict(theta, X):
    return (sigmoid(X * theta) >= 0.5).astype(int)

if __name__ == '__main__':
    theta, J = walkDown(theta0)
    print(J, np.mean(predict(theta, X) == y))
