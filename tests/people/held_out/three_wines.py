import numpy as np

# classify wines 0, 1, 2 : three sigmoid outputs, one for each class
rs = np.random.RandomState(6)
labels = rs.randint(0, 3, 120)
X = np.c_[rs.randn(120), rs.randn(120), rs.randn(120)] * 0.4
X[np.arange(120), labels] += 1.5
y = labels.reshape(-1, 1)

W1 = rs.uniform(-0.5, 0.5, (3, 9)); b1 = np.zeros((1, 9))
W2 = rs.uniform(-0.5, 0.5, (9, 3)); b2 = np.zeros((1, 3))

#softmax = lambda z: np.exp(z)/np.exp(z).sum()
sig = lambda z: 1 / (1 + np.exp(-z))

def run(W1, b1, W2, b2, X):
    A1 = sig(X.dot(W1) + b1)
    return A1, sig(A1.dot(W2) + b2)

def cost(W1, b1, W2, b2, X, y):
    out = run(W1, b1, W2, b2, X)[1]
    return np.sum((out - y) ** 2) / (2 * len(X))

def train(W1, b1, W2, b2, X, y, lr=2.0, n=1500):
    for i in range(n):
        A1, out = run(W1, b1, W2, b2, X)
        D2 = (out - y) * out * (1 - out) / len(X)
        D1 = D2.dot(W2.T) * A1 * (1 - A1)
        W2 = W2 - lr * A1.T.dot(D2)
        b2 = b2 - lr * D2.sum(axis=0, keepdims=True)
        W1 = W1 - lr * X.T.dot(D1)
        b1 = b1 - lr * D1.sum(axis=0, keepdims=True)
    return W1, b1, W2, b2

if __name__ == "__main__":
    w = train(W1, b1, W2, b2, X, y)
    out = run(*w, X)[1]
    print(cost(*w, X, y), (out.argmax(1) == labels).mean())
