import numpy as np

def data():
    rs = np.random.RandomState(90)
    Y = np.arange(90) % 6
    X = (rs.rand(6, 49)[Y] * 75 + rs.rand(90, 49) * 180).astype(int)   # pixels 0-255
    return X.T, Y

def init_params():
    rs = np.random.RandomState(91)
    W1 = rs.rand(10, 49) - 0.5
    b1 = rs.rand(10, 1) - 0.5
    W2 = rs.rand(6, 10) - 0.5
    b2 = rs.rand(6, 1) - 0.5
    return W1, b1, W2, b2

def softmax(Z):
    Z = Z - Z.max(axis=0)
    return np.exp(Z) / sum(np.exp(Z))

def forward_prop(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = np.tanh(Z1)
    Z2 = W2.dot(A1) + b2
    return Z1, A1, Z2, softmax(Z2)

def loss(W1, b1, W2, b2, X, Y):
    return -np.log(forward_prop(W1, b1, W2, b2, X)[3][Y, np.arange(Y.size)]).mean()

def backward_prop(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward_prop(W1, b1, W2, b2, X)
    m = Y.size
    dZ2 = A2 - np.eye(6)[Y].T
    dW2 = dZ2.dot(A1.T) / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = W2.T.dot(dZ2) * (1 - A1 ** 2)
    dW1 = dZ1.dot(X.T) / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return dW1, db1, dW2, db2

def update_params(W1, b1, W2, b2, dW1, db1, dW2, db2, alpha):
    W1 = W1 - alpha * dW1
    db1 = b1 - alpha * db1
    W2 = W2 - alpha * dW2
    db2 = b2 - alpha * db2
    return W1, b1, W2, b2

def gradient_descent(X, Y, alpha=0.1, iterations=1000):
    params = init_params()
    for i in range(iterations):
        grads = backward_prop(*params, X, Y)
        params = update_params(*params, *grads, alpha)
    return loss(*params, X, Y), params

if __name__ == "__main__":
    X, Y = data()
    print(gradient_descent(X, Y)[0])
