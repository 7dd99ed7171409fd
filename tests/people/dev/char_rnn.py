import numpy as np

data = "hello hello yellow hello fellow "
chars = sorted(set(data))
V = len(chars)
c2i = {c: i for i, c in enumerate(chars)}
H = 12


class CharRNN(object):

    def __init__(self):
        np.random.seed(42)
        self.Wxh = np.random.randn(H, V) * 0.2
        self.Whh = np.random.randn(H, H) * 0.2
        self.Why = np.random.randn(V, H) * 0.2
        self.bh = np.zeros((H, 1))
        self.by = np.zeros((V, 1))
        self.hprev = np.zeros((H, 1))   # memory, goes on from one call to the next

    def lossFun(self, inputs, targets):
        xs, hs, ps = {}, {-1: np.copy(self.hprev)}, {}
        loss = 0
        for t in range(len(inputs)):
            xs[t] = np.zeros((V, 1))
            xs[t][inputs[t]] = 1
            hs[t] = np.tanh(np.dot(self.Wxh, xs[t]) + np.dot(self.Whh, hs[t-1]) + self.bh)
            y = np.dot(self.Why, hs[t]) + self.by
            ps[t] = np.exp(y) / np.sum(np.exp(y))
            loss += -np.log(ps[t][targets[t], 0])
        dWxh, dWhh, dWhy = np.zeros_like(self.Wxh), np.zeros_like(self.Whh), np.zeros_like(self.Why)
        dbh, dby = np.zeros_like(self.bh), np.zeros_like(self.by)
        dhnext = np.zeros((H, 1))
        for t in reversed(range(len(inputs))):
            dy = np.copy(ps[t])
            dy[targets[t]] -= 1
            dWhy += np.dot(dy, hs[t].T)
            dby += dy
            dh = np.dot(self.Why.T, dy)
            dhraw = (1 - hs[t] * hs[t]) * dh
            dbh += dhraw
            dWxh += np.dot(dhraw, xs[t].T)
            dWhh += np.dot(dhraw, hs[t-1].T)
            dhnext = np.dot(self.Whh.T, dhraw)
        self.hprev = hs[len(inputs) - 1]
        return loss, {'Wxh': dWxh, 'Whh': dWhh, 'Why': dWhy, 'bh': dbh, 'by': dby}


def train(rnn, n=600, seq_length=8, lr=0.1):
    mem = {k: np.zeros_like(getattr(rnn, k)) for k in ('Wxh', 'Whh', 'Why', 'bh', 'by')}
    p, smooth = 0, -np.log(1.0 / V) * seq_length
    for it in range(n):
        if p + seq_length + 1 >= len(data):
            rnn.hprev = np.zeros((H, 1))
            p = 0
        inputs = [c2i[c] for c in data[p:p + seq_length]]
        targets = [c2i[c] for c in data[p + 1:p + seq_length + 1]]
        loss, grads = rnn.lossFun(inputs, targets)
        smooth = smooth * 0.95 + loss * 0.05
        for k in mem:
            mem[k] += grads[k] ** 2
            setattr(rnn, k, getattr(rnn, k) - lr * grads[k] / np.sqrt(mem[k] + 1e-8))
        p += seq_length
    return smooth


if __name__ == '__main__':
    print('smooth loss', train(CharRNN()))
