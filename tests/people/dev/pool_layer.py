"""max pooling, for the homework CNN"""
import numpy as np


def pool_forward(x, size=3, stride=2):
    n, c, h, w = x.shape
    oh = (h - size) // stride + 1
    ow = (w - size) // stride + 1
    out = np.zeros((n, c, oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i*stride:i*stride+size, j*stride:j*stride+size]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out


def pool_backward(dout, x, size=3, stride=2):
    dx = np.zeros_like(x)
    n, c, oh, ow = dout.shape
    for b in range(n):
        for k in range(c):
            for i in range(oh):
                for j in range(ow):
                    win = x[b, k, i*stride:i*stride+size, j*stride:j*stride+size]
                    r, s = np.unravel_index(win.argmax(), win.shape)
                    dx[b, k, i*stride+r, j*stride+s] = dout[b, k, i, j]
    return dx


if __name__ == "__main__":
    x = np.random.RandomState(0).randn(2, 2, 7, 7)
    out = pool_forward(x)
    print(out.shape, pool_backward(np.ones_like(out), x).sum(), "should be", out.size)
