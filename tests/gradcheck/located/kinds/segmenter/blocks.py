"""Convolution with 'same' borders, max-pooling and nearest-neighbour enlargement; (height, width, channels) maps."""

import numpy as np


def conv_same(x, K, b):
    h, w, _ = x.shape
    r = K.shape[0] // 2
    padded = np.pad(x, ((r, r), (r, r), (0, 0)))
    y = np.zeros((h, w, K.shape[3])) + b
    for i in range(K.shape[0]):
        for j in range(K.shape[1]):
            y += padded[i : i + h, j : j + w] @ K[i, j]
    return y


def conv_same_back(dy, x, K):
    h, w, c = x.shape
    r = K.shape[0] // 2
    padded = np.pad(x, ((r, r), (r, r), (0, 0)))
    dpadded = np.zeros_like(padded)
    dK = np.zeros_like(K)
    for i in range(K.shape[0]):
        for j in range(K.shape[1]):
            dK[i, j] = np.tensordot(padded[i : i + h, j : j + w], dy, axes=([0, 1], [0, 1]))
            dpadded[i : i + h, j : j + w] += dy @ K[i, j].T
    return dpadded[r : r + h, r : r + w], dK, dy.sum(axis=(0, 1))


def pool(x):
    h, w, c = x.shape
    tiles = x.reshape(h // 2, 2, w // 2, 2, c).transpose(0, 2, 4, 1, 3).reshape(h // 2, w // 2, c, 4)
    return tiles.max(axis=3), tiles.argmax(axis=3)


def pool_back(dy, winner, shape):
    dx = np.zeros(shape)
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            for c in range(dy.shape[2]):
                di, dj = divmod(winner[i, j, c], 2)
                dx[2 * i + di, 2 * j + dj, c] += dy[i, j, c]
    return dx


def enlarge(x):
    return x.repeat(2, axis=0).repeat(2, axis=1)


def enlarge_back(dy):
    h, w, c = dy.shape
    return dy.reshape(h // 2, 2, w // 2, 2, c).sum(axis=(1, 3))
