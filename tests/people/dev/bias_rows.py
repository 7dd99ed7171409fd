import numpy as np

class nn_circle:
    ''' 2 - 6 - 1 with tanh, red points = 1, blue points = -1 '''

    def __init__(self, points, colors):
        rs = np.random.RandomState(250)
        self.x = points
        self.y = colors.reshape(-1, 1)
        self.w1 = rs.uniform(-1, 1, (2, 6))
        self.b1 = np.zeros((1, 6))
        self.w2 = rs.uniform(-1, 1, (6, 1))
        self.b2 = np.zeros((1, 1))
        self.lr = 0.1

    def ff(self, x):
        self.l1 = np.tanh(x @ self.w1 + self.b1)
        self.l2 = np.tanh(self.l1 @ self.w2 + self.b2)
        return self.l2

    def squared(self):
        return ((self.ff(self.x) - self.y)**2).mean()

    def bp(self):
        self.ff(self.x)
        e2 = 2/len(self.x)*(self.l2 - self.y)*(1 - self.l2**2)
        e1 = np.dot(e2, self.w2.T)*(1 - self.l1**2)
        self.w2 = self.w2 - self.lr*np.dot(self.l1.T, e2)
        self.b2 = self.b2 - self.lr*e2
        self.w1 = self.w1 - self.lr*np.dot(self.x.T, e1)
        self.b1 = self.b1 - self.lr*e1

    def train(self, n=4000):
        for i in range(n):
            self.bp()
        return self.squared()


def circle(n=40, seed=251):
    rs = np.random.RandomState(seed)
    c = np.where(np.arange(n) % 2, 1.0, -1.0)
    r = np.where(c > 0, rs.uniform(0, 0.5, n), rs.uniform(0.8, 1.2, n))
    a = rs.uniform(0, 6.28, n)
    return np.c_[r*np.cos(a), r*np.sin(a)], c


def held_out(net):
    # new points, as many as before (else the shapes do not fit??)
    x, c = circle(40, 252)
    order = np.random.RandomState(253).permutation(40)
    return (np.sign(net.ff(x[order]).ravel()) == c[order]).mean()


if __name__ == '__main__':
    net = nn_circle(*circle())
    print(net.train(), held_out(net))
