import numpy as np

data = "hello hello yellow hello fellow "
letters = sorted(set(data))
V = len(letters)
number = {c: i for i, c in enumerate(letters)}
H = 12


class CharRNN(object):

    def __init__(self):
        np.random.seed(42)
        self.A = np.random.randn(H, V) * 0.2
        self.B = np.random.randn(H, H) * 0.2
        self.C = np.random.randn(V, H) * 0.2
        self.a = np.zeros((H, 1))
        self.c = np.zeros((V, 1))
        self.memory = np.zeros((H, 1))   # memory, goes on from one call to the next

    def run_text(self, ids, nxt):
        onehots, hid, prob = {}, {-1: np.copy(self.memory)}, {}
        loss = 0
        for t in range(len(ids)):
            onehots[t] = np.zeros((V, 1))
            onehots[t][ids[t]] = 1
            hid[t] = np.tanh(np.dot(self.A, onehots[t]) + np.dot(self.B, hid[t-1]) + self.a)
            y = np.dot(self.C, hid[t]) + self.c
            prob[t] = np.exp(y) / np.sum(np.exp(y))
            loss += -np.log(prob[t][nxt[t], 0])
        gA, gB, gC = np.zeros_like(self.A), np.zeros_like(self.B), np.zeros_like(self.C)
        ga, gc = np.zeros_like(self.a), np.zeros_like(self.c)
        later = np.zeros((H, 1))
        for t in reversed(range(len(ids))):
            g_out = np.copy(prob[t])
            g_out[nxt[t]] -= 1
            gC += np.dot(g_out, hid[t].T)
            gc += g_out
            g_hid = np.dot(self.C.T, g_out)
            raw = (1 - hid[t] * hid[t]) * g_hid
            ga += raw
            gA += np.dot(raw, onehots[t].T)
            gB += np.dot(raw, hid[t-1].T)
            later = np.dot(self.B.T, raw)
        self.memory = hid[len(ids) - 1]
        return loss, {'A': gA, 'B': gB, 'C': gC, 'a': ga, 'c': gc}


def train(rnn, rounds=600, chunk=8, lr=0.1):
    squares = {k: np.zeros_like(getattr(rnn, k)) for k in ('A', 'B', 'C', 'a', 'c')}
    p, running = 0, -np.log(1.0 / V) * chunk
    for it in range(rounds):
        if p + chunk + 1 >= len(data):
            rnn.memory = np.zeros((H, 1))
            p = 0
        ids = [number[c] for c in data[p:p + chunk]]
        nxt = [number[c] for c in data[p + 1:p + chunk + 1]]
        loss, grads = rnn.run_text(ids, nxt)
        running = running * 0.95 + loss * 0.05
        for k in squares:
            squares[k] += grads[k] ** 2
            setattr(rnn, k, getattr(rnn, k) - lr * grads[k] / np.sqrt(squares[k] + 1e-8))
        p += chunk
    return running


if __name__ == '__main__':
    print('running loss', train(CharRNN()))
