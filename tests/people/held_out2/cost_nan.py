import numpy as np

# ex2 again, but with flats: area in sq feet, year built, rooms -> sold within a month?

def load_flats():
    rand = np.random.RandomState(110)
    area = rand.uniform(400, 3200, 100)
    year = rand.randint(1920, 2015, 100)
    rooms = np.round(area / 500 + rand.rand(100))
    y = (0.0012 * area - 0.02 * (year - 1920) + 0.3 * rand.randn(100) < 1).astype(float)
    X = np.column_stack((np.ones(100), area, year, rooms))
    return X, y.reshape(-1, 1)

def sigmoid(z):
    g = 1.0 / (1.0 + np.exp(-z))
    return g

def computeCost(theta, X, y):
    m = len(y)
    htheta = sigmoid(np.dot(X, theta))
    cost = (-y * np.log(htheta) - (1 - y) * np.log(1 - htheta)).sum() / m
    return cost

def computeGrad(theta, X, y):
    m = len(y)
    htheta = sigmoid(np.dot(X, theta))
    grad = np.zeros(theta.shape)
    for feature in range(theta.shape[0]):
        grad[feature, 0] = ((htheta - y) * X[:, [feature]]).sum() / m
    return grad

def batchGD(X, y, alpha=0.1, iters=1500):
    theta = np.zeros((X.shape[1], 1))
    cost_history = np.zeros(iters)
    for i in range(iters):
        theta = theta - alpha * computeGrad(theta, X, y)
        cost_history[i] = computeCost(theta, X, y)
    return theta, cost_history

if __name__ == '__main__':
    X, y = load_flats()
    theta, J = batchGD(X, y)
    print(theta.T, J[:5], J[-1])
