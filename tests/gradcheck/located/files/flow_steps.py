import numpy as np

# x' = A tanh(Bx + c) followed over a number of Heun steps; observed at several moments


def make_solver(h, watched, steps):
    def field(p, x):
        s = np.tanh(x @ p["B"].T + p["c"])
        return s @ p["A"].T, s

    def solve(p, x):
        seen, trail = {}, []
        for k in range(1, steps + 1):
            k1, s1 = field(p, x)
            k2, s2 = field(p, x + h * k1)
            trail.append((x, k1, s1, s2))
            x = x + h / 2 * (k1 + k2)
            if k in watched:
                seen[k] = x
        return seen, trail

    def misfit(p, x, obs):
        seen, _ = solve(p, x + p["shift"])
        return sum(np.mean((seen[k] - o) ** 2) for k, o in zip(watched, obs))

    def adjoint(p, x, obs):
        seen, trail = solve(p, x + p["shift"])
        gA, gB, gc = np.zeros_like(p["A"]), np.zeros_like(p["B"]), np.zeros_like(p["c"])
        lam = np.zeros_like(x)

        def field_back(dk, at, s):
            nonlocal gA, gB, gc
            gA = gA + dk.T @ s
            dz = (dk @ p["A"]) * (1 - s * s)
            gB = gB + dz.T @ at
            gc = gc + dz.sum(axis=0)
            return dz @ p["B"]

        for k in range(steps, 0, -1):
            if k in watched:
                o = obs[watched.index(k)]
                lam = lam + 2 * (seen[k] - o) / o.size
            at, k1, s1, s2 = trail[k - 1]
            dk = h / 2 * lam
            dmid = field_back(dk, at + h * k1, s2)
            dstart = field_back(dk + h * dmid, at, s1)
            lam = lam + dmid + dstart
        return {"A": gA, "B": gB, "c": gc, "shift": lam.sum(axis=0)}

    return misfit, adjoint


loss, gradients = make_solver(h=0.3, watched=(2, 3, 5), steps=5)

_g = np.random.default_rng(80)
params = {"A": _g.normal(size=(3, 6)), "B": _g.normal(size=(6, 3)), "c": _g.normal(size=6), "shift": _g.normal(size=3)}
data = (_g.normal(size=(8, 3)), _g.normal(size=(3, 8, 3)))
