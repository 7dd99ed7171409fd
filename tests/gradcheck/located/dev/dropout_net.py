import numpy as np

np.random.seed(3)
keep_prob = 0.7
lambd = 0.3

layers_dims = [5, 7, 4, 1]
params = {}
for l in range(1, len(layers_dims)):
    params['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l-1]) / np.sqrt(layers_dims[l-1])
    params['b' + str(l)] = np.random.randn(layers_dims[l], 1) * 0.1

X = np.random.randn(5, 9)
Y = (np.random.rand(1, 9) > 0.4) * 1.0
D1 = (np.random.rand(7, 9) < keep_prob) * 1.0     # masks are fixed so that the cost can be differentiated
D2 = (np.random.rand(4, 9) < keep_prob) * 1.0
data = (X, Y, D1, D2)


def forward_with_dropout(X, parameters, D1, D2):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ('W1', 'b1', 'W2', 'b2', 'W3', 'b3'))
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    A1 = A1 * D1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = np.log(1 + np.exp(Z2))
    A2 = A2 * D2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, A1, Z2, A2)


def loss(parameters, X, Y, D1, D2):
    m = X.shape[1]
    A3, _ = forward_with_dropout(X, parameters, D1, D2)
    cross = -np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) / m
    L2 = sum(np.sum(np.square(parameters['W' + str(l)])) for l in (1, 2, 3))
    return cross + lambd / (2 * m) * L2


def gradients(parameters, X, Y, D1, D2):
    m = X.shape[1]
    A3, (Z1, A1, Z2, A2) = forward_with_dropout(X, parameters, D1, D2)
    W1, W2, W3 = parameters['W1'], parameters['W2'], parameters['W3']

    dZ3 = (A3 - Y) / m
    dW3 = np.dot(dZ3, A2.T) + lambd / m * W3
    db3 = np.sum(dZ3, axis=1, keepdims=True)

    dA2 = np.dot(W3.T, dZ3) * D2 / keep_prob
    dZ2 = dA2 / (1 + np.exp(-Z2))
    dW2 = np.dot(dZ2, A1.T) + lambd / m * W2
    db2 = np.sum(dZ2, axis=1, keepdims=True)

    dA1 = np.dot(W2.T, dZ2)
    dA1 = dA1 * D1
    dA1 = dA1 / keep_prob
    dZ1 = dA1 * (1 - np.tanh(Z1) ** 2)
    dW1 = np.dot(dZ1, X.T) + lambd / m * W1
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return {'W1': dW1, 'b1': db1, 'W2': dW2, 'b2': db2, 'W3': dW3, 'b3': db3}
