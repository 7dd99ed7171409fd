# microchips, polynomial features, regularised logistic regression. Was Octave, so everything is np.matrix
import numpy as np

def chips(n=118):
    r = np.random.RandomState(5)
    x = r.uniform(-1, 1.1, (n, 2))
    ok = np.hypot(x[:, 0] - .1, x[:, 1] - .15) + .05*r.randn(n) < .67
    return np.matrix(x), np.matrix(ok.astype(float)).T

def powers(x, top=3):
    cols = [np.multiply(np.power(x[:, 0], a), np.power(x[:, 1], b)) for a in range(top + 1) for b in range(top + 1 - a)]
    return np.hstack(cols)      # the first column is 1

def g(z):
    return 1/(1 + np.exp(-z))

def plotDecisionBoundary(theta, X, y):
    pass        # later

def J(theta, X, y, lam):
    theta = np.matrix(theta).T
    h = g(X*theta)
    fit = -(y.T*np.log(h) + (1 - y).T*np.log(1 - h))/len(y)
    return fit.item() + lam/(2*len(y))*(theta[1:].T*theta[1:]).item()

def grad(theta, X, y, lam):
    theta = np.matrix(theta).T
    d = X.T*(g(X*theta) - y) + lam*theta
    return np.asarray(d/len(y)).flatten()

def minimise(X, y, lam=10.0, alpha=1.0, n=3000):
    theta = np.zeros(X.shape[1])
    for _ in range(n):
        theta = theta - alpha*grad(theta, X, y, lam)
    return theta

if __name__ == '__main__':
    x, y = chips()
    X = powers(x)
    th = minimise(X, y)
    print(J(th, X, y, 10.0), th[0])
