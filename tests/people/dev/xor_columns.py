import numpy as np

np.random.seed(10)
train_X = np.array([[0,0],[0,1],[1,0],[1,1]]).T
train_Y = np.array([[0,1,1,0]])

S0, S1, S2 = 2, 5, 1
m = 4
learning_rate = 0.5

def sigmoid(z):
    return 1/(1+np.exp(-z))

w1 = np.random.randn(S1, S0) * 0.01
b1 = np.zeros((S1, 1))
w2 = np.random.randn(S2, S1) * 0.01
b2 = np.zeros((S2, 1))

def forward(w1, b1, w2, b2, X):
    A1 = sigmoid(w1 @ X + b1)
    return A1, sigmoid(w2 @ A1 + b2)

def cost(A2, Y):
    return np.sum(-Y*np.log(A2) + (1-Y)*np.log(1-A2)) / m

def backward(w1, b1, w2, b2, X, Y):
    A1, A2 = forward(w1, b1, w2, b2, X)
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    dB2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = w2.T @ dZ2 * A1*(1-A1)
    dW1 = dZ1 @ X.T / m
    dB1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return dW1, dB1, dW2, dB2

def train(n=5000):
    global w1, b1, w2, b2
    for i in range(n):
        dW1, dB1, dW2, dB2 = backward(w1, b1, w2, b2, train_X, train_Y)
        w1 = w1 - dW1*learning_rate
        w2 = w2 - dW2*learning_rate
        b1 = b1 - dB1*learning_rate
        b2 = b2 - dB2*learning_rate
    A2 = forward(w1, b1, w2, b2, train_X)[1]
    return cost(A2, train_Y), A2

if __name__ == '__main__':
    print(train())
