# radial basis functions with learnt centres, one width a unit (through its log), normalised activations
import numpy as np


class RbfNet:
    def __init__(self, n_units, n_out):
        self.n_units, self.n_out = n_units, n_out

    def activations(self, prm, x):
        delta = x[:, None, :] - prm["centres"][None]
        self.delta = delta
        self.d2 = np.square(delta).sum(-1)
        self.gamma = np.exp(-2 * prm["logwidth"])
        self.phi = np.exp(-0.5 * self.d2 * self.gamma)
        self.total = self.phi.sum(axis=1, keepdims=True) + 1e-6
        return self.phi / self.total

    def forward(self, prm, x):
        self.rho = self.activations(prm, x)
        return self.rho @ prm["weights"] + prm["offset"]

    def loss(self, prm, x, y):
        out = self.forward(prm, x)
        err = out - y
        return np.log(np.cosh(err)).sum() / len(x)

    def gradients(self, prm, x, y):
        out = self.forward(prm, x)
        n = len(x)
        derr = np.tanh(out - y) / n
        gw = self.rho.T @ derr
        go = derr.sum(axis=0)

        drho = derr @ prm["weights"].T
        # rho = phi / total, and total is the sum of phi
        dphi = drho / self.total
        dphi -= (drho * self.phi).sum(axis=1, keepdims=True) / self.total**2
        dexponent = dphi * self.phi
        dd2 = -0.5 * dexponent * self.gamma
        dgamma = (-0.5 * dexponent * self.d2).sum(axis=0)
        glogwidth = -2 * self.gamma * dgamma
        gcentres = -2 * (dd2[:, :, None] * self.delta).sum(axis=0)
        return {"centres": gcentres, "logwidth": glogwidth, "weights": gw, "offset": go}


rbf = RbfNet(5, 2)
loss = rbf.loss
gradients = rbf.gradients

_rs = np.random.RandomState(101)
x = _rs.uniform(-1, 1, (12, 3))
y = np.stack([x[:, 0] * x[:, 1], np.abs(x).sum(axis=1)], axis=1)
params = {
    "centres": _rs.uniform(-1, 1, (5, 3)),
    "logwidth": _rs.uniform(-0.6, 0.2, 5),
    "weights": _rs.randn(5, 2),
    "offset": _rs.randn(2) * 0.1,
}
data = (x, y)
