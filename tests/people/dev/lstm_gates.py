import numpy as np


def sigmoid(x, derivative=False):
    if derivative:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def tanh(x, derivative=False):
    if derivative:
        return 1 - x ** 2
    return np.tanh(x)


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / e.sum()


VOCAB = 4
HID = 5
Z = VOCAB + HID


def init_lstm(seed=0):
    r = np.random.RandomState(seed)
    p = {}
    for g in 'figo':
        p['W_' + g] = r.randn(HID, Z) * 0.4
        p['b_' + g] = np.zeros((HID, 1))
    p['W_v'] = r.randn(VOCAB, HID) * 0.4
    p['b_v'] = np.zeros((VOCAB, 1))
    return p


def forward(p, inputs):
    h, C = np.zeros((HID, 1)), np.zeros((HID, 1))
    cache = []
    for x in inputs:
        z = np.vstack((h, x.reshape(-1, 1)))
        f = sigmoid(p['W_f'] @ z + p['b_f'])
        i = sigmoid(p['W_i'] @ z + p['b_i'])
        g = tanh(p['W_g'] @ z + p['b_g'])
        o = sigmoid(p['W_o'] @ z + p['b_o'])
        C_prev, C = C, f * C + i * g
        h = o * tanh(C)
        y = softmax(p['W_v'] @ h + p['b_v'])
        cache.append((z, f, i, g, o, C_prev, C, h, y))
    return cache


def forward_loss(p, inputs, targets):
    return -sum(np.log(c[-1][t, 0]) for c, t in zip(forward(p, inputs), targets))


def backward(p, inputs, targets):
    cache = forward(p, inputs)
    d = {k: np.zeros_like(v) for k, v in p.items()}
    dh_next = np.zeros((HID, 1))
    dC_next = np.zeros((HID, 1))
    for t in reversed(range(len(cache))):
        z, f, i, g, o, C_prev, C, h, y = cache[t]
        dv = y.copy()
        dv[targets[t]] -= 1
        d['W_v'] += dv @ h.T
        d['b_v'] += dv
        dh = p['W_v'].T @ dv + dh_next
        do = dh * tanh(C)
        do = sigmoid(o, derivative=True) * do
        dC = dC_next + dh * o * tanh(tanh(C), derivative=True)
        dg = dC * i
        dg = tanh(g, derivative=True) * dg
        di = dC * g
        di = sigmoid(i, True) * di
        df = dC * C_prev
        df = sigmoid(f) * df
        dz = 0
        for name, gate in (('f', df), ('i', di), ('g', dg), ('o', do)):
            d['W_' + name] += gate @ z.T
            d['b_' + name] += gate
            dz = dz + p['W_' + name].T @ gate
        dh_next = dz[:HID, :]
        dC_next = f * dC
    return d


def sequence():
    ids = [0, 1, 1, 2, 0, 1, 1, 3, 0, 1, 1, 2]
    return np.eye(VOCAB)[ids[:-1]], ids[1:]


def train(p, epochs=300, lr=0.1):
    inputs, targets = sequence()
    for e in range(epochs):
        d = backward(p, inputs, targets)
        for k in p:
            p[k] -= lr * np.clip(d[k], -1, 1)
    return forward_loss(p, inputs, targets)


if __name__ == '__main__':
    print(train(init_lstm()))
