"""Convolutional LSTM over short clips of one-dimensional frames: predicts the frame after the last.

Everything lives in a class whose methods pass dictionaries around; frames are (batch, place, channel).
"""

import numpy as np


def sig(x):
    return 1 / (1 + np.exp(-x))


class ConvLSTM:
    GATES = "ifog"

    def __init__(self, channels, hidden, width=3):
        self.channels = channels
        self.hidden = hidden
        self.width = width

    def make_params(self, rng):
        p = {}
        for gate in self.GATES:
            p["x" + gate] = rng.normal(size=(self.width, self.channels, self.hidden)) * 0.5
            p["h" + gate] = rng.normal(size=(self.width, self.hidden, self.hidden)) * 0.4
            p["b" + gate] = rng.normal(size=self.hidden) * 0.2
        p["bf"] += 1
        p["read"] = rng.normal(size=(self.hidden, self.channels)) * 0.8
        p["read_b"] = rng.normal(size=self.channels) * 0.1
        return p

    def conv(self, x, K):
        half = self.width // 2
        places = x.shape[1]
        wide = np.pad(x, ((0, 0), (half, half), (0, 0)))
        out = 0
        for k in range(self.width):
            out = out + wide[:, k : k + places] @ K[k]
        return out

    def conv_grad(self, dy, x, K):
        half = self.width // 2
        places = x.shape[1]
        wide = np.pad(x, ((0, 0), (half, half), (0, 0)))
        dwide = np.zeros_like(wide)
        dK = np.zeros_like(K)
        for k in range(self.width):
            dK[k] = np.einsum("npc,nph->ch", wide[:, k : k + places], dy)
            dwide[:, k : k + places] += dy @ K[k].T
        return dwide[:, half : half + places], dK

    def unroll(self, p, clips):
        n, steps, places, _ = clips.shape
        h = np.zeros((n, places, self.hidden))
        c = np.zeros((n, places, self.hidden))
        tape = []
        for t in range(steps):
            x = clips[:, t]
            pre = {g: self.conv(x, p["x" + g]) + self.conv(h, p["h" + g]) + p["b" + g] for g in self.GATES}
            i, f, o = sig(pre["i"]), sig(pre["f"]), sig(pre["o"])
            g = np.tanh(pre["g"])
            c_next = f * c + i * g
            tc = np.tanh(c_next)
            h_next = o * tc
            tape.append(dict(x=x, h=h, c=c, i=i, f=f, o=o, g=g, tc=tc))
            h, c = h_next, c_next
        return h, tape

    def loss(self, p, clips, following):
        h, _ = self.unroll(p, clips)
        frame = h @ p["read"] + p["read_b"]
        error = ((frame - following) ** 2).mean()
        rough = ((frame[:, 1:] - frame[:, :-1]) ** 2).mean()
        return error + 0.3 * rough

    def gradients(self, p, clips, following):
        grads = {name: np.zeros_like(a) for name, a in p.items()}
        h, tape = self.unroll(p, clips)
        frame = h @ p["read"] + p["read_b"]
        dframe = 2 * (frame - following) / frame.size
        step = frame[:, 1:] - frame[:, :-1]
        dstep = 0.6 * step / step.size
        dframe[:, 1:] += dstep
        dframe[:, :-1] -= dstep
        grads["read"] += np.einsum("nph,npc->hc", h, dframe)
        grads["read_b"] += dframe.sum(axis=(0, 1))

        dh = dframe @ p["read"].T
        dc = np.zeros_like(dh)
        for s in reversed(tape):
            dc = dc + dh * s["o"] * (1 - s["tc"] ** 2)
            dpre = {
                "i": dc * s["g"] * s["i"] * (1 - s["i"]),
                "f": dc * s["c"] * s["f"] * (1 - s["f"]),
                "o": dh * s["tc"] * s["o"] * (1 - s["o"]),
                "g": dc * s["i"] * (1 - s["g"] ** 2),
            }
            dh = np.zeros_like(dh)
            for gate in self.GATES:
                _, dK = self.conv_grad(dpre[gate], s["x"], p["x" + gate])
                grads["x" + gate] += dK
                back, dK = self.conv_grad(dpre[gate], s["h"], p["h" + gate])
                grads["h" + gate] += dK
                grads["b" + gate] += dpre[gate].sum(axis=(0, 1))
                dh += back
            dc = dc * s["f"]
        return grads


net = ConvLSTM(channels=2, hidden=3)
_rng = np.random.default_rng(640)
params = net.make_params(_rng)
loss = net.loss
gradients = net.gradients
data = (_rng.normal(size=(2, 4, 5, 2)), _rng.normal(size=(2, 5, 2)))
