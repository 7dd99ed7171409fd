import numpy as np


def unfold(x, fh, fw, stride, pad):
    n, c, h, w = x.shape
    oh = (h + 2*pad - fh)//stride + 1
    ow = (w + 2*pad - fw)//stride + 1
    img = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    col = np.zeros((n, c, fh, fw, oh, ow))
    for i in range(fh):
        for j in range(fw):
            col[:, :, i, j] = img[:, :, i:i + stride*oh:stride, j:j + stride*ow:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(n*oh*ow, -1), oh, ow


def fold(col, shape, fh, fw, stride, pad):
    n, c, h, w = shape
    oh = (h + 2*pad - fh)//stride + 1
    ow = (w + 2*pad - fw)//stride + 1
    col = col.reshape(n, oh, ow, c, fh, fw).transpose(0, 3, 4, 5, 1, 2)
    img = np.zeros((n, c, h + 2*pad, w + 2*pad))
    for y in range(fh):
        for z in range(fw):
            img[:, :, y:y + stride*oh:stride, z:z + stride*ow:stride] += col[:, :, y, z]
    return img[:, :, pad:h + pad, pad:w + pad]


class Conv:
    def __init__(self, W, b, stride, pad):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad

    def forward(self, x):
        fn, _, fh, fw = self.W.shape
        self.shape = x.shape
        self.col, oh, ow = unfold(x, fh, fw, self.stride, self.pad)
        self.flatW = self.W.reshape(fn, -1).T
        out = self.col @ self.flatW + self.b
        return out.reshape(len(x), oh, ow, fn).transpose(0, 3, 1, 2)

    def backward(self, dout):
        fn, c, fh, fw = self.W.shape
        d = dout.transpose(0, 2, 3, 1).reshape(-1, fn)
        self.db = d.sum(axis=0)
        self.dW = (self.col.T @ d).T.reshape(fn, c, fh, fw)
        return fold(d @ self.flatW.T, self.shape, fh, fw, self.stride, self.pad)


class MaxPool:
    def __init__(self, size, stride):
        self.size, self.stride = size, stride

    def forward(self, x):
        n, c, _, _ = x.shape
        self.shape = x.shape
        col, oh, ow = unfold(x, self.size, self.size, self.stride, 0)
        col = col.reshape(-1, self.size**2)
        self.best = col.argmax(axis=1)
        return col.max(axis=1).reshape(n, oh, ow, c).transpose(0, 3, 1, 2)

    def backward(self, dout):
        dout = dout.transpose(0, 2, 3, 1)
        d = np.zeros((dout.size, self.size**2))
        d[np.arange(dout.size), self.best] = dout.ravel()
        d = d.reshape(dout.shape[0]*dout.shape[1]*dout.shape[2], -1)
        return fold(d, self.shape, self.size, self.size, self.stride, 0)


class Relu:
    def forward(self, x):
        self.off = x <= 0
        return np.where(self.off, 0, x)

    def backward(self, dout):
        dout = dout.copy()
        dout[self.off] = 0
        return dout


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.shape)


class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(0)
        return dout @ self.W.T
