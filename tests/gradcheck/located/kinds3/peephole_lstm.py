import numpy as np
from numpy import tanh

# LSTM with peepholes, follows the diagram on the slide (gates look at the cell)
# columns are the sequences of the batch


def sigma(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    def __init__(self, nIn, nHid):
        self.nIn, self.nHid = nIn, nHid
        self.hist = []
        self.gr = None

    def setParams(self, p):
        self.W, self.b, self.pi, self.pf, self.po, self.V = [p[k] for k in ("W", "b", "pi", "pf", "po", "V")]

    def forward(self, xs):
        H = self.nHid
        B = xs.shape[2]
        self.hist = []
        h, c = np.zeros((H, B)), np.zeros((H, B))
        outs = []
        for x in xs:
            v = np.vstack([x, h])
            a = self.W @ v + self.b
            i = sigma(a[:H] + self.pi * c)
            f = sigma(a[H : 2 * H] + self.pf * c)
            g = tanh(a[2 * H : 3 * H])
            cNew = f * c + i * g
            o = sigma(a[3 * H :] + self.po * cNew)
            tc = tanh(cNew)
            h = o * tc
            self.hist.append((v, i, f, g, o, c, cNew, tc, h))
            c = cNew
            outs.append(self.V @ h)
        return np.array(outs)

    def predict(self, p, xs):
        self.setParams(p)
        return self.forward(xs)[-1]

    def cost(self, p, xs, ys):
        self.setParams(p)
        E = self.forward(xs) - ys
        return 0.5 * np.sum(E * E) / xs.shape[2]

    def bptt(self, p, xs, ys):
        self.setParams(p)
        E = (self.forward(xs) - ys) / xs.shape[2]
        self.gr = gr = {k: np.zeros(p[k].shape) for k in p}
        dhNext = np.zeros((self.nHid, xs.shape[2]))
        dcNext = np.zeros((self.nHid, xs.shape[2]))
        for t in range(len(xs) - 1, -1, -1):
            v, i, f, g, o, c, cNew, tc, h = self.hist[t]
            gr["V"] += E[t] @ h.T
            dh = self.V.T @ E[t] + dhNext
            do = dh * tc * o * (1 - o)
            gr["po"] += np.sum(do * cNew, axis=1, keepdims=True)
            # careful, o looks at the NEW cell
            dc = dcNext + dh * o * (1 - tc**2) + do * self.po
            di = dc * g * i * (1 - i)
            df = dc * c * f * (1 - f)
            dg = dc * i * (1 - g**2)
            gr["pi"] += np.sum(di * c, axis=1, keepdims=True)
            gr["pf"] += np.sum(df * c, axis=1, keepdims=True)
            da = np.vstack([di, df, dg, do])
            gr["W"] += da @ v.T
            gr["b"] += da.sum(axis=1, keepdims=True)
            dv = self.W.T @ da
            dhNext = dv[self.nIn :]
            dcNext = dc * f + di * self.pi + df * self.pf
        return gr


np.random.seed(19)
net = LSTM(2, 4)
loss = net.cost
gradients = net.bptt
params = {
    "W": 0.5 * np.random.randn(16, 6),
    "b": 0.2 * np.random.randn(16, 1),
    "pi": 0.5 * np.random.randn(4, 1),
    "pf": 0.5 * np.random.randn(4, 1),
    "po": 0.5 * np.random.randn(4, 1),
    "V": np.random.randn(3, 4),
}
data = (np.random.randn(6, 2, 5), np.random.randn(6, 3, 5))
assert net.bptt(params, *data)["W"].shape == params["W"].shape  # tried once, runs
