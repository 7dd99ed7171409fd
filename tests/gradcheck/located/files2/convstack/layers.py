import numpy as np
from columns import image_to_columns, columns_to_image


class Layer:
    """w is set from outside before each pass; dw is left behind by backward"""

    def __init__(self):
        self.w, self.dw = {}, {}


class Conv(Layer):
    def __init__(self, size, pad=0, step=1):
        super().__init__()
        self.size, self.pad, self.step = size, pad, step

    def forward(self, x):
        self.shape = x.shape
        self.cols, (oh, ow) = image_to_columns(x, self.size, self.pad, self.step)
        y = self.cols @ self.w['k'] + self.w['b']
        return y.reshape(len(x), oh, ow, -1).transpose(0, 3, 1, 2)

    def backward(self, dy):
        flat = dy.transpose(0, 2, 3, 1).reshape(len(self.cols), -1)
        self.dw['k'] = self.cols.T @ flat
        self.dw['b'] = flat.sum(axis=0)
        return columns_to_image(flat @ self.w['k'].T, self.shape, self.size, self.pad, self.step)


class ChannelNorm(Layer):
    def forward(self, x):
        self.mu = x.mean(axis=(0, 2, 3), keepdims=True)
        self.sd = np.sqrt(x.var(axis=(0, 2, 3), keepdims=True) + 1e-4)
        self.xhat = (x - self.mu) / self.sd
        return self.xhat * self.w['g'][:, None, None] + self.w['s'][:, None, None]

    def backward(self, dy):
        ax = (0, 2, 3)
        self.dw['g'] = (dy * self.xhat).sum(axis=ax)
        self.dw['s'] = dy.sum(axis=ax)
        dx = dy * self.w['g'][:, None, None]
        m1 = dx.mean(axis=ax, keepdims=True)
        m2 = (dx * self.xhat).mean(axis=ax, keepdims=True)
        return (dx - m1 - self.xhat * m2) / self.sd


class Act(Layer):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy):
        return dy * (1 - self.y ** 2)


class MeanPool(Layer):
    def forward(self, x):
        n, c, h, w = x.shape
        self.h, self.w_ = h, w
        return x.reshape(n, c, h // 2, 2, w // 2, 2).mean(axis=(3, 5))

    def backward(self, dy):
        return np.kron(dy, np.ones((2, 2))) / 4


class Flat(Layer):
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dy):
        return dy.reshape(self.shape)


class Dense(Layer):
    def forward(self, x):
        self.x = x
        return x @ self.w['k'] + self.w['b']

    def backward(self, dy):
        self.dw['k'] = self.x.T @ dy
        self.dw['b'] = dy.sum(axis=0)
        return dy @ self.w['k'].T
