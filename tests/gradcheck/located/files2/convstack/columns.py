import numpy as np


def image_to_columns(x, size, pad, step):
    n, c, h, w = x.shape
    oh = (h + 2 * pad - size) // step + 1
    ow = (w + 2 * pad - size) // step + 1
    big = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    cols = np.zeros((n, oh, ow, c, size, size))
    for i in range(oh):
        for j in range(ow):
            cols[:, i, j] = big[:, :, i * step:i * step + size, j * step:j * step + size]
    return cols.reshape(n * oh * ow, -1), (oh, ow)


def columns_to_image(cols, shape, size, pad, step):
    n, c, h, w = shape
    oh = (h + 2 * pad - size) // step + 1
    ow = (w + 2 * pad - size) // step + 1
    cols = cols.reshape(n, oh, ow, c, size, size)
    big = np.zeros((n, c, h + 2 * pad, w + 2 * pad))
    for i in range(oh):
        for j in range(ow):
            big[:, :, i * step:i * step + size, j * step:j * step + size] += cols[:, i, j]
    return big[:, :, pad:pad + h, pad:pad + w]
