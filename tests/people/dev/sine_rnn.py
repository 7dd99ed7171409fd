# predict the next value of a sine with a small RNN, 12 steps at a time, the hidden state is carried over
import numpy as np

series = np.sin(np.arange(181) * 0.35) * 0.8
T = 12


class RNN:
    def __init__(self, n=9):
        rs = np.random.RandomState(140)
        self.U = rs.uniform(-0.4, 0.4, n)
        self.W = rs.uniform(-0.3, 0.3, (n, n))
        self.V = rs.uniform(-0.4, 0.4, n)
        self.b = np.zeros(n)
        self.c = 0.0
        self.h = np.zeros(n)

    def loss_and_grad(self, x, target):
        h = [self.h]
        y = []
        for xt in x:
            h.append(np.tanh(self.U * xt + self.W @ h[-1] + self.b))
            y.append(self.V @ h[-1] + self.c)
        err = np.array(y) - target
        g = {'U': 0 * self.U, 'W': 0 * self.W, 'V': 0 * self.V, 'b': 0 * self.b, 'c': 0.0}
        back = 0 * self.b
        for t in range(len(x) - 1, -1, -1):
            g['V'] += err[t] * h[t + 1]
            g['c'] += err[t]
            raw = (err[t] * self.V + back) * (1 - h[t + 1] ** 2)
            g['U'] += raw * x[t]
            g['W'] += np.outer(raw, h[t])
            g['b'] += raw
            back = self.W.T @ raw
        self.h = h[-1]
        return 0.5 * (err ** 2).sum(), g

    def train(self, epochs=150, lr=0.02):
        for e in range(epochs):
            self.h = np.zeros_like(self.h)
            total = 0
            for s in range(0, len(series) - T, T):
                loss, g = self.loss_and_grad(series[s:s + T], series[s + 1:s + T + 1])
                total += loss
                for k in g:
                    vars(self)[k] = vars(self)[k] - lr * g[k]
        return total / len(series)


if __name__ == '__main__':
    print(RNN().train())
