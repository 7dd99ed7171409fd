"""A U-shaped segmentation net of one level: down, through, up again beside a skip connection."""

import numpy as np
from blocks import conv_same, conv_same_back, enlarge, enlarge_back, pool, pool_back
from objective import objective, objective_back


def relu6(x):
    return np.clip(x, 0, 6)


class UNet:
    def __call__(self, p, image):
        self.image = image
        self.z1 = conv_same(image, p["down"][0], p["down"][1])
        self.a1 = relu6(self.z1)
        small, self.winner = pool(self.a1)
        self.small = small
        self.z2 = conv_same(small, p["deep"][0], p["deep"][1])
        self.a2 = np.tanh(self.z2)
        self.cat = np.concatenate([enlarge(self.a2), self.a1], axis=2)
        self.z3 = conv_same(self.cat, p["up"][0], p["up"][1])
        return self.z3[:, :, 0]

    def back(self, p, dlogits):
        grads = {}
        dcat, dK, db = conv_same_back(dlogits[:, :, None], self.cat, p["up"][0])
        grads["up"] = (dK, db)
        n_deep = self.a2.shape[2]
        da2 = enlarge_back(dcat[:, :, :n_deep])
        dz2 = da2 * (1 - self.a2**2)
        dsmall, dK, db = conv_same_back(dz2, self.small, p["deep"][0])
        grads["deep"] = (dK, db)
        da1 = pool_back(dsmall, self.winner, self.a1.shape)
        da1 += dcat[:, :, n_deep:]
        dz1 = da1 * ((self.z1 > 0) & (self.z1 < 6))
        _, dK, db = conv_same_back(dz1, self.image, p["down"][0])
        grads["down"] = (dK, db)
        return grads


unet = UNet()


def loss(p, images, masks):
    return sum(objective(unet(p, x), m) for x, m in zip(images, masks)) / len(images)


def gradients(p, images, masks):
    total = {name: [np.zeros_like(K), np.zeros_like(b)] for name, (K, b) in p.items()}
    for x, m in zip(images, masks):
        logits = unet(p, x)
        one = unet.back(p, objective_back(logits, m) / len(images))
        for name in total:
            total[name][0] += one[name][0]
            total[name][1] += one[name][1]
    return {name: tuple(pair) for name, pair in total.items()}


def initial(seed):
    r = np.random.RandomState(seed)

    def pair(size, c_in, c_out):
        return (r.randn(size, size, c_in, c_out) * 0.4, r.randn(c_out) * 0.2)

    return {"down": pair(3, 1, 4), "deep": pair(3, 4, 3), "up": pair(3, 7, 1)}


params = initial(77)
_r = np.random.RandomState(78)
data = (_r.randn(2, 4, 6, 1), (_r.rand(2, 4, 6) < 0.4).astype(float))
