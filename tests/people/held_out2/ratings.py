# FunkSVD with biases. One update for each known rating
import numpy as np

R = np.array([[5, 3, 0, 1, 4], [4, 0, 0, 1, 0], [1, 1, 0, 5, 2], [1, 0, 2, 4, 0], [0, 1, 5, 4, 1], [5, 4, 1, 0, 4]], float)
K = 2
gamma = 0.02
reg = 0.02

known = [(u, i, R[u, i]) for u in range(R.shape[0]) for i in range(R.shape[1]) if R[u, i] > 0]


class MF:
    def __init__(self):
        rs = np.random.RandomState(250)
        self.P = rs.normal(0, 0.3, (R.shape[0], K))
        self.Q = rs.normal(0, 0.3, (R.shape[1], K))
        self.bu = np.zeros(R.shape[0])
        self.bi = np.zeros(R.shape[1])
        self.mu = np.mean([r for _, _, r in known])

    def guess(self, u, i):
        return self.mu + self.bu[u] + self.bi[i] + self.P[u].dot(self.Q[i])

    def err(self, u, i, r):
        penalty = self.P[u].dot(self.P[u]) + self.Q[i].dot(self.Q[i]) + self.bu[u] ** 2 + self.bi[i] ** 2
        return (r - self.guess(u, i)) ** 2 + reg * penalty

    def update(self, u, i, r):
        e = r - self.guess(u, i)
        pu = self.P[u].copy()
        self.bu[u] += gamma * 2 * (e - reg * self.bu[u])
        self.bi[i] += gamma * 2 * (e - reg * self.bi[i])
        self.P[u] += gamma * 2 * (e * self.Q[i] - reg * pu)
        self.Q[i] += gamma * 2 * (e * pu - reg * self.Q[i])


def train(mf, epochs=200):
    for ep in range(epochs):
        for u, i, r in known:
            mf.update(u, i, r)
    return np.sqrt(np.mean([(r - mf.guess(u, i)) ** 2 for u, i, r in known]))


if __name__ == '__main__':
    mf = MF()
    print('rmse', train(mf))
    print(np.round([[mf.guess(u, i) for i in range(5)] for u in range(6)], 1))
