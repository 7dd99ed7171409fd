import numpy as np

# Convolution by hand: 2 images, 2 input channels, stride and zero padding, then a dense read-out
np.random.seed(1)

hparams = {"stride": 2, "pad": 1}

K = np.random.randn(3, 3, 2, 3) * 0.4      # (f, f, channels in, channels out)
Kb = np.random.randn(1, 1, 1, 3) * 0.1
Wd = np.random.randn(27, 2) * 0.3
bd = np.random.randn(1, 2) * 0.1
params = (K, Kb, Wd, bd)

images = np.random.randn(2, 5, 5, 2)
labels = np.random.randn(2, 2)
data = (images, labels)


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_forward(A_prev, W, b):
    stride, pad = hparams["stride"], hparams["pad"]
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    f, _, _, n_C = W.shape
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_pad = zero_pad(A_prev, pad)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                top, left = h * stride, w * stride
                window = A_pad[i, top:top + f, left:left + f, :]
                for c in range(n_C):
                    Z[i, h, w, c] = np.sum(window * W[:, :, :, c]) + b[0, 0, 0, c]
    return Z


def conv_backward(dZ, A_prev, W, b):
    stride, pad = hparams["stride"], hparams["pad"]
    m, n_H, n_W, n_C = dZ.shape
    f = W.shape[0]
    dW = np.zeros(W.shape)
    db = np.zeros(b.shape)
    A_pad = zero_pad(A_prev, pad)
    dA_pad = np.zeros(A_pad.shape)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                y0 = h * stride
                x0 = w * stride
                patch = A_pad[i, y0:y0 + f, x0:x0 + f, :]
                for c in range(n_C):
                    dA_pad[i, y0:y0 + f, x0:x0 + f, :] += W[:, :, :, c] * dZ[i, h, w, c]
                    dW[:, :, :, c] += patch * dZ[i, h, w, c]
                    db[0, 0, 0, c] += dZ[i, h, w, c]
    dA = dA_pad[:, pad:-pad, pad:-pad, :]
    return dA, dW, db


def model(params, X):
    K, Kb, Wd, bd = params
    Z = conv_forward(X, K, Kb)
    A = np.tanh(Z)
    flat = A.reshape(X.shape[0], -1)
    return A, flat, flat @ Wd + bd


def loss(params, X, Y):
    _, _, out = model(params, X)
    return np.sum((out - Y) ** 2) / (2 * X.shape[0])


def gradients(params, X, Y):
    K, Kb, Wd, bd = params
    A, flat, out = model(params, X)
    m = X.shape[0]
    dout = (out - Y) / m
    dWd = flat.T @ dout
    dbd = np.sum(dout, axis=0, keepdims=True)
    dA = (dout @ Wd.T).reshape(A.shape)
    dZ = dA * (1 - A ** 2)
    _, dK, dKb = conv_backward(dZ, X, K, Kb)
    return dK, dKb, dWd, dbd
