import numpy as np

# position of a robot's hand (x, y, and the angle) from its two joints
def joints(n=100, seed=23):
    g = np.random.default_rng(seed)
    q = g.uniform(-1.2, 1.2, (n, 2))
    return q, np.c_[np.cos(q[:, 0]) + np.cos(q.sum(1)), np.sin(q[:, 0]) + np.sin(q.sum(1)), q.sum(1)]

class ArmNet:
    def __init__(self, hidden=20):
        g = np.random.default_rng(1)
        self.Win = g.normal(0, .6, (hidden, 2))
        self.bin = np.zeros(hidden)
        self.Wout = g.normal(0, .3, (3, hidden))
        self.bout = np.zeros(3)

    def __call__(self, q):
        self.q = q
        self.a = np.tanh(q @ self.Win.T + self.bin)
        return self.a @ self.Wout.T + self.bout

    def loss(self, q, pos):
        # sum over the samples, mean over x, y, angle
        return np.sum(np.mean((self(q) - pos) ** 2, axis=1))

    def gradients(self, q, pos):
        e = 2 * (self(q) - pos) / pos.shape[1]
        ea = (e @ self.Wout) * (1 - self.a ** 2)
        return {'Wout': e.T @ self.a, 'bout': e.sum(0), 'Win': ea.T @ self.q, 'bin': ea.sum(0)}

    # def loss(self, q, pos): return np.mean((self(q) - pos) ** 2)

    def step(self, q, pos, lr=0.001):
        for name, g in self.gradients(q, pos).items():
            setattr(self, name, getattr(self, name) - lr * g)

if __name__ == '__main__':
    q, pos = joints()
    net = ArmNet()
    for i in range(3000):
        net.step(q, pos)
    print(net.loss(q, pos) / len(q))
