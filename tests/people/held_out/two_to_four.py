import numpy as np

class Neuron(object):

    def __init__(self, eta):
        self.w = 0.44
        self.b = 0.0
        self.eta = eta
        self.last = None

    def fire(self, x):
        self.last = 1.0 / (1.0 + np.exp(-(self.w * x + self.b)))
        return self.last

    def cost(self, x, want):
        return 0.5 * np.sum((want - self.fire(x)) ** 2)

    def adapt(self, x, want):
        out = self.fire(x)
        s = (out - want) * out * (1 - out)
        self.w -= self.eta * np.sum(s * x)
        self.b -= self.eta * np.sum(s)

# the answer should grow from 2 to 4
xs = np.array([-1.0, -0.5, 0.0, 0.5, 1.0, 1.5])
wanted = 2 + 2 / (1 + np.exp(-3 * xs))

if __name__ == "__main__":
    n = Neuron(1.0)
    for k in range(1000):
        n.adapt(xs, wanted)
    print(n.cost(xs, wanted), n.last)   # all 1, never 2
