import numpy as np

def get_params(hidden=12):
    np.random.seed(150)
    W1 = np.random.rand(hidden, 36) - 1
    b1 = np.random.rand(hidden, 1) - 1
    W2 = np.random.rand(4, hidden) - 0.5
    b2 = np.random.rand(4, 1) - 0.5
    return W1, b1, W2, b2

def ReLU(Z):
    return np.maximum(Z, 0)

def softmax(Z):
    return np.exp(Z) / np.sum(np.exp(Z), axis=0)

def forward_prop(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = ReLU(Z1)
    Z2 = W2.dot(A1) + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2

def one_hot(Y):
    o = np.zeros((Y.size, Y.max() + 1))
    o[np.arange(Y.size), Y] = 1
    return o.T

def cost(W1, b1, W2, b2, X, Y):
    return -np.sum(one_hot(Y) * np.log(forward_prop(W1, b1, W2, b2, X)[-1])) / Y.size

def backward_prop(W1, b1, W2, b2, X, Y):
    m = Y.size
    Z1, A1, Z2, A2 = forward_prop(W1, b1, W2, b2, X)
    dZ2 = A2 - one_hot(Y)
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2, 1, keepdims=True)
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1, 1, keepdims=True)
    return dW1, db1, dW2, db2

def gradient_descent(X, Y, alpha, iterations):
    W1, b1, W2, b2 = get_params()
    for i in range(iterations):
        dW1, db1, dW2, db2 = backward_prop(W1, b1, W2, b2, X, Y)
        W1 = W1 - alpha * dW1
        b1 = b1 - alpha * db1
        W2 = W2 - alpha * dW2
        b2 = b2 - alpha * db2
        if i % 100 == 0 and __name__ == '__main__':
            print("Iteration: ", i, cost(W1, b1, W2, b2, X, Y))
    return np.mean(np.argmax(forward_prop(W1, b1, W2, b2, X)[-1], 0) == Y)

def load_csv(n=80):
    r = np.random.RandomState(151)
    Y = r.randint(0, 4, n)
    Y[:4] = [0, 1, 2, 3]
    pixels = r.randint(0, 256, (4, 36))[Y] * .7 + r.randint(0, 77, (n, 36))
    return pixels.T / 255., Y

if __name__ == '__main__':
    X, Y = load_csv()
    print(gradient_descent(X, Y, 0.2, 600))
