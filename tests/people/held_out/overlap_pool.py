import numpy as np

class Pool:
    """max pooling of (channels, rows, columns)"""

    def __init__(self, size=2, hop=2):
        self.size = size
        self.hop = hop

    def windows(self, img):
        ch, h, w = img.shape
        for r in range((h - self.size) // self.hop + 1):
            for c in range((w - self.size) // self.hop + 1):
                top, left = r * self.hop, c * self.hop
                yield r, c, top, left, img[:, top:top + self.size, left:left + self.size]

    def forward(self, img):
        self.img = img
        ch, h, w = img.shape
        res = np.empty((ch, (h - self.size) // self.hop + 1, (w - self.size) // self.hop + 1))
        for r, c, top, left, win in self.windows(img):
            res[:, r, c] = win.reshape(ch, -1).max(axis=1)
        return res

    def backward(self, d):
        back = np.zeros(self.img.shape)
        for r, c, top, left, win in self.windows(self.img):
            for k in range(len(win)):
                best = win[k].argmax()
                back[k, top + best // self.size, left + best % self.size] = d[k, r, c]
        return back


# AlexNet pools 3x3 with a hop of 2
pool = Pool(3, 2)

if __name__ == '__main__':
    x = np.random.RandomState(1).rand(2, 7, 7)
    print(pool.forward(x).shape, pool.backward(np.ones((2, 3, 3))).sum(), '= 18 ?')
