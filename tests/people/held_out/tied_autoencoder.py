import numpy as np

class TiedAutoencoder:
    """decoder uses the encoder's weights, transposed"""

    def __init__(self, n_visible, n_hidden):
        rng = np.random.RandomState(9)
        self.W = rng.uniform(-0.3, 0.3, (n_visible, n_hidden))
        self.bvis = np.zeros(n_visible)
        self.bhid = np.zeros(n_hidden)
        self.dW = np.zeros_like(self.W)

    def encode(self, x):
        return np.tanh(x @ self.W + self.bhid)

    def decode(self, h):
        return h @ self.W.T + self.bvis

    def reconstruct(self, x):
        return self.decode(self.encode(x))

    def loss(self, x):
        return 0.5 * np.mean(np.sum((self.reconstruct(x) - x) ** 2, axis=1))

    def backward(self, x):
        h = self.encode(x)
        d = (self.decode(h) - x) / len(x)
        self.dW[...] = 0
        self.dW += d.T @ h                      # through the decoder
        dh = (d @ self.W) * (1 - h ** 2)
        self.dW += x.T @ dh                     # through the encoder
        self.dbvis = d.sum(0)
        self.dbhid = dh.sum(0)

    def sgd(self, x, lr=0.2):
        self.backward(x)
        self.W -= lr * self.dW
        self.bvis -= lr * self.dbvis
        self.bhid -= lr * self.dbhid


def faces(n=80):
    rng = np.random.RandomState(10)
    return rng.randn(n, 2) @ rng.randn(2, 8) * 0.5 + 0.02 * rng.randn(n, 8)

if __name__ == "__main__":
    x = faces()
    ae = TiedAutoencoder(8, 3)
    for i in range(2000):
        ae.sgd(x)
    print(ae.loss(x))
