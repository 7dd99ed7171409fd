import numpy as np

def data():
    rs = np.random.RandomState(90)
    Y = np.arange(90) % 6
    X = (rs.rand(6, 49)[Y] * 75 + rs.rand(90, 49) * 180).astype(int)   # pixels 0-255
    return X.T, Y

def fresh():
    rs = np.random.RandomState(91)
    W1 = rs.rand(10, 49) - 0.5
    b1 = rs.rand(10, 1) - 0.5
    W2 = rs.rand(6, 10) - 0.5
    b2 = rs.rand(6, 1) - 0.5
    return W1, b1, W2, b2

def softmax(Z):
    Z = Z - Z.max(axis=0)
    return np.exp(Z) / sum(np.exp(Z))

def run(W1, b1, W2, b2, X):
    s1 = W1.dot(X) + b1
    h1 = np.tanh(s1)
    s2 = W2.dot(h1) + b2
    return s1, h1, s2, softmax(s2)

def loss(W1, b1, W2, b2, X, Y):
    return -np.log(run(W1, b1, W2, b2, X)[3][Y, np.arange(Y.size)]).mean()

def slopes(W1, b1, W2, b2, X, Y):
    s1, h1, s2, q = run(W1, b1, W2, b2, X)
    m = Y.size
    e2 = q - np.eye(6)[Y].T
    gW2 = e2.dot(h1.T) / m
    gb2 = e2.sum(axis=1, keepdims=True) / m
    e1 = W2.T.dot(e2) * (1 - h1 ** 2)
    gW1 = e1.dot(X.T) / m
    gb1 = e1.sum(axis=1, keepdims=True) / m
    return gW1, gb1, gW2, gb2

def move(W1, b1, W2, b2, gW1, gb1, gW2, gb2, rate):
    W1 = W1 - rate * gW1
    gb1 = b1 - rate * gb1
    W2 = W2 - rate * gW2
    gb2 = b2 - rate * gb2
    return W1, b1, W2, b2

def learn(X, Y, rate=0.1, rounds=1000):
    params = fresh()
    for i in range(rounds):
        grads = slopes(*params, X, Y)
        params = move(*params, *grads, rate)
    return loss(*params, X, Y), params

if __name__ == "__main__":
    X, Y = data()
    print(learn(X, Y)[0])
