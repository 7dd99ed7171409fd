"""u'' + k u = f on (0, 1) solved by a network: the residual needs u and u'' in x, which are written out by hand.

u(x) = sum_j v_j tanh(w_j x + b_j) + c. With s = tanh: s' = 1 - s^2, s'' = -2 s s', s''' = -2 (s'^2 + s s''), and the
last is used in the gradient of the residual. k is estimated together with the network.
"""

import numpy as np

BOUNDARY_WEIGHT = 5.0


def source(x):
    return np.sin(np.pi * x)


class Pinn:
    def parts(self, p, x):
        s = np.tanh(np.outer(x, p["w"]) + p["b"])
        s1 = 1 - s**2
        s2 = -2 * s * s1
        return s, s1, s2

    def u(self, p, x):
        s, _, _ = self.parts(p, x)
        return s @ p["v"] + p["c"][0]

    def residual(self, p, x):
        s, _, s2 = self.parts(p, x)
        u = s @ p["v"] + p["c"][0]
        u_xx = s2 @ (p["v"] * p["w"] ** 2)
        return u_xx + p["k"][0] * u - source(x)

    def loss(self, p, inside, ends, values):
        r = self.residual(p, inside)
        gap = self.u(p, ends) - values
        return np.mean(r**2) + BOUNDARY_WEIGHT * np.mean(gap**2)

    def gradients(self, p, inside, ends, values):
        v, w, k = p["v"], p["w"], p["k"][0]
        out = {name: np.zeros_like(a) for name, a in p.items()}

        # the equation
        s, s1, s2 = self.parts(p, inside)
        s3 = -2 * (s1**2 + s * s2)
        r = self.residual(p, inside)
        dr = 2 * r / len(inside)
        out["v"] += dr @ (s2 * w**2 + k * s)
        d_arg = dr[:, None] * v * (s3 * w**2 + k * s1)
        out["w"] += inside @ d_arg
        out["w"] += dr @ (s2 * v * 2 * w)
        out["b"] += d_arg.sum(axis=0)
        out["c"] += k * dr.sum()
        out["k"] += dr @ self.u(p, inside)

        # the ends
        s, s1, _ = self.parts(p, ends)
        gap = self.u(p, ends) - values
        dg = 2 * BOUNDARY_WEIGHT * gap / len(ends)
        out["v"] += dg @ s
        d_arg = dg[:, None] * v * s1
        out["w"] += ends @ d_arg
        out["b"] += d_arg.sum(axis=0)
        out["c"] += dg.sum()
        return out


pinn = Pinn()
loss = pinn.loss
gradients = pinn.gradients
_rs = np.random.RandomState(2)
params = {
    "v": _rs.randn(6) * 0.5,
    "w": _rs.randn(6) * 1.5,
    "b": _rs.randn(6) * 0.5,
    "c": np.array([0.1]),
    "k": np.array([1.7]),
}
data = (np.linspace(0.05, 0.95, 11), np.array([0.0, 1.0]), np.array([0.2, -0.3]))
