import numpy as np

def moons(n=100):
    rs = np.random.RandomState(17)
    t = np.pi * rs.rand(n)
    y = np.arange(n) % 2
    X = np.stack([np.cos(t) * (1 - 2*y) + y, np.sin(t) * (1 - 2*y) + 0.5*y], 1) + 0.1 * rs.randn(n, 2)
    return X, y

def make_net(hidden=10):
    rs = np.random.RandomState(5)
    return dict(W1=rs.randn(2, hidden), b1=0.1*rs.randn(hidden), w2=rs.randn(hidden)/3, b2=0)

def scores(net, X):
    return np.tanh(X @ net['W1'] + net['b1']) @ net['w2'] + net['b2']

def svm_loss(net, X, y, reg=1e-4):
    """max margin:  mean(max(0, 1 - y*f(x))) + weight decay. returns loss, grads"""
    h = np.tanh(X @ net['W1'] + net['b1'])
    f = h @ net['w2'] + net['b2']
    margin = 1 - y * f
    loss = np.maximum(0, margin).mean() + reg * (np.sum(net['W1']**2) + np.sum(net['w2']**2))
    df = -1.0 * (margin > 0) * y / len(y)
    dh = np.outer(df, net['w2']) * (1 - h**2)
    grads = dict(W1=X.T @ dh + 2*reg*net['W1'], b1=dh.sum(0), w2=h.T @ df + 2*reg*net['w2'], b2=df.sum())
    return loss, grads

def train(net, X, y, lr=0.3, n=3000):
    for i in range(n):
        loss, g = svm_loss(net, X, y)
        for k in net:
            net[k] = net[k] - lr * g[k]
    return np.mean((scores(net, X) > 0) == (y > 0))

if __name__ == '__main__':
    X, y = moons()
    print(train(make_net(), X, y))
