import numpy as np

class ArmNet:
    """(shoulder, elbow) -> x, y of elbow and hand. linear output"""
    def __init__(self, hidden=14):
        rs = np.random.RandomState(100)
        self.Wh = rs.randn(hidden, 2) * 0.8
        self.bh = rs.randn(hidden, 1) * 0.3
        self.Wo = rs.randn(4, hidden) * 0.3
        self.bo = np.zeros((4, 1))

    def out(self, X):
        # X has one sample per row, in here it is columns
        self.H = np.tanh(self.Wh @ X.T + self.bh)
        return (self.Wo @ self.H + self.bo).T

    def error(self, X, T):
        total = 0
        for o, t in zip(self.out(X), T):
            total += np.mean((o - t) ** 2)      # mean over the 4 coordinates, summed over all samples
        return total

    def grads(self, X, T):
        D = 2 * (self.out(X) - T).T / 4
        G = {}
        G['Wo'] = D @ self.H.T
        G['bo'] = D.sum(axis=1).reshape(-1, 1)
        D = (self.Wo.T @ D) * (1 - self.H ** 2)
        G['Wh'] = D @ X
        G['bh'] = D.sum(axis=1).reshape(-1, 1)
        return G

    def train(self, X, T, rate=0.01, n=3000):
        for i in range(n):
            G = self.grads(X, T)
            for k in G:
                setattr(self, k, getattr(self, k) - rate * G[k])
        return self.error(X, T) / len(X)


def samples(n=50):
    rs = np.random.RandomState(101)
    a, b = rs.uniform(-1, 1, (2, n))
    return np.c_[a, b], np.c_[np.cos(a), np.sin(a), np.cos(a) + np.cos(a + b), np.sin(a) + np.sin(a + b)]


if __name__ == "__main__":
    print(ArmNet().train(*samples()))
