import numpy as np


class Normalise:
    """batch normalisation over the rows; keeps averages for test time"""

    def __init__(self, width, keep=0.9):
        self.stretch = np.ones(width)
        self.move = np.zeros(width)
        self.keep = keep
        self.avg = np.zeros(width)
        self.spread = np.ones(width)

    def ahead(self, x, test=False):
        if test:
            return (x - self.avg) / np.sqrt(self.spread + 1e-5) * self.stretch + self.move
        m, s2 = x.mean(0), x.var(0)
        self.avg = self.keep * self.avg + (1 - self.keep) * m
        self.spread = self.keep * self.spread + (1 - self.keep) * s2
        self.sd = np.sqrt(s2 + 1e-5)
        self.xn = (x - m) / self.sd
        return self.xn * self.stretch + self.move

    def back(self, g):
        self.g_stretch = (g * self.xn).sum(0)
        self.g_move = g.sum(0)
        gn = g * self.stretch
        return (g - g.mean(0) - self.xn * (g * self.xn).mean(0)) / self.sd


if __name__ == "__main__":
    # my test: compare with finite differences. Right for a new layer, wrong after some epochs of training?!
    r = np.random.RandomState(0)
    layer, x, g = Normalise(3), r.randn(8, 3) * 2 + 1, r.randn(8, 3)
    layer.ahead(x)
    dx = layer.back(g)
    e = np.zeros_like(x)
    e[2, 1] = 1e-5
    print(dx[2, 1], ((layer.ahead(x + e) - layer.ahead(x - e)) * g).sum() / 2e-5)
