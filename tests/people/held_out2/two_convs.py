"""bars: horizontal or vertical? two 3x3 kernels one after the other, then a logistic unit"""
import numpy as np

rng = np.random.default_rng(3)


def bars(n=40):
    pics = 0.3 * rng.random((n, 8, 8))
    flag = np.arange(n) % 2
    for p, f in zip(pics, flag):
        at = rng.integers(1, 7)
        if f:
            p[:, at] += 1
        else:
            p[at, :] += 1
    return pics, flag


pics, flag = bars()


def corr(pic, k):
    n = pic.shape[0] - k.shape[0] + 1
    out = np.empty((n, n))
    for r in range(n):
        for c in range(n):
            out[r, c] = np.sum(pic[r:r+3, c:c+3] * k)
    return out


class ConvNet:
    def __init__(self):
        self.k1 = rng.normal(0, 0.5, (3, 3))
        self.k2 = rng.normal(0, 0.5, (3, 3))
        self.off1, self.off2 = 0.1, -0.1
        self.dense = rng.normal(0, 0.3, 16)
        self.off3 = 0.0

    def __call__(self, pic):
        self.pic = pic
        self.z1 = corr(pic, self.k1) + self.off1      # 6x6
        self.a1 = np.tanh(self.z1)
        self.z2 = corr(self.a1, self.k2) + self.off2  # 4x4
        self.a2 = np.tanh(self.z2)
        return 1 / (1 + np.exp(-(self.a2.ravel() @ self.dense + self.off3)))

    def logloss(self, pic, f):
        p = self(pic)
        return -np.log(p) if f else -np.log(1 - p)

    def grads(self, pic, f):
        d = self(pic) - f
        g = {"dense": d * self.a2.ravel(), "off3": d}
        d2 = (d * self.dense).reshape(4, 4) * (1 - self.a2 ** 2)
        g["k2"] = corr(self.a1, d2) if False else self.kernel_grad(self.a1, d2)
        g["off2"] = d2.sum()
        wide = np.pad(d2, 2)
        back = corr(wide, self.k2)                    # "full" convolution: 4x4 -> 6x6
        d1 = back * (1 - self.a1 ** 2)
        g["k1"] = self.kernel_grad(self.pic, d1)
        g["off1"] = d1.sum()
        return g

    @staticmethod
    def kernel_grad(inp, d):
        n = d.shape[0]
        out = np.zeros((3, 3))
        for r in range(3):
            for c in range(3):
                out[r, c] = (inp[r:r+n, c:c+n] * d).sum()
        return out


def train(net, epochs=15, eta=0.05):
    for e in range(epochs):
        for pic, f in zip(pics, flag):
            for name, g in net.grads(pic, f).items():
                setattr(net, name, getattr(net, name) - eta * g)
    return np.mean([net.logloss(p, f) for p, f in zip(pics, flag)])


if __name__ == "__main__":
    print(train(ConvNet()))
