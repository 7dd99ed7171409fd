import numpy as np

np.random.seed(30)


def gauss(X, C, s):
    # X n x d, C k x d, s k
    dist = ((X[:, None, :] - C[None]) ** 2).sum(2)
    return dist, np.exp(-dist / (2 * s ** 2))


def init(k=8, d=2):
    return {"C": np.random.uniform(-1, 1, (k, d)), "s": np.full(k, 0.6), "w": np.random.randn(k) * 0.3, "bias": 0.1}


def output(net, X):
    return gauss(X, net["C"], net["s"])[1] @ net["w"] + net["bias"]


def error(net, X, y):
    return 0.5 * np.mean((output(net, X) - y) ** 2)


def error_grad(net, X, y):
    dist, phi = gauss(X, net["C"], net["s"])
    e = (phi @ net["w"] + net["bias"] - y) / len(y)
    g = {"w": phi.T @ e, "bias": e.sum()}
    common = e[:, None] * net["w"] * phi
    g["C"] = np.array([(common[:, j:j+1] * (X - net["C"][j])).sum(0) / net["s"][j] ** 2 for j in range(len(net["s"]))])
    g["s"] = (common * dist).sum(0) / net["s"] ** 3
    return g


def bump(n=60):
    X = np.random.uniform(-1, 1, (n, 2))
    return X, np.exp(-4 * (X ** 2).sum(1)) - 0.5 * X[:, 0]


def fit(net, X, y, lr=0.3, n=1500):
    for _ in range(n):
        g = error_grad(net, X, y)
        net = {k: net[k] - lr * g[k] for k in net}
    return error(net, X, y)
