import numpy as np


class Linear:
    # no bias, beta of the batch norm does its job
    def __init__(self, W):
        self.W = W
        self.dW = np.zeros_like(W)

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout):
        self.dW += self.x.T @ dout
        return dout @ self.W.T


class BatchNorm:
    def __init__(self, gamma, beta, eps=1e-3):
        self.gamma, self.beta, self.eps = gamma, beta, eps
        self.running_mean = 0
        self.running_var = 1

    def forward(self, x):
        mu = x.mean(0)
        self.xc = x - mu
        var = (self.xc**2).mean(0)
        self.istd = 1 / np.sqrt(var + self.eps)
        self.xhat = self.xc * self.istd
        self.running_mean = 0.9 * self.running_mean + 0.1 * mu
        self.running_var = 0.9 * self.running_var + 0.1 * var
        return self.gamma * self.xhat + self.beta

    def backward(self, dout):
        m = len(dout)
        self.dbeta = dout.sum(axis=0)
        self.dgamma = (dout * self.xhat).sum(axis=0)
        dxhat = dout * self.gamma
        # 1/sqrt(var + eps)
        distd = (dxhat * self.xc).sum(axis=0)
        dvar = -0.5 * distd * self.istd**3
        # the two ways to xc
        dxc = dxhat * self.istd
        dxc += 2 / m * self.xc * dvar
        # and the mean
        dmu = -dxc.sum(axis=0)
        return dxc + dmu / m


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out**2)


class Dropout:
    # mask is drawn outside so that one can check the gradient
    def __init__(self, mask, keep):
        self.mask, self.keep = mask, keep

    def forward(self, x):
        return x * self.mask / self.keep

    def backward(self, dout):
        return dout * self.mask / self.keep
