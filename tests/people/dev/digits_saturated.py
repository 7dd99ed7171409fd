import numpy as np

def digits8(n=100):
    """8x8 pictures with values 0..16 like the ones in sklearn"""
    rs = np.random.RandomState(60)
    proto = rs.randint(0, 17, (5, 64)) * (rs.rand(5, 64) < 0.5)
    y = np.arange(n) % 5
    return np.clip(proto[y] + rs.randint(-2, 3, (n, 64)), 0, 16), y

class NeuralNet:
    def __init__(self, sizes, learnRate=0.5):
        rs = np.random.RandomState(61)
        self.W = [rs.uniform(0, 1, (a, b)) for a, b in zip(sizes, sizes[1:])]
        self.B = [np.zeros(b) for b in sizes[1:]]
        self.learnRate = learnRate

    def forward(self, X):
        outs = [np.asarray(X, dtype=float)]
        for W, B in zip(self.W, self.B):
            outs.append(1 / (1 + np.exp(-(outs[-1].dot(W) + B))))
        return outs

    def loss(self, X, y):
        T = np.eye(5)[y]
        return 0.5 * np.sum((self.forward(X)[-1] - T) ** 2) / len(y)

    def gradients(self, X, y):
        outs = self.forward(X)
        delta = (outs[-1] - np.eye(5)[y]) / len(y) * outs[-1] * (1 - outs[-1])
        dW, dB = [], []
        for i in reversed(range(len(self.W))):
            dW.append(outs[i].T.dot(delta))
            dB.append(delta.sum(0))
            delta = delta.dot(self.W[i].T) * outs[i] * (1 - outs[i])
        return {'W': dW[::-1], 'B': dB[::-1]}

    def train(self, X, y, epochs=1500):
        for e in range(epochs):
            g = self.gradients(X, y)
            for i in range(len(self.W)):
                self.W[i] -= self.learnRate * g['W'][i]
                self.B[i] -= self.learnRate * g['B'][i]
        return np.mean(self.forward(X)[-1].argmax(1) == y)

if __name__ == '__main__':
    X, y = digits8()
    print(NeuralNet([64, 16, 5]).train(X, y))
