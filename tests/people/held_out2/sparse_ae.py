""" sparseAutoencoderCost, translated from my MATLAB """
import numpy as np

visibleSize = 16
hiddenSize = 6
sparsityParam = 0.05
lambda_ = 1e-3
beta = 3.0


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def initializeParameters():
    rs = np.random.RandomState(90)
    r = np.sqrt(6) / np.sqrt(hiddenSize + visibleSize + 1)
    W1 = rs.rand(hiddenSize, visibleSize) * 2 * r - r
    W2 = rs.rand(visibleSize, hiddenSize) * 2 * r - r
    b1 = np.zeros(hiddenSize)
    b2 = np.zeros(visibleSize)
    return np.concatenate([W1.ravel(), W2.ravel(), b1, b2])     # theta


def unroll(theta):
    n = hiddenSize * visibleSize
    W1 = theta[0:n].reshape(hiddenSize, visibleSize)
    W2 = theta[n:2*n].reshape(visibleSize, hiddenSize)
    b1 = theta[2*n:2*n+hiddenSize]
    b2 = theta[2*n+hiddenSize:]
    return W1, W2, b1, b2


def sparseAutoencoderCost(theta, data):
    W1, W2, b1, b2 = unroll(theta)
    m = data.shape[1]

    a2 = sigmoid(W1.dot(data) + b1[:, None])
    a3 = sigmoid(W2.dot(a2) + b2[:, None])

    rho = a2.mean(axis=1)
    kl = np.sum(sparsityParam * np.log(sparsityParam / rho) + (1 - sparsityParam) * np.log((1 - sparsityParam) / (1 - rho)))
    cost = np.sum((a3 - data) ** 2) / (2 * m) + lambda_ / 2 * (np.sum(W1 ** 2) + np.sum(W2 ** 2)) + beta * kl

    delta3 = (a3 - data) * a3 * (1 - a3)
    sparsity = beta * (-sparsityParam / rho + (1 - sparsityParam) / (1 - rho))
    delta2 = W2.T.dot(delta3) * a2 * (1 - a2) + sparsity[:, None]

    W1grad = delta2.dot(data.T) / m + lambda_ * W1
    W2grad = delta3.dot(a2.T) / m + lambda_ * W2
    b1grad = delta2.sum(axis=1) / m
    b2grad = delta3.sum(axis=1) / m

    return cost, np.concatenate([W1grad.ravel(), W2grad.ravel(), b1grad, b2grad])


def patches():
    rs = np.random.RandomState(91)
    base = rs.rand(4, 16) > 0.6
    pick = np.arange(30) % 4
    return 0.1 + 0.8 * np.clip(base[pick] * 0.9 + 0.1 * rs.rand(30, 16), 0, 1).T      # a column is a patch


def train(alpha=0.5, iters=1500):
    theta = initializeParameters()
    data = patches()
    for i in range(iters):
        cost, grad = sparseAutoencoderCost(theta, data)
        theta = theta - alpha * grad
    return cost


if __name__ == '__main__':
    print(train())
