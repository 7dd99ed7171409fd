import numpy as np

rng = np.random.default_rng(120)

def relu(x): return np.maximum(x, 0)

params = {
    'W1': rng.standard_normal((5, 40)) * np.sqrt(2/5), 'b1': np.zeros(40),
    'W2': rng.standard_normal((40, 25)) * np.sqrt(2/40), 'b2': np.zeros(25),
    'W3': rng.standard_normal((25, 1)) * np.sqrt(2/25), 'b3': np.zeros(1),
}

def net(p, x):
    z1 = x @ p['W1'] + p['b1']
    z2 = relu(z1) @ p['W2'] + p['b2']
    return z1, z2, relu(z2) @ p['W3'] + p['b3']

def loss(p, x, y):
    return ((net(p, x)[2] - y) ** 2).mean()

def grads(p, x, y):
    z1, z2, out = net(p, x)
    d3 = 2 * (out - y) / y.size
    d2 = d3 @ p['W3'].T * (z2 > 0)
    d1 = d2 @ p['W2'].T * (z1 > 0)
    return {'W3': relu(z2).T @ d3, 'b3': d3.sum(0), 'W2': relu(z1).T @ d2, 'b2': d2.sum(0), 'W1': x.T @ d1, 'b1': d1.sum(0)}

x = rng.standard_normal((300, 5))
y = np.sin(x[:, :1]) + 0.5 * x[:, 1:2] * x[:, 2:3]

def train(p, epochs=60, lr=0.02, batch=10):
    order = np.random.default_rng(0)
    for e in range(epochs):
        idx = order.permutation(len(x))
        for i in range(0, len(x), batch):
            b = idx[i:i + batch]
            g = grads(p, x[b], y[b])
            for k in p:
                p[k] -= lr * g[k]
    return loss(p, x, y)

if __name__ == '__main__':
    # quick look with three points
    print(loss(params, x[:3], y[:3]))
    print(train(params))
