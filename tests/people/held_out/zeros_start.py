import numpy as np

def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))

# 2 - 5 - 1, tanh then sigmoid
model = {
    'W1': np.zeros((2, 5)),
    'b1': np.zeros((1, 5)),
    'W2': np.zeros((5, 1)),
    'b2': np.zeros((1, 1)),
}
rng = np.random.default_rng(77)
X = rng.uniform(-1, 1, (200, 2))
y = (X[:, :1] * X[:, 1:] > 0).astype(float)     # xor of the signs, (200, 1)

def forward(model, X):
    h = np.tanh(X @ model['W1'] + model['b1'])
    return h, sigmoid(h @ model['W2'] + model['b2'])

def bce(model, X, y):
    h, p = forward(model, X)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

def train(model, X, y, lr=1.0, n=3000):
    for i in range(n):
        h, p = forward(model, X)
        d2 = (p - y) / len(y)
        d1 = d2 @ model['W2'].T * (1 - h * h)
        model['W2'] = model['W2'] - lr * h.T @ d2
        model['b2'] = model['b2'] - lr * d2.sum(0, keepdims=True)
        model['W1'] = model['W1'] - lr * X.T @ d1
        model['b1'] = model['b1'] - lr * d1.sum(0, keepdims=True)
    return model

if __name__ == '__main__':
    m = train(dict(model), X, y)
    print(bce(m, X, y), ((forward(m, X)[1] > .5) == y).mean())
