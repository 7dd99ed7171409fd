import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTMCell:
    """One time step. Peepholes: none. Gate order in the big matrix: forget, input, output, candidate."""

    def __init__(self, n_in, n_out):
        self.n_in, self.n_out = n_in, n_out
        self.trace = []

    def reset(self, W, b):
        self.W, self.b = W, b
        self.dW, self.db = np.zeros_like(W), np.zeros_like(b)
        self.trace = []

    def step(self, x, h, c):
        xh = np.concatenate([x, h])
        f, i, o, g = np.split(self.W @ xh + self.b, 4)
        f, i, o, g = sigmoid(f + 1.0), sigmoid(i), sigmoid(o), np.tanh(g)
        c_new = f * c + i * g
        tc = np.tanh(c_new)
        self.trace.append((xh, f, i, o, g, c, tc))
        return o * tc, c_new

    def step_back(self, dh, dc):
        xh, f, i, o, g, c_old, tc = self.trace.pop()
        dc = dc + dh * o * (1 - tc ** 2)
        dz = np.concatenate([
            dc * c_old * f * (1 - f),
            dc * g * i * (1 - i),
            dh * tc * o * (1 - o),
            dc * i * (1 - g ** 2),
        ])
        self.dW += np.outer(dz, xh)
        self.db += dz
        dxh = self.W.T @ dz
        return dxh[:self.n_in], dxh[self.n_in:], dc * f
