import numpy as np


class RecurrentPolicy:
    """GRU-less memory: h = tanh(Wx + Uh + b); Gaussian actions with a learned log deviation; scalar value"""

    names = ("W", "U", "b", "mu", "log_sd", "value")

    def __init__(self, p):
        self.p = p
        self.steps = []

    def observe(self, x, h):
        p = self.p
        h_new = np.tanh(p["W"] @ x + p["U"] @ h + p["b"])
        self.steps.append((x, h, h_new))
        return h_new

    def log_density(self, h, action):
        z = (action - self.p["mu"] @ h) / np.exp(self.p["log_sd"])
        return -0.5 * z @ z - self.p["log_sd"].sum()

    def zero(self):
        self.g = {k: np.zeros_like(self.p[k]) for k in self.names}

    def density_grad(self, h, action, weight):
        """adds weight * d log density, gives what belongs to h"""
        sd = np.exp(self.p["log_sd"])
        z = (action - self.p["mu"] @ h) / sd
        dmean = weight * z / sd
        self.g["mu"] += np.outer(dmean, h)
        self.g["log_sd"] += weight * (z ** 2 - 1)
        return self.p["mu"].T @ dmean

    def value_grad(self, h, weight):
        self.g["value"] += weight * h
        return weight * self.p["value"]

    def memory_grad(self, dhs):
        flow = 0
        for (x, h, h_new), dh in zip(reversed(self.steps), reversed(dhs)):
            dz = (dh + flow) * (1 - h_new ** 2)
            self.g["W"] += np.outer(dz, x)
            self.g["U"] += np.outer(dz, h)
            self.g["b"] += dz
            flow = self.p["U"].T @ dz
