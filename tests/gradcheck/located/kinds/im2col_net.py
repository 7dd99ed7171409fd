"""Conv (stride 2, padded) -> relu -> average pool -> fully connected, on toy images."""

import numpy as np


class Conv:
    def __init__(self, stride, pad):
        self.stride = stride
        self.pad = pad

    def forward(self, x, W, b):
        N, C, H, Wd = x.shape
        K, _, kh, kw = W.shape
        s, p = self.stride, self.pad
        self.x_shape = x.shape
        xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        oh = (H + 2 * p - kh) // s + 1
        ow = (Wd + 2 * p - kw) // s + 1
        cols = np.zeros((N, oh, ow, C * kh * kw))
        for i in range(oh):
            for j in range(ow):
                patch = xp[:, :, i * s : i * s + kh, j * s : j * s + kw]
                cols[:, i, j, :] = patch.reshape(N, -1)
        self.cols, self.W, self.out_hw = cols, W, (oh, ow)
        return (cols @ W.reshape(K, -1).T + b).transpose(0, 3, 1, 2)

    def backward(self, dout):
        N, C, H, Wd = self.x_shape
        K, _, kh, kw = self.W.shape
        s, p = self.stride, self.pad
        oh, ow = self.out_hw
        d = dout.transpose(0, 2, 3, 1)
        dW = np.einsum("nijk,nijf->kf", d, self.cols).reshape(self.W.shape)
        db = d.sum(axis=(0, 1, 2))
        dcols = d @ self.W.reshape(K, -1)
        dxp = np.zeros((N, C, H + 2 * p, Wd + 2 * p))
        for i in range(oh):
            for j in range(ow):
                block = dcols[:, i, j, :].reshape(N, C, kh, kw)
                dxp[:, :, i * s : i * s + kh, j * s : j * s + kw] += block
        return dxp[:, :, p : p + H, p : p + Wd], dW, db


class AvgPool:
    def forward(self, x):
        N, C, H, W = x.shape
        self.shape = x.shape
        return x.reshape(N, C, H // 2, 2, W // 2, 2).mean(axis=(3, 5))

    def backward(self, dout):
        up = dout.repeat(2, axis=2).repeat(2, axis=3)
        return up / 4


class Net:
    def __init__(self):
        self.conv1 = Conv(stride=1, pad=1)
        self.conv2 = Conv(stride=2, pad=1)
        self.pool = AvgPool()

    def scores(self, params, x):
        W1, b1, W2, b2, W3, b3 = params
        self.z1 = self.conv1.forward(x, W1, b1)
        self.a1 = np.maximum(self.z1, 0)
        self.p1 = self.pool.forward(self.a1)
        self.z2 = self.conv2.forward(self.p1, W2, b2)
        self.a2 = np.where(self.z2 > 0, self.z2, 0.1 * self.z2)
        self.flat = self.a2.reshape(len(x), -1)
        return self.flat @ W3 + b3

    def loss(self, params, x, y):
        s = self.scores(params, x)
        s = s - s.max(axis=1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        return -logp[np.arange(len(y)), y].mean()

    def gradients(self, params, x, y):
        W1, b1, W2, b2, W3, b3 = params
        s = self.scores(params, x)
        e = np.exp(s - s.max(axis=1, keepdims=True))
        ds = e / e.sum(axis=1, keepdims=True)
        ds[np.arange(len(y)), y] -= 1
        ds = ds / len(y)

        dW3 = self.flat.T @ ds
        db3 = ds.sum(axis=0)
        da2 = (ds @ W3.T).reshape(self.a2.shape)
        dz2 = da2 * np.where(self.z2 > 0, 1.0, 0.1)
        dp1, dW2, db2 = self.conv2.backward(dz2)
        da1 = self.pool.backward(dp1)
        dz1 = da1 * (self.z1 > 0)
        _, dW1, db1 = self.conv1.backward(dz1)
        return [dW1, db1, dW2, db2, dW3, db3]


rng = np.random.default_rng(202)
params = [
    rng.normal(size=(3, 2, 3, 3)) * 0.4,
    rng.normal(size=3) * 0.2,
    rng.normal(size=(4, 3, 3, 3)) * 0.3,
    rng.normal(size=4) * 0.2,
    rng.normal(size=(4 * 2 * 2, 5)) * 0.4,
    rng.normal(size=5) * 0.1,
]
images = rng.normal(size=(3, 2, 6, 8))
targets = np.array([4, 0, 2])
data = (images, targets)
net = Net()
loss = net.loss
gradients = net.gradients
