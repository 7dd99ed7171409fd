import numpy as np

# 6% of the parts are defect. weights in the loss make up for it
def parts(n=200, seed=50):
    r = np.random.RandomState(seed)
    y = (np.arange(n) % 17 == 0).astype(float)
    X = r.randn(n, 3)
    X[:, 0] += 3*y
    X[:, 1] -= 2*y
    return X, y

def weights(y):
    return np.where(y == 1, 0.5/np.mean(y), 0.5/(1 - np.mean(y)))

def f(theta, X):
    return 1/(1 + np.exp(-(theta[0] + X @ theta[1:])))

def cost(theta, X, y):
    p = f(theta, X)
    return -np.sum(weights(y)*(y*np.log(p) + (1 - y)*np.log(1 - p)))/len(y)

def grad(theta, X, y):
    e = weights(y)*(f(theta, X) - y)/len(y)
    return np.append(e.sum(), X.T @ e)

theta = np.zeros(4)
alpha = 0.3

if __name__ == '__main__':
    X, y = parts()
    for i in range(600):
        theta = theta - alpha*grad(theta, X, y)
    p = f(theta, X) > .5
    print(cost(theta, X, y), (p == y).mean(), p[y == 1].mean())
