"""Counts over sets of different sizes: rho(sum of phi(x)) with a Poisson likelihood. `owner` says whose an element is."""
import numpy as np


def phi(net, elements):
    z = elements @ net["phi"]["w"] + net["phi"]["b"]
    return np.tanh(z)


def pooled(net, elements, owner, sets):
    f = phi(net, elements)
    total = np.zeros((sets, f.shape[1]))
    np.add.at(total, owner, f)
    return f, total


def rate(net, elements, owner, sets):
    f, total = pooled(net, elements, owner, sets)
    size = np.bincount(owner, minlength=sets)[:, None]
    pre = np.concatenate([total / size, np.log(size)], axis=1) @ net["rho"]["w"] + net["rho"]["b"]
    gelu_ish = pre / (1 + np.exp(-1.702 * pre))
    log_rate = gelu_ish @ net["out"]["w"] + net["out"]["b"]
    return f, total, size, pre, gelu_ish, log_rate


def loss(net, elements, owner, count):
    log_rate = rate(net, elements, owner, len(count))[-1]
    return np.mean(np.exp(log_rate) - count * log_rate)


def gradients(net, elements, owner, count):
    f, total, size, pre, hid, log_rate = rate(net, elements, owner, len(count))
    d_log = (np.exp(log_rate) - count) / len(count)
    d_hid = np.outer(d_log, net["out"]["w"])
    s = 1 / (1 + np.exp(-1.702 * pre))
    d_pre = d_hid * (s + 1.702 * pre * s * (1 - s))
    joined = np.concatenate([total / size, np.log(size)], axis=1)
    d_joined = d_pre @ net["rho"]["w"].T
    d_total = d_joined[:, :-1] / size
    d_f = d_total[owner]
    d_z = d_f * (1 - f**2)
    return {
        "phi": {"w": elements.T @ d_z, "b": d_z.sum(0)},
        "rho": {"w": joined.T @ d_pre, "b": d_pre.sum(0)},
        "out": {"w": hid.T @ d_log, "b": d_log.sum()},
    }


g = np.random.default_rng(64)
params = {
    "phi": {"w": g.normal(size=(2, 4)), "b": g.normal(size=4) * 0.3},
    "rho": {"w": g.normal(size=(5, 3)) * 0.6, "b": g.normal(size=3) * 0.3},
    "out": {"w": g.normal(size=3) * 0.6, "b": np.asarray(0.2)},
}
owner = np.array([0, 0, 1, 1, 1, 2, 3, 3, 3, 3, 4, 4, 4])
data = (g.normal(size=(13, 2)), owner, np.array([1, 3, 0, 2, 5]))
