import numpy as np

reviews = [
    ("good good film", 1), ("what a good film i liked it", 1), ("i liked the actors and the end", 1),
    ("bad bad bad film", 0), ("the end was bad", 0), ("i hated it it was long", 0), ("a long long bad end", 0),
    ("not good not long just bad", 0), ("liked it liked it liked it", 1), ("the film was good the actors too", 1),
    ("it was it was not good", 0), ("good end good actors good film", 1),
]
MAXLEN = 7
vocab = {'<pad>': 0}
for r, _ in reviews:
    for w in r.split():
        vocab.setdefault(w, len(vocab))

ids = np.array([[vocab[w] for w in r.split()] + [0] * (MAXLEN - len(r.split())) for r, _ in reviews])
labels = np.array([l for _, l in reviews])


class Embedding:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.idx = None

    def forward(self, idx):
        W, = self.params
        self.idx = idx
        return W[idx]

    def backward(self, dout):
        dW, = self.grads
        dW[...] = 0
        dW[self.idx] = dout
        return None


class Mean:
    params, grads = [], []

    def forward(self, x):
        self.n = x.shape[1]
        return x.mean(axis=1)

    def backward(self, dout):
        return np.repeat(dout[:, None, :], self.n, axis=1) / self.n


class Affine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        W, b = self.params
        self.x = x
        return np.dot(x, W) + b

    def backward(self, dout):
        W, b = self.params
        self.grads[0][...] = np.dot(self.x.T, dout)
        self.grads[1][...] = np.sum(dout, axis=0)
        return np.dot(dout, W.T)


class SigmoidWithLoss:
    params, grads = [], []

    def forward(self, x, t):
        self.t = t
        self.y = 1 / (1 + np.exp(-x[:, 0]))
        return -np.mean(t * np.log(self.y + 1e-12) + (1 - t) * np.log(1 - self.y + 1e-12))

    def backward(self):
        return ((self.y - self.t) / len(self.t))[:, None]


class Sentiment:
    def __init__(self, dim=5):
        rs = np.random.RandomState(95)
        self.layers = [Embedding(rs.randn(len(vocab), dim) * 0.3), Mean(), Affine(rs.randn(dim, 1) * 0.5, np.zeros(1))]
        self.loss_layer = SigmoidWithLoss()
        self.params, self.grads = [], []
        for l in self.layers:
            self.params += l.params
            self.grads += l.grads

    def predict(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x

    def forward(self, x, t):
        return self.loss_layer.forward(self.predict(x), t)

    def backward(self):
        d = self.loss_layer.backward()
        for l in self.layers[::-1]:
            d = l.backward(d)


def train(net, epochs=400, lr=1.0):
    for e in range(epochs):
        loss = net.forward(ids, labels)
        net.backward()
        for p, g in zip(net.params, net.grads):
            p -= lr * g
    return loss


if __name__ == '__main__':
    n = Sentiment()
    print(train(n))
