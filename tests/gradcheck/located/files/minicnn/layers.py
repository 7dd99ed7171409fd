import numpy as np
from patches import from_columns, pad, to_columns, windows
from registry import layer


class Base:
    params = grads = ()

    def take(self, queue):
        pass


@layer("conv")
class Conv(Base):
    def __init__(self, stride=1, padding=0):
        self.stride, self.padding = stride, padding

    def take(self, queue):
        self.F, self.c = queue.pop(0), queue.pop(0)

    def forward(self, x):
        f, _, kh, kw = self.F.shape
        xp = pad(x, self.padding)
        self.padded = xp.shape
        self.cols = to_columns(xp, kh, kw, self.stride)
        self.out_hw = len(windows(xp.shape[2], kh, self.stride)), len(windows(xp.shape[3], kw, self.stride))
        y = self.cols @ self.F.reshape(f, -1).T + self.c
        return y.transpose(0, 2, 1).reshape(len(x), f, *self.out_hw)

    def backward(self, dy):
        n, f = dy.shape[:2]
        _, _, kh, kw = self.F.shape
        d = dy.reshape(n, f, -1).transpose(0, 2, 1)
        dF = np.einsum("npf,npk->fk", d, self.cols).reshape(self.F.shape)
        self.grads = (dF, dy.sum(axis=(0, 2, 3)))
        dcols = d @ self.F.reshape(f, -1)
        dxp = from_columns(dcols, self.padded, kh, kw, self.stride)
        p = self.padding
        return dxp[:, :, p:dxp.shape[2] - p, p:dxp.shape[3] - p]


@layer("meanpool")
class MeanPool(Base):
    def __init__(self, size=2):
        self.s = size

    def forward(self, x):
        n, c, h, w = x.shape
        return x.reshape(n, c, h // self.s, self.s, w // self.s, self.s).mean(axis=(3, 5))

    def backward(self, dy):
        return dy.repeat(self.s, axis=2).repeat(self.s, axis=3) / self.s**2


@layer("tanh")
class Tanh(Base):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy):
        return dy * (1 - self.y**2)


@layer("flatten")
class Flatten(Base):
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dy):
        return dy.reshape(self.shape)


@layer("dense")
class Dense(Base):
    def take(self, queue):
        self.W, self.b = queue.pop(0), queue.pop(0)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dy):
        self.grads = (self.x.T @ dy, dy.sum(0))
        return dy @ self.W.T
