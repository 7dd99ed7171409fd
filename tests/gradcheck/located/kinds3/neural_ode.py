import numpy as np

# Neural ODE, midpoint rule. dy/dt = f(y, t) ; f is a small net that sees the time as well
# observations come at irregular times, between two of them STEPS steps are made

np.random.seed(71)
STEPS = 3


def f(p, y, t):
    a = np.concatenate([y, [t]])
    h = np.tanh(p["A"] @ a + p["a"])
    return p["B"] @ h - 0.1 * y, (a, h)


def f_back(p, g, dk, memo):
    """adds to g, returns dy"""
    a, h = memo
    g["B"] += np.outer(dk, h)
    dh = p["B"].T @ dk
    dz = dh * (1 - h**2)
    g["A"] += np.outer(dz, a)
    g["a"] += dz
    return (p["A"].T @ dz)[:-1] - 0.1 * dk


def solve(p, times):
    y = p["y0"]
    t = 0.0
    path, at_obs = [], []
    for t_obs in times:
        dt = (t_obs - t) / STEPS
        for _ in range(STEPS):
            k1, m1 = f(p, y, t)
            mid = y + 0.5 * dt * k1
            k2, m2 = f(p, mid, t + 0.5 * dt)
            y = y + dt * k2
            path.append((dt, m1, m2))
            t = t + dt
        at_obs.append(y)
    return np.array(at_obs), path


# adjoint method: would save memory, but it is not exact for a fixed step, so no


def loss(p, times, obs, seen):
    ys, _ = solve(p, times)
    return np.sum(seen * (ys - obs) ** 2) / np.sum(seen)


def gradients(p, times, obs, seen):
    ys, path = solve(p, times)
    g = {k: np.zeros_like(v) for k, v in p.items()}
    derr = 2 * seen * (ys - obs) / np.sum(seen)
    dy = np.zeros_like(p["y0"])
    step = len(path) - 1
    for j in range(len(times) - 1, -1, -1):
        dy = dy + derr[j]
        for _ in range(STEPS):
            dt, m1, m2 = path[step]
            dmid = f_back(p, g, dt * dy, m2)
            dk1 = 0.5 * dt * dmid
            dy = dy + dmid + f_back(p, g, dk1, m1)
            step -= 1
    g["y0"] = dy
    return g


params = {
    "A": np.random.randn(5, 3),
    "a": np.random.randn(5) * 0.3,
    "B": np.random.randn(2, 5),
    "y0": np.random.randn(2),
}
times = [0.4, 0.7, 1.5, 1.9]
seen = np.array([[1, 1], [1, 0], [0, 1], [1, 1.0]])
data = (times, np.random.randn(4, 2), seen)
