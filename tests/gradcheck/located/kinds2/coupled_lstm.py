"""LSTM whose forget gate is one minus its input gate, batched; reads a rate from the last state."""
import numpy as np

rng = np.random.default_rng(40)
IN, HID = 3, 4

params = {
    "U": rng.normal(0, 0.5, (IN + HID, 3 * HID)),  # input gate, output gate, candidate
    "c": rng.normal(0, 0.2, 3 * HID),
    "v": rng.normal(0, 0.7, HID),
    "v0": rng.normal(0, 0.1, 1),
}
seqs = rng.normal(size=(5, 7, IN))
counts = np.array([2.0, 0.0, 1.0, 4.0, 1.0])
data = (seqs, counts)


def logistic(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def through(p, seqs):
    B, T, _ = seqs.shape
    h, c = np.zeros((B, HID)), np.zeros((B, HID))
    tape = []
    for t in range(T):
        joined = np.hstack([seqs[:, t], h])
        z = joined @ p["U"] + p["c"]
        i, o = logistic(z[:, :HID]), logistic(z[:, HID : 2 * HID])
        k = np.tanh(z[:, 2 * HID :])
        before = c
        c = (1 - i) * before + i * k
        h = o * np.tanh(c)
        tape.append((joined, i, o, k, before, c))
    return h, tape


def loss(p, seqs, counts):
    h, _ = through(p, seqs)
    log_rate = h @ p["v"] + p["v0"]
    return np.mean(np.exp(log_rate) - counts * log_rate)


def gradients(p, seqs, counts):
    h, tape = through(p, seqs)
    log_rate = h @ p["v"] + p["v0"]
    d = (np.exp(log_rate) - counts) / len(counts)
    g = {"v": h.T @ d, "v0": np.array([d.sum()]), "U": 0.0, "c": 0.0}
    dh = d[:, None] * p["v"]
    dc = np.zeros_like(dh)
    for joined, i, o, k, before, c in tape[::-1]:
        tc = np.tanh(c)
        do = dh * tc
        dc = dc + dh * o * (1 - tc**2)
        di = dc * (k - before)
        dk = dc * i
        dz = np.hstack([di * i * (1 - i), do * o * (1 - o), dk * (1 - k**2)])
        g["U"] = g["U"] + joined.T @ dz
        g["c"] = g["c"] + dz.sum(0)
        dh = (dz @ p["U"].T)[:, IN:]
        dc = dc * (1 - i)
    return g
