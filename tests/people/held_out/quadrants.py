import numpy as np

# one hidden tanh layer, samples in columns, after the week 3 lecture

def start(n_in, n_hid, n_out):
    rnd = np.random.RandomState(2)
    return {'W1': rnd.randn(n_hid, n_in) * 0.5, 'b1': np.zeros((n_hid, 1)),
            'W2': rnd.randn(n_out, n_hid) * 0.5, 'b2': np.zeros((n_out, 1))}

def forward(par, X):
    A1 = np.tanh(np.dot(par['W1'], X) + par['b1'])
    A2 = 1 / (1 + np.exp(-np.dot(par['W2'], A1) - par['b2']))
    return A2, {'A1': A1, 'A2': A2}

def cost_function(par, X, Y):
    A2, cache = forward(par, X)
    cost = -np.average(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    return cost, cache

def backward(par, cache, X, Y):
    m = Y.size
    A1, A2 = cache['A1'], cache['A2']
    dZ2 = (A2 - Y) / m
    # chain rule: through W2 and then through the tanh
    dZ1 = np.dot(np.dot(par['W2'].T, dZ2), 1 - np.dot(A1.T, A1))
    grads = {}
    grads['dW2'] = np.dot(dZ2, A1.T)
    grads['db2'] = np.sum(dZ2, axis=1, keepdims=True)
    grads['dW1'] = np.dot(dZ1, X.T)
    grads['db1'] = np.sum(dZ1, axis=1, keepdims=True)
    return grads

def model(X, Y, hidden=6, times=2000, alpha=1.0, talk=False):
    par = start(X.shape[0], hidden, 1)
    for i in range(times):
        cost, cache = cost_function(par, X, Y)
        grads = backward(par, cache, X, Y)
        for name in ('W1', 'b1', 'W2', 'b2'):
            par[name] = par[name] - alpha * grads['d' + name]
        if talk and i % 200 == 0:
            print(i, cost)
    return par

def quadrants(m=160):
    rnd = np.random.RandomState(30)
    X = rnd.uniform(-1.5, 1.5, (2, m))
    return X, (X[:1] * X[1:] > 0) * 1

if __name__ == '__main__':
    X, Y = quadrants()
    p = model(X, Y, talk=True)
    print(np.mean((forward(p, X)[0] > .5) == Y))
