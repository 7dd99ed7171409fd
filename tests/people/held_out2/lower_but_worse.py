# coding: utf-8
# The cost goes down and down, but what it predicts has nothing to do with a sine.
import numpy as np

np.random.seed(100)
X = np.random.uniform(-3, 3, (1, 120))
Y = np.sin(X)
n_h = 10


def init_params():
    return {'W1': np.random.randn(n_h, 1), 'b1': np.random.randn(n_h, 1) * .5,
            'W2': np.random.randn(1, n_h) * .3, 'b2': np.zeros((1, 1))}

parameters = init_params()


def forward_propagate(X, parameters):
    Z1 = np.dot(parameters['W1'], X) + parameters['b1']
    A1 = np.tanh(Z1)
    Z2 = np.dot(parameters['W2'], A1) + parameters['b2']
    A2 = 1 / (1 + np.exp(-Z2))
    return A1, A2


def compute_cost(A2, Y):
    m = Y.shape[1]
    cost = -1/m * np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    return cost


def back_propagate(X, parameters, A1, A2, Y):
    m_divisor = 1 / X.shape[1]
    dZ2 = A2 - Y
    dW2 = m_divisor * np.dot(dZ2, A1.T)
    db2 = m_divisor * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = parameters['W2'].T * dZ2 * (1 - np.power(A1, 2))
    dW1 = m_divisor * np.dot(dZ1, X.T)
    db1 = m_divisor * np.sum(dZ1, axis=1, keepdims=True)
    return {'W1': dW1, 'b1': db1, 'W2': dW2, 'b2': db2}


def update(parameters, grads, rate=0.1):
    return {k: parameters[k] - rate * grads[k] for k in parameters}


def model(parameters, its=3000):
    for i in range(its):
        A1, A2 = forward_propagate(X, parameters)
        grads = back_propagate(X, parameters, A1, A2, Y)
        parameters = update(parameters, grads)
        if i % 1000 == 0 and __name__ == '__main__':
            print('cost', compute_cost(A2, Y))
    return parameters


def off(parameters):
    return np.mean(np.abs(forward_propagate(X, parameters)[1] - Y))


if __name__ == '__main__':
    p = model(parameters)
    print('mean miss', off(p))
