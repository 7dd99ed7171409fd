import numpy


class RBFNet:
    # Gaussian units with trainable centres and log-widths; targets are angles, the error is 1 - cos

    def __init__(self, n_centres, n_inputs, seed=0):
        rng = numpy.random.default_rng(seed)
        self.theta = {
            "centres": rng.normal(size=(n_centres, n_inputs)),
            "logWidths": rng.normal(scale=0.2, size=n_centres),
            "outputWeights": rng.normal(size=n_centres),
            "offset": rng.normal(size=1),
        }

    def activations(self, theta, inputs):
        self.diff = inputs[:, None, :] - theta["centres"][None, :, :]
        self.dist2 = numpy.sum(self.diff**2, axis=2)
        self.prec = numpy.exp(-2 * theta["logWidths"])
        self.phi = numpy.exp(-0.5 * self.dist2 * self.prec)
        return self.phi

    def predict(self, theta, inputs):
        return self.activations(theta, inputs) @ theta["outputWeights"] + theta["offset"]

    def cost(self, theta, inputs, angles):
        return numpy.mean(1 - numpy.cos(self.predict(theta, inputs) - angles))

    def slopes(self, theta, inputs, angles):
        err = numpy.sin(self.predict(theta, inputs) - angles) / len(angles)
        dPhi = numpy.outer(err, theta["outputWeights"])
        dExponent = dPhi * self.phi
        dDist2 = -0.5 * dExponent * self.prec
        dCentres = numpy.sum(-2 * dDist2[:, :, None] * self.diff, axis=0)
        dLogWidths = numpy.sum(dExponent * self.dist2 * self.prec, axis=0)
        return {
            "centres": dCentres,
            "logWidths": dLogWidths,
            "outputWeights": self.phi.T @ err,
            "offset": numpy.array([err.sum()]),
        }


net = RBFNet(n_centres=5, n_inputs=2, seed=14)
params = net.theta
loss, gradients = net.cost, net.slopes
_rng = numpy.random.default_rng(15)
data = (_rng.normal(size=(9, 2)), _rng.uniform(-3, 3, size=9))
