# many-to-many rnn that predicts the running sum of the last two inputs
import numpy as np

rng = np.random.default_rng(11)
seq = rng.choice([0.0, 0.5, 1.0], size=(9, 2))
want = seq.copy()
want[1:] += seq[:-1]
want *= 0.4

W_x = rng.uniform(-0.5, 0.5, (2, 6))
W_h = rng.uniform(-0.5, 0.5, (6, 6))
b_h = rng.uniform(-0.1, 0.1, (1, 6))
W_y = rng.uniform(-0.5, 0.5, (6, 2))
b_y = np.zeros((1, 2))
weights = [W_x, W_h, b_h, W_y, b_y]


def forward(x, weights):
    W_x, W_h, b_h, W_y, b_y = weights
    hidden = np.zeros((x.shape[0], W_h.shape[0]))
    output = np.zeros((x.shape[0], W_y.shape[1]))
    prev = np.zeros((1, W_h.shape[0]))
    for t in range(x.shape[0]):
        pre = x[t][np.newaxis, :] @ W_x + prev @ W_h + b_h
        prev = np.tanh(pre)
        hidden[t] = prev
        output[t] = prev @ W_y + b_y
    return hidden, output


def mse(weights, x, wanted):
    _, output = forward(x, weights)
    return np.mean((output - wanted) ** 2)


def backward(weights, x, wanted):
    W_x, W_h, b_h, W_y, b_y = weights
    states, outputs = forward(x, weights)
    err = 2 * (outputs - wanted) / wanted.size
    gh_later = None
    gWx, gWh, gbh, gWy, gby = [np.zeros_like(p) for p in weights]
    for t in range(x.shape[0] - 1, -1, -1):
        gy = err[t][np.newaxis, :]
        gWy += states[t][:, np.newaxis] @ gy
        gby += gy
        gh = gy @ W_y.T
        if t < x.shape[0] - 1:
            gh += gh_later @ W_h.T
        gh = gh * (1 - states[t][np.newaxis, :] ** 2)
        gh_later = gh.copy()
        gWh += states[t - 1][:, np.newaxis] @ gh
        gWx += x[t][:, np.newaxis] @ gh
        gbh += gh
    return [gWx, gWh, gbh, gWy, gby]


def train(weights, epochs=3000, lr=0.3):
    for epoch in range(epochs):
        for p, g in zip(weights, backward(weights, seq, want)):
            p -= lr * g
    return mse(weights, seq, want)


if __name__ == "__main__":
    print(train(weights))
