"""A residual block read as an ODE: dh/dt = f(h, t), four midpoint (second-order Runge-Kutta) steps, unrolled."""

import numpy as np


def make_ode(steps, horizon):
    dt = horizon / steps

    def f(p, h, t):
        inner = np.tanh(h @ p["A"] + t * p["time"] + p["bias"])
        return inner @ p["B"], inner

    def f_vjp(p, h, t, inner, dout, acc):
        acc["B"] += inner.T @ dout
        dpre = (dout @ p["B"].T) * (1 - inner**2)
        acc["A"] += h.T @ dpre
        acc["time"] += t * dpre.sum(axis=0)
        acc["bias"] += dpre.sum(axis=0)
        return dpre @ p["A"].T

    def integrate(p, h):
        path = []
        for k in range(steps):
            t = k * dt
            k1, inner1 = f(p, h, t)
            middle = h + 0.5 * dt * k1
            k2, inner2 = f(p, middle, t + 0.5 * dt)
            path.append((t, h, inner1, middle, inner2))
            h = h + dt * k2
        return h, path

    def loss(p, x, y):
        h, _ = integrate(p, x @ p["lift"])
        margin = y * (h @ p["out"])
        return np.logaddexp(0.0, -margin).mean()

    def gradients(p, x, y):
        h0 = x @ p["lift"]
        h, path = integrate(p, h0)
        acc = {k: np.zeros(v.shape) for k, v in p.items()}
        margin = y * (h @ p["out"])
        dmargin = -1.0 / (1.0 + np.exp(margin)) / len(y)
        acc["out"] += h.T @ (dmargin * y)
        dh = np.outer(dmargin * y, p["out"])
        for t, h_start, inner1, middle, inner2 in reversed(path):
            dmiddle = f_vjp(p, middle, t + 0.5 * dt, inner2, dt * dh, acc)
            dh = dh + dmiddle
            dh = dh + f_vjp(p, h_start, t, inner1, 0.5 * dt * dmiddle, acc)
        acc["lift"] += x.T @ dh
        return acc

    return loss, gradients


loss, gradients = make_ode(steps=4, horizon=2.0)

r = np.random.default_rng(66)
params = {
    "lift": r.normal(size=(2, 3)),
    "A": r.normal(size=(3, 5)) * 0.7,
    "time": r.normal(size=5) * 0.5,
    "bias": r.normal(size=5) * 0.2,
    "B": r.normal(size=(5, 3)) * 0.6,
    "out": r.normal(size=3),
}
_x = r.normal(size=(8, 2))
data = (_x, np.where((_x**2).sum(axis=1) > 1.2, 1.0, -1.0))
