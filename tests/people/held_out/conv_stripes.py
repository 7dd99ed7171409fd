import numpy as np

# tiny CNN with loops: stripes lying or standing, 6x6
def stripes(n=40, seed=0):
    r = np.random.RandomState(seed)
    y = r.randint(0, 2, n)
    X = np.zeros((n, 6, 6))
    for k in range(n):
        i = r.randint(0, 6)
        if y[k]:
            X[k, i, :] = 1
        else:
            X[k, :, i] = 1
    return X + 0.1 * r.rand(n, 6, 6), y

class ConvNet:
    def __init__(self):
        r = np.random.RandomState(7)
        self.filters = r.randn(3, 3, 3) / 3
        self.fbias = np.zeros(3)
        self.w = r.randn(3 * 2 * 2) * 0.3
        self.b = 0.0

    def conv(self, x):
        out = np.zeros((3, 4, 4))
        for f in range(3):
            for i in range(4):
                for j in range(4):
                    out[f, i, j] = np.sum(x[i:i+3, j:j+3] * self.filters[f]) + self.fbias[f]
        return out

    def forward_one(self, x):
        c = self.conv(x)
        r = np.maximum(c, 0)
        pooled = r.reshape(3, 2, 2, 2, 2).max(axis=(2, 4))
        return c, r, pooled, 1 / (1 + np.exp(-(pooled.ravel() @ self.w + self.b)))

    def loss(self, X, y):
        total = 0
        for x, t in zip(X, y):
            p = self.forward_one(x)[-1]
            total += -(t * np.log(p) + (1 - t) * np.log(1 - p))
        return total / len(X)

    def gradients(self, X, y):
        g = {'filters': np.zeros_like(self.filters), 'fbias': np.zeros(3), 'w': np.zeros_like(self.w), 'b': 0.0}
        for x, t in zip(X, y):
            c, r, pooled, p = self.forward_one(x)
            d = (p - t) / len(X)
            g['w'] += d * pooled.ravel()
            g['b'] += d
            dp = (d * self.w).reshape(3, 2, 2)
            for f in range(3):
                for a in range(2):
                    for b in range(2):
                        block = r[f, 2*a:2*a+2, 2*b:2*b+2]
                        u, v = np.unravel_index(block.argmax(), (2, 2))
                        i, j = 2*a + u, 2*b + v
                        if c[f, i, j] > 0:
                            g['filters'][f] += dp[f, a, b] * x[i:i+3, j:j+3]
                            g['fbias'][f] += dp[f, a, b]
        return g

    def train(self, X, y, lr=0.5, epochs=60):
        for _ in range(epochs):
            g = self.gradients(X, y)
            for k in g:
                setattr(self, k, getattr(self, k) - lr * g[k])

if __name__ == '__main__':
    X, y = stripes()
    net = ConvNet()
    net.train(X, y)
    print(net.loss(X, y), np.mean([(net.forward_one(x)[-1] > .5) == t for x, t in zip(X, y)]))
