import numpy as np
np.random.seed(8)

# ---- data : three arms
def spiral(points=30, classes=3):
    X = np.zeros((points*classes, 2))
    y = np.zeros(points*classes, dtype='uint8')
    rs = np.random.RandomState(0)
    for j in range(classes):
        ix = range(points*j, points*(j+1))
        r = np.linspace(0.05, 1, points)
        t = np.linspace(j*4, (j+1)*4, points) + rs.randn(points)*0.15
        X[ix] = np.c_[r*np.sin(t), r*np.cos(t)]
        y[ix] = j
    return X, y

def init(h=16, K=3):
    return {'W1': np.random.randn(2, h), 'b1': np.zeros((1, h)), 'W2': np.random.randn(h, K)*0.5, 'b2': np.zeros((1, K))}

def softmax(x):
    e = np.exp(x - np.max(x))
    return e / e.sum()

def predict(model, X):
    a1 = np.tanh(X.dot(model['W1']) + model['b1'])
    return softmax(a1.dot(model['W2']) + model['b2'])

def calculate_loss(model, X, y):
    probs = predict(model, X)
    return np.sum(-np.log(probs[range(len(X)), y])) / len(X)

def backprop(model, X, y):
    a1 = np.tanh(X.dot(model['W1']) + model['b1'])
    delta3 = predict(model, X)
    delta3[range(len(X)), y] -= 1
    delta3 /= len(X)
    g = {}
    g['W2'] = (a1.T).dot(delta3)
    g['b2'] = np.sum(delta3, axis=0, keepdims=True)
    delta2 = delta3.dot(model['W2'].T) * (1 - np.power(a1, 2))
    g['W1'] = np.dot(X.T, delta2)
    g['b1'] = np.sum(delta2, axis=0, keepdims=True)
    return g

def train(model, X, y, passes=3000, epsilon=1.0):
    for i in range(passes):
        g = backprop(model, X, y)
        for k in model:
            model[k] -= epsilon * g[k]
    return np.mean(np.argmax(predict(model, X), axis=1) == y)

if __name__ == '__main__':
    X, y = spiral()
    print(train(init(), X, y))
