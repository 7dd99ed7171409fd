import numpy as np

rng = np.random.RandomState(12)


class TinyConvNet:
    """conv - sigmoid - 2x2 average pool - fully connected - softmax

    im2col makes one big matrix of all the patches so that a convolution is a matrix product
    """

    def __init__(self, kh=2, kw=2):
        self.kh, self.kw = kh, kw
        self.cache = None
        self.lr = 0.05  # not used any more

    def im2col(self, X):
        N, C, H, W = X.shape
        oh, ow = H - self.kh + 1, W - self.kw + 1
        cols = np.empty((N, C, self.kh, self.kw, oh, ow))
        for i in range(self.kh):
            for j in range(self.kw):
                cols[:, :, i, j] = X[:, :, i : i + oh, j : j + ow]
        # rows: n, y, x     columns: c, i, j
        return cols.transpose(0, 4, 5, 1, 2, 3).reshape(N * oh * ow, -1), oh, ow

    def col2im(self, cols, shape, oh, ow):
        N, C, H, W = shape
        cols = cols.reshape(N, oh, ow, C, self.kh, self.kw).transpose(0, 3, 4, 5, 1, 2)
        X = np.zeros(shape)
        for i in range(self.kh):
            for j in range(self.kw):
                X[:, :, i : i + oh, j : j + ow] += cols[:, :, i, j]
        return X

    def conv(self, X, K, b):
        cols, oh, ow = self.im2col(X)
        out = cols @ K.reshape(len(K), -1).T + b
        return out.reshape(len(X), oh, ow, len(K)).transpose(0, 3, 1, 2), cols

    def forward(self, P, X):
        c1, cols1 = self.conv(X, P["K1"], P["b1"])
        s1 = 1 / (1 + np.exp(-c1))
        c2, cols2 = self.conv(s1, P["K2"], P["b2"])
        s2 = 1 / (1 + np.exp(-c2))
        N, F, H, W = s2.shape
        pooled = s2.reshape(N, F, H // 2, 2, W // 2, 2).mean(axis=(3, 5))
        flat = pooled.reshape(N, -1)
        scores = flat @ P["V"] + P["c"]
        scores = scores - scores.max(1, keepdims=True)
        probs = np.exp(scores)
        probs /= probs.sum(1, keepdims=True)
        self.cache = (X, cols1, s1, cols2, s2, flat)
        return probs

    def loss(self, P, X, y):
        probs = self.forward(P, X)
        return -np.log(probs[np.arange(len(y)), y]).mean()

    def backward(self, P, X, y):
        probs = self.forward(P, X)
        X, cols1, s1, cols2, s2, flat = self.cache
        N, F, H, W = s2.shape
        G = {}
        # d = probs - onehot(y)   (needs the helper from the first exercise)
        d = probs
        d[np.arange(N), y] -= 1
        d /= N
        G["V"] = flat.T @ d
        G["c"] = d.sum(axis=0)
        d = (d @ P["V"].T).reshape(N, F, H // 2, W // 2)
        # un-pool: spread over the 2x2 window
        d = d.repeat(2, axis=2).repeat(2, axis=3) / 4
        d = d * s2 * (1 - s2)
        rows = d.transpose(0, 2, 3, 1).reshape(-1, F)
        G["K2"] = (rows.T @ cols2).reshape(P["K2"].shape)
        G["b2"] = rows.sum(0)
        dcols = rows @ P["K2"].reshape(F, -1)
        d = self.col2im(dcols, s1.shape, H, W)
        d = d * s1 * (1 - s1)
        rows = d.transpose(0, 2, 3, 1).reshape(-1, s1.shape[1])
        G["K1"] = (rows.T @ cols1).reshape(P["K1"].shape)
        G["b1"] = rows.sum(0)
        return G


net = TinyConvNet()
loss, gradients = net.loss, net.backward
params = dict(
    K1=rng.randn(3, 2, 2, 2),
    b1=rng.randn(3) * 0.2,
    K2=rng.randn(4, 3, 2, 2),
    b2=rng.randn(4) * 0.2,
    V=rng.randn(4 * 2 * 3, 5),
    c=rng.randn(5) * 0.1,
)
data = (rng.randn(3, 2, 6, 8), np.array([4, 0, 2]))
