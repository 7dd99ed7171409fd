import numpy as np

# a hypernetwork writes the weights of a small per-task regressor from the task's learned code
rs = np.random.RandomState(17)
TASKS, CODE, IN, HID = 3, 2, 2, 3
SIZE = IN * HID + HID + HID
params = {
    'codes': rs.randn(TASKS, CODE),
    'G': rs.randn(CODE, SIZE) * 0.5,
    'g': rs.randn(SIZE) * 0.5,
}
task = np.array([0, 1, 2, 2, 1, 0, 0])
X, Y = rs.randn(7, IN), rs.randn(7)
data = (task, X, Y)


def unpack(flat):
    a = IN * HID
    return flat[:a].reshape(IN, HID), flat[a:a + HID], flat[a + HID:]


def loss(p, task, X, Y):
    total = 0
    for t, x, y in zip(task, X, Y):
        W, b, v = unpack(np.tanh(p['codes'][t] @ p['G'] + p['g']))
        total += (v @ np.cos(x @ W + b) - y) ** 2
    return total / len(Y)


def gradients(p, task, X, Y):
    grads = {k: np.zeros_like(a) for k, a in p.items()}
    for t, x, y in zip(task, X, Y):
        made = np.tanh(p['codes'][t] @ p['G'] + p['g'])
        W, b, v = unpack(made)
        z = x @ W + b
        e = 2 * (v @ np.cos(z) - y) / len(Y)
        dv = e * np.cos(z)
        dz = -e * v * np.sin(z)
        dflat = np.concatenate([np.outer(x, dz).ravel(), dz, dv])
        dpre = dflat * (1 - made ** 2)
        grads['G'] += np.outer(p['codes'][t], dpre)
        grads['g'] += dpre
        grads['codes'][t] += p['G'] @ dpre
    return grads
