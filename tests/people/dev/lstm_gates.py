import numpy as np


def sigmoid(x, slope=False):
    if slope:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def tanh(x, slope=False):
    if slope:
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
    p['Wy'] = r.randn(VOCAB, HID) * 0.4
    p['by'] = np.zeros((VOCAB, 1))
    return p


def forward(p, seq):
    h, C = np.zeros((HID, 1)), np.zeros((HID, 1))
    steps = []
    for x in seq:
        hx = np.vstack((h, x.reshape(-1, 1)))
        f = sigmoid(p['W_f'] @ hx + p['b_f'])
        i = sigmoid(p['W_i'] @ hx + p['b_i'])
        g = tanh(p['W_g'] @ hx + p['b_g'])
        o = sigmoid(p['W_o'] @ hx + p['b_o'])
        C_prev, C = C, f * C + i * g
        h = o * tanh(C)
        y = softmax(p['Wy'] @ h + p['by'])
        steps.append((hx, f, i, g, o, C_prev, C, h, y))
    return steps


def surprise(p, seq, following):
    return -sum(np.log(c[-1][t, 0]) for c, t in zip(forward(p, seq), following))


def backward(p, seq, following):
    steps = forward(p, seq)
    d = {k: np.zeros_like(v) for k, v in p.items()}
    h_later = np.zeros((HID, 1))
    C_later = np.zeros((HID, 1))
    for t in reversed(range(len(steps))):
        hx, f, i, g, o, C_prev, C, h, y = steps[t]
        to_y = y.copy()
        to_y[following[t]] -= 1
        d['Wy'] += to_y @ h.T
        d['by'] += to_y
        to_h = p['Wy'].T @ to_y + h_later
        to_o = to_h * tanh(C)
        to_o = sigmoid(o, slope=True) * to_o
        to_C = C_later + to_h * o * tanh(tanh(C), slope=True)
        to_g = to_C * i
        to_g = tanh(g, slope=True) * to_g
        to_i = to_C * g
        to_i = sigmoid(i, True) * to_i
        to_f = to_C * C_prev
        to_f = sigmoid(f) * to_f
        to_z = 0
        for name, gate in (('f', to_f), ('i', to_i), ('g', to_g), ('o', to_o)):
            d['W_' + name] += gate @ hx.T
            d['b_' + name] += gate
            to_z = to_z + p['W_' + name].T @ gate
        h_later = to_z[:HID, :]
        C_later = f * to_C
    return d


def sequence():
    ids = [0, 1, 1, 2, 0, 1, 1, 3, 0, 1, 1, 2]
    return np.eye(VOCAB)[ids[:-1]], ids[1:]


def train(p, epochs=300, lr=0.1):
    seq, following = sequence()
    for e in range(epochs):
        d = backward(p, seq, following)
        for k in p:
            p[k] -= lr * np.clip(d[k], -1, 1)
    return surprise(p, seq, following)


if __name__ == '__main__':
    print(train(init_lstm()))
