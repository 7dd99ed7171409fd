# many-to-many rnn that predicts the running sum of the last two inputs
import numpy as np

rng = np.random.default_rng(11)
seq = rng.choice([0.0, 0.5, 1.0], size=(9, 2))
want = seq.copy()
want[1:] += seq[:-1]
want *= 0.4

i_weight = rng.uniform(-0.5, 0.5, (2, 6))
h_weight = rng.uniform(-0.5, 0.5, (6, 6))
h_bias = rng.uniform(-0.1, 0.1, (1, 6))
o_weight = rng.uniform(-0.5, 0.5, (6, 2))
o_bias = np.zeros((1, 2))
layer = [i_weight, h_weight, h_bias, o_weight, o_bias]


def forward(x, layer):
    i_weight, h_weight, h_bias, o_weight, o_bias = layer
    hidden = np.zeros((x.shape[0], h_weight.shape[0]))
    output = np.zeros((x.shape[0], o_weight.shape[1]))
    prev = np.zeros((1, h_weight.shape[0]))
    for j in range(x.shape[0]):
        h_x = x[j][np.newaxis, :] @ i_weight + prev @ h_weight + h_bias
        prev = np.tanh(h_x)
        hidden[j] = prev
        output[j] = prev @ o_weight + o_bias
    return hidden, output


def mse(layer, x, actual):
    _, output = forward(x, layer)
    return np.mean((output - actual) ** 2)


def backward(layer, x, actual):
    i_weight, h_weight, h_bias, o_weight, o_bias = layer
    hiddens, outputs = forward(x, layer)
    grad = 2 * (outputs - actual) / actual.size
    next_h_grad = None
    i_g, h_g, hb_g, o_g, ob_g = [np.zeros_like(p) for p in layer]
    for j in range(x.shape[0] - 1, -1, -1):
        out_grad = grad[j][np.newaxis, :]
        o_g += hiddens[j][:, np.newaxis] @ out_grad
        ob_g += out_grad
        h_grad = out_grad @ o_weight.T
        if j < x.shape[0] - 1:
            h_grad += next_h_grad @ h_weight.T
        h_grad = h_grad * (1 - hiddens[j][np.newaxis, :] ** 2)
        next_h_grad = h_grad.copy()
        h_g += hiddens[j - 1][:, np.newaxis] @ h_grad
        i_g += x[j][:, np.newaxis] @ h_grad
        hb_g += h_grad
    return [i_g, h_g, hb_g, o_g, ob_g]


def train(layer, epochs=3000, lr=0.3):
    for epoch in range(epochs):
        for p, g in zip(layer, backward(layer, seq, want)):
            p -= lr * g
    return mse(layer, seq, want)


if __name__ == "__main__":
    print(train(layer))
