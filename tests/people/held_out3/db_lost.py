import numpy as np

np.random.seed(10)
x = np.linspace(-2, 2, 41).reshape(1, -1)
y = np.cos(2 * x)


def init_params():
    w1 = np.random.randn(12, 1)
    b1 = np.zeros((12, 1))
    w2 = np.random.randn(12, 12) * np.sqrt(1 / 12)
    b2 = np.zeros((12, 1))
    w3 = np.random.randn(1, 12) * np.sqrt(1 / 12)
    b3 = np.zeros((1, 1))
    return w1, b1, w2, b2, w3, b3


def forward_prop(w1, b1, w2, b2, w3, b3, x):
    a1 = np.tanh(w1 @ x + b1)
    a2 = np.tanh(w2 @ a1 + b2)
    return a1, a2, w3 @ a2 + b3


def cost(params, x, y):
    return np.sum((forward_prop(*params, x)[2] - y) ** 2) / (2 * y.size)


def back_prop(params, x, y):
    w1, b1, w2, b2, w3, b3 = params
    a1, a2, a3 = forward_prop(*params, x)
    dz3 = (a3 - y) / y.size
    dz2 = w3.T @ dz3 * (1 - a2 ** 2)
    dz1 = w2.T @ dz2 * (1 - a1 ** 2)
    return (dz1 @ x.T, dz1.sum(1, keepdims=True), dz2 @ a1.T, dz2.sum(1, keepdims=True),
            dz3 @ a2.T, dz3.sum(1, keepdims=True))


def update_params(w1, b1, w2, b2, w3, b3, dw1, db1, dw2, db2, dw3, db3, rate):
    w1 = w1 - dw1 * rate
    db1 = b1 - db1 * rate
    w2 = w2 - dw2 * rate
    db2 = b2 - db2 * rate
    w3 = w3 - dw3 * rate
    db3 = b3 - db3 * rate
    return w1, b1, w2, b2, w3, b3


def iteration(params, x, y, rate=0.1):
    return update_params(*params, *back_prop(params, x, y), rate)


def gradient_descent(n=3000):
    params = init_params()
    for i in range(n):
        params = iteration(params, x, y)
        # if i % 500 == 0: print(i, cost(params, x, y))
    return cost(params, x, y)
