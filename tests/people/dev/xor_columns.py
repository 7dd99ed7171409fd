import numpy as np

np.random.seed(10)
X = np.array([[0, 0, 1, 1],
              [0, 1, 0, 1]])
Y = np.array([[0, 1, 1, 0]])
m = X.shape[1]

HID = 5
W1 = 0.01 * np.random.randn(HID, 2)
W2 = 0.01 * np.random.randn(1, HID)
b1, b2 = np.zeros((HID, 1)), np.zeros((1, 1))

def sg(v):
    return 1 / (1 + np.exp(-v))

def both(W1, b1, W2, b2, X):
    H = sg(W1 @ X + b1)
    return H, sg(W2 @ H + b2)

def J(P, Y):
    return (-Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / m

def dJ(W1, b1, W2, b2, X, Y):
    H, P = both(W1, b1, W2, b2, X)
    e2 = (P - Y) / m
    e1 = W2.T @ e2 * H * (1 - H)
    return e1 @ X.T, e1.sum(1, keepdims=True), e2 @ H.T, e2.sum(1, keepdims=True)

def loop(n=5000, rate=0.5):
    global W1, b1, W2, b2
    for i in range(n):
        g = dJ(W1, b1, W2, b2, X, Y)
        W1, b1, W2, b2 = [p - rate * q for p, q in zip((W1, b1, W2, b2), g)]
    P = both(W1, b1, W2, b2, X)[1]
    return J(P, Y), P

if __name__ == '__main__':
    print(loop())
