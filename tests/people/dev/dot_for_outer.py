import numpy as np

class SimpleNet:
    """ regression: y = sin(3x) from 1 input, tanh hidden layer """
    def __init__(self, nHidden = 8, eta = 0.05):
        rng = np.random.RandomState(3)
        self.wIn = rng.randn(nHidden) * 2
        self.bIn = rng.randn(nHidden)
        self.wRec = rng.randn(nHidden, nHidden) * 0.4
        self.bRec = np.zeros(nHidden)
        self.wOut = rng.randn(nHidden) * 0.4
        self.bOut = 0.0
        self.eta = eta

    def feedForward(self, x):
        self.x = x
        self.a1 = np.tanh(self.wIn * x + self.bIn)
        self.a2 = np.tanh(np.dot(self.wRec, self.a1) + self.bRec)
        return np.dot(self.wOut, self.a2) + self.bOut

    def cost(self, x, y):
        return 0.5 * (self.feedForward(x) - y)**2

    def backProp(self, x, y):
        err = self.feedForward(x) - y
        grad = {}
        grad['wOut'] = err * self.a2
        grad['bOut'] = err
        d2 = err * self.wOut * (1 - self.a2**2)
        grad['wRec'] = np.dot(d2, self.a1)
        grad['bRec'] = d2
        d1 = np.dot(self.wRec.T, d2) * (1 - self.a1**2)
        grad['wIn'] = d1 * x
        grad['bIn'] = d1
        return grad

    def learn(self, xs, ys, epochs = 200):
        for e in range(epochs):
            for x, y in zip(xs, ys):
                g = self.backProp(x, y)
                for name in g:
                    setattr(self, name, getattr(self, name) - self.eta * g[name])
        return np.mean([self.cost(x, y) for x, y in zip(xs, ys)])

xs = np.linspace(-1.0, 1.0, 25)
ys = np.sin(3 * xs)

if __name__ == "__main__":
    net = SimpleNet()
    print(net.learn(xs, ys))
