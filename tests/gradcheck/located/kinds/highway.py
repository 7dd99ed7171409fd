"""Highway network, Octave habits: samples are columns, everything by hand and one line a quantity."""

import numpy as np
from numpy import dot, exp, log, multiply, tanh, zeros

rand = np.random.RandomState(99)

n0 = 5  # inputs
n1 = 4  # width of the highway
K = 3  # classes
m = 7  # examples
lam = 0.4

theta = {}
theta["Win"] = rand.randn(n1, n0) * 0.5
theta["bin"] = rand.randn(n1, 1) * 0.1
for l in ("1", "2", "3"):
    theta["Wh" + l] = rand.randn(n1, n1) * 0.7
    theta["bh" + l] = rand.randn(n1, 1) * 0.1
    theta["Wt" + l] = rand.randn(n1, n1) * 0.7
    theta["bt" + l] = rand.randn(n1, 1) * 0.1 - 1
theta["Wout"] = rand.randn(K, n1)
theta["bout"] = rand.randn(K, 1) * 0.1

X = rand.randn(n0, m)
Y = zeros((K, m))
Y[rand.randint(0, K, m), np.arange(m)] = 1


def sigmoid(z):
    return 1 / (1 + exp(-z))


def forwardProp(theta, X):
    c = {}
    c["a0"] = dot(theta["Win"], X) + theta["bin"]
    for l in range(1, 4):
        a = c["a%d" % (l - 1)]
        c["h%d" % l] = tanh(dot(theta["Wh%d" % l], a) + theta["bh%d" % l])
        c["t%d" % l] = sigmoid(dot(theta["Wt%d" % l], a) + theta["bt%d" % l])
        c["a%d" % l] = multiply(c["h%d" % l], c["t%d" % l]) + multiply(a, 1 - c["t%d" % l])
    c["out"] = sigmoid(dot(theta["Wout"], c["a3"]) + theta["bout"])
    return c


def costFunction(theta, X, Y):
    m = X.shape[1]
    H = forwardProp(theta, X)["out"]
    J = -np.sum(multiply(Y, log(H)) + multiply(1 - Y, log(1 - H))) / m
    for name in theta:
        if name.startswith("W"):
            J = J + lam / (2 * m) * np.sum(theta[name] ** 2)
    return J


def costGradient(theta, X, Y):
    m = X.shape[1]
    c = forwardProp(theta, X)
    grad = {}
    d = (c["out"] - Y) / m
    grad["Wout"] = dot(d, c["a3"].T)
    grad["bout"] = np.sum(d, axis=1, keepdims=True)
    d = dot(theta["Wout"].T, d)
    for l in (3, 2, 1):
        a, h, t = c["a%d" % (l - 1)], c["h%d" % l], c["t%d" % l]
        dh = multiply(multiply(d, t), 1 - h**2)
        dt = multiply(multiply(d, h - a), multiply(t, 1 - t))
        grad["Wh%d" % l] = dot(dh, a.T)
        grad["bh%d" % l] = np.sum(dh, axis=1, keepdims=True)
        grad["Wt%d" % l] = dot(dt, a.T)
        grad["bt%d" % l] = np.sum(dt, axis=1, keepdims=True)
        d = dot(theta["Wh%d" % l].T, dh) + dot(theta["Wt%d" % l].T, dt) + multiply(d, 1 - t)
    grad["Win"] = dot(d, X.T)
    grad["bin"] = np.sum(d, axis=1, keepdims=True)
    for name in grad:
        if name.startswith("W"):
            grad[name] = grad[name] + lam / m * theta[name]
    return {name: grad[name] for name in theta}


loss = costFunction
gradients = costGradient
params = theta
data = (X, Y)
