"""LSTM with peephole connections, all gates in one matrix; regression from the last state and the mean state."""

import numpy as np


def sigma(x):
    return 1.0 / (1.0 + np.exp(-x))


class PeepholeLSTM:
    def __init__(self, hidden):
        self.hidden = hidden

    def forward(self, p, xs):
        """xs: (T, B, D)"""
        T, B, _ = xs.shape
        H = self.hidden
        h = np.zeros((B, H))
        c = np.zeros((B, H))
        self.trace = []
        self.states = np.zeros((T, B, H))
        for t in range(T):
            joined = np.hstack([xs[t], h])
            pre = joined @ p["W"] + p["b"]
            i = sigma(pre[:, :H] + p["peep_i"] * c)
            f = sigma(pre[:, H : 2 * H] + p["peep_f"] * c)
            u = np.tanh(pre[:, 2 * H : 3 * H])
            c_new = f * c + i * u
            o = sigma(pre[:, 3 * H :] + p["peep_o"] * c_new)
            tc = np.tanh(c_new)
            h = o * tc
            self.trace.append((joined, i, f, u, o, c, c_new, tc))
            c = c_new
            self.states[t] = h
        return self.states

    def backward(self, p, dstates):
        T, B, H = dstates.shape
        D = p["W"].shape[0] - H
        dW = np.zeros_like(p["W"])
        db = np.zeros_like(p["b"])
        dpi = np.zeros(H)
        dpf = np.zeros(H)
        dpo = np.zeros(H)
        dh_next = np.zeros((B, H))
        dc_next = np.zeros((B, H))
        for t in reversed(range(T)):
            joined, i, f, u, o, c, c_new, tc = self.trace[t]
            dh = dstates[t] + dh_next
            do = dh * tc * o * (1 - o)
            dc = dc_next + dh * o * (1 - tc**2) + do * p["peep_o"]
            di = dc * u * i * (1 - i)
            df = dc * c * f * (1 - f)
            du = dc * i * (1 - u**2)
            dpi += (di * c).sum(axis=0)
            dpf += (df * c).sum(axis=0)
            dpo += (do * c_new).sum(axis=0)
            dpre = np.hstack([di, df, du, do])
            dW += joined.T @ dpre
            db += dpre.sum(axis=0)
            dh_next = (dpre @ p["W"].T)[:, D:]
            dc_next = dc * f + di * p["peep_i"] + df * p["peep_f"]
        return dW, db, dpi, dpf, dpo


cell = PeepholeLSTM(4)


def loss(p, xs, y):
    states = cell.forward(p, xs)
    features = np.concatenate([states[-1], states.mean(axis=0)], axis=1)
    return 0.5 * np.mean((features @ p["v"] - y) ** 2)


def gradients(p, xs, y):
    states = cell.forward(p, xs)
    T, B, H = states.shape
    features = np.concatenate([states[-1], states.mean(axis=0)], axis=1)
    residual = (features @ p["v"] - y) / B
    dv = features.T @ residual
    dfeatures = np.outer(residual, p["v"])
    dstates = np.zeros_like(states)
    dstates += dfeatures[:, H:] / T
    dstates[-1] += dfeatures[:, :H]
    dW, db, dpi, dpf, dpo = cell.backward(p, dstates)
    return {"W": dW, "b": db, "peep_i": dpi, "peep_f": dpf, "peep_o": dpo, "v": dv}


gen = np.random.default_rng(31)
params = {
    "W": gen.normal(size=(2 + 4, 16)) * 0.5,
    "b": gen.normal(size=16) * 0.2,
    "peep_i": gen.normal(size=4) * 0.7,
    "peep_f": gen.normal(size=4) * 0.7,
    "peep_o": gen.normal(size=4) * 0.7,
    "v": gen.normal(size=8),
}
data = (gen.normal(size=(6, 3, 2)), gen.normal(size=3))
