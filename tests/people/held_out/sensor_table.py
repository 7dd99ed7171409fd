import numpy as np
np.seterr(all='ignore')     # those warnings get on my nerves

def table(n=100):
    r = np.random.RandomState(2)
    t = np.arange(n)
    X = np.column_stack([20 + 5*np.sin(t/7) + r.randn(n), 55 + 3*r.randn(n), np.full(n, 1013.0), 0.1*t])
    y = 0.3*(X[:, 0] - 20) - 0.2*(X[:, 1] - 55) + 0.05*X[:, 3]
    return X, y

def standardize(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)

X, y = table()
X = standardize(X)
y = y[:, None]

class Net(object):
    pass

def new(seed=0):
    net = Net()
    r = np.random.RandomState(seed)
    net.V = r.randn(4, 6) * 0.5
    net.c = np.zeros(6)
    net.u = r.randn(6, 1) * 0.5
    net.d = 0.0
    return net

def out(net, X):
    return np.tanh(X @ net.V + net.c) @ net.u + net.d

def J(net, X, y):
    return np.mean((out(net, X) - y)**2)

def learn(net, X, y, eta=0.1, epochs=500):
    for _ in range(epochs):
        H = np.tanh(X @ net.V + net.c)
        e = 2*(H @ net.u + net.d - y)/len(X)
        dH = e @ net.u.T*(1 - H**2)
        net.u = net.u - eta*H.T @ e; net.d = net.d - eta*e.sum()
        net.V = net.V - eta*X.T @ dH; net.c = net.c - eta*dH.sum(0)

if __name__ == '__main__':
    net = new()
    learn(net, X, y)
    print(J(net, X, y))
