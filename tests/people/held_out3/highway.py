import numpy as np
from numpy import exp, tanh, zeros, ones

# theta is one long vector. six highway layers of width 4 (H and T), after them w'x + b.
# loss: Huber
depth = 6
width = 4


def reshape_theta(theta):
    layers = []
    at = 0
    for l in range(depth):
        WH = theta[at:at+16].reshape(width, width); at = at + 16
        bH = theta[at:at+4]; at = at + 4
        WT = theta[at:at+16].reshape(width, width); at = at + 16
        bT = theta[at:at+4]; at = at + 4
        layers.append((WH, bH, WT, bT))
    return layers, theta[at:at+4], theta[at+4]


def start_theta():
    rand = np.random.RandomState(55)
    theta = rand.randn(depth*40 + 5) * 0.4
    for l in range(depth):
        theta[40*l+36:40*l+40] = -1   # gates mostly carry
    return theta


def costFunction(theta, X, y):
    layers, w, b = reshape_theta(theta)
    m = X.shape[0]
    xs = [X]; hs = []; ts = []
    for WH, bH, WT, bT in layers:
        h = tanh(xs[-1] @ WH + bH)
        t = 1 / (1 + exp(-(xs[-1] @ WT + bT)))
        xs.append(h * t + xs[-1] * (1 - t))
        hs.append(h); ts.append(t)
    r = xs[-1] @ w + b - y
    J = np.sum(np.sqrt(1 + r**2) - 1) / m

    dr = r / np.sqrt(1 + r**2) / m
    grad = [xs[-1].T @ dr, np.array([dr.sum()])]
    dx = np.outer(dr, w)
    for l in range(depth-1, -1, -1):
        WH, bH, WT, bT = layers[l]
        x, h, t = xs[l], hs[l], ts[l]
        dzh = dx * t * (1 - h**2)
        dzt = dx * (h - x) * t * (1 - t)
        grad = [(x.T @ dzh).ravel(), dzh.sum(0), (x.T @ dzt).ravel(), dzt.sum(0)] + grad
        dx = dx * (1 - t) + dzh @ WH.T + dzt @ WT.T
    return J, np.concatenate(grad)


def load():
    rand = np.random.RandomState(56)
    X = rand.randn(50, 4)
    return X, X[:, 0] * X[:, 1] + X[:, 2]


def gd(theta, X, y, alpha=0.3, iters=600):
    for it in range(iters):
        J, g = costFunction(theta, X, y)
        theta = theta - alpha * g
    return J
