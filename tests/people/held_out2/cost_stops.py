import numpy as np
import numpy.random as npr


def sig(x):
    return 1.0 / (1.0 + np.exp(-x))

def dsig(s):
    return s * (1.0 - s)

def smax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)

def load_points(n=90):
    rs = npr.RandomState(5)
    lab = np.arange(n) % 3
    rad = rs.uniform(0.2, 1, n) + lab
    ang = rs.uniform(0, 2 * np.pi, n)
    pts = np.c_[rad * np.cos(ang), rad * np.sin(ang)]
    onehot = np.zeros((n, 3))
    onehot[range(n), lab] = 1
    return pts, onehot

def setup(sizes=(2, 7, 6, 3)):
    rs = npr.RandomState(8)
    W, B = [], []
    for i in range(1, len(sizes)):
        W.append(rs.normal(0, 1.2, (sizes[i], sizes[i-1])))
        B.append(rs.normal(0, 0.5, (sizes[i], 1)))
    return W, B

def go_forward(W, B, x):
    A = {0: np.array(x).T}
    L = len(W)
    for i in range(1, L + 1):
        z = W[i-1].dot(A[i-1]) + B[i-1]
        A[i] = smax(z) if i == L else sig(z)
    return A

def ce(W, B, x, y):
    out = go_forward(W, B, x)[len(W)]
    return -np.sum(y.T * np.log(out)) / len(x)

def go_back(W, B, x, y):
    A = go_forward(W, B, x)
    L = len(W)
    D = {L: (A[L] - y.T) / len(x)}
    dW = [None] * L
    dB = [None] * L
    for i in range(L - 1, -1, -1):
        dW[i] = D[i+1].dot(A[i].T)
        dB[i] = np.sum(D[i+1], axis=1, keepdims=True)
        if i == L - 1:
            D[i] = W[i].T.dot(D[i+1])     # 6 x n
        elif i > 0:      # no delta for the input needed
            D[i] = W[i].T.dot(D[i+1]) * dsig(A[i])
    return dW, dB

def train(epochs=1500, lr=4.0):
    x, y = load_points()
    W, B = setup()
    costs = []
    for e in range(epochs):
        dW, dB = go_back(W, B, x, y)
        for i in range(len(W)):
            W[i] = W[i] - lr * dW[i]
            B[i] = B[i] - lr * dB[i]
        costs.append(ce(W, B, x, y))
        #if e % 100 == 0: print(e, costs[-1])
    return costs[-1]


if __name__ == "__main__":
    print('cost', train())
