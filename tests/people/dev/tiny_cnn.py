import numpy as np


def stripes(n=24):
    """6x6 images, horizontal (0) or vertical (1) stripes with noise"""
    r = np.random.RandomState(220)
    imgs, lab = [], []
    for i in range(n):
        im = np.zeros((6, 6))
        im[i % 3::3, :] = 1
        imgs.append((im if i % 2 == 0 else im.T) + 0.2 * r.randn(6, 6))
        lab.append(i % 2)
    return np.array(imgs), np.array(lab)


class CNN:
    def __init__(self, filters=3):
        r = np.random.RandomState(221)
        self.filters = r.randn(filters, 3, 3) / 3
        self.conv_bias = np.zeros(filters)
        self.fc = r.randn(filters * 16, 2) / 10
        self.fc_bias = np.zeros(2)

    def conv(self, img):
        out = np.zeros((len(self.filters), 4, 4))
        for k, f in enumerate(self.filters):
            for i in range(4):
                for j in range(4):
                    out[k, i, j] = np.sum(img[i:i+3, j:j+3] * f) + self.conv_bias[k]
        return out

    def forward(self, img):
        z = self.conv(img)
        flat = np.maximum(z, 0.01 * z).ravel()
        s = flat @ self.fc + self.fc_bias
        e = np.exp(s - s.max())
        return z, flat, e / e.sum()

    def loss(self, imgs, labels):
        return np.mean([-np.log(self.forward(i)[2][l]) for i, l in zip(imgs, labels)])

    def grads(self, imgs, labels):
        g = {n: np.zeros_like(getattr(self, n)) for n in ('filters', 'conv_bias', 'fc', 'fc_bias')}
        for img, l in zip(imgs, labels):
            z, flat, p = self.forward(img)
            d = p.copy()
            d[l] -= 1
            d /= len(imgs)
            g['fc'] += np.outer(flat, d)
            g['fc_bias'] += d
            dz = (self.fc @ d).reshape(z.shape) * np.where(z > 0, 1, 0.01)
            for k in range(len(self.filters)):
                for i in range(4):
                    for j in range(4):
                        g['filters'][k] += dz[k, i, j] * img[i:i+3, j:j+3]
                g['conv_bias'][k] += dz[k].sum()
        return g

    def predict(self, imgs):
        return np.array([self.forward(i)[2].argmax() for i in imgs])

    def fit(self, imgs, labels, rate=0.5, epochs=25):
        for _ in range(epochs):
            for n, d in self.grads(imgs, labels).items():
                setattr(self, n, getattr(self, n) - rate * d)
        return (self.predict(imgs) == labels).mean()


if __name__ == '__main__':
    print(CNN().fit(*stripes()))
