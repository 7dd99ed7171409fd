import numpy as np
from gates import d_logistic, d_tanh, logistic, split


class LstmLayer:
    def __init__(self, kernel, bias):
        # kernel: (inputs + units, 4 units)
        self.kernel, self.bias = kernel, bias
        self.units = bias.size // 4
        self.zero_grad()

    def zero_grad(self):
        self.d_kernel = np.zeros_like(self.kernel)
        self.d_bias = np.zeros_like(self.bias)

    def run(self, sequence):
        batch = sequence[0].shape[0]
        h = np.zeros((batch, self.units))
        c = np.zeros((batch, self.units))
        self.caches = []
        hs = []
        for x in sequence:
            joined = np.concatenate([x, h], axis=1)
            i, f, o, g = split(joined @ self.kernel + self.bias)
            i, f, o, g = logistic(i), logistic(f), logistic(o), np.tanh(g)
            c_prev = c
            c = f * c_prev + i * g
            tc = np.tanh(c)
            h = o * tc
            self.caches.append((joined, i, f, o, g, c_prev, tc))
            hs.append(h)
        return hs

    def back(self, d_hs):
        d_xs = [None] * len(d_hs)
        dh_next = np.zeros_like(d_hs[0])
        dc_next = np.zeros_like(d_hs[0])
        for t in reversed(range(len(d_hs))):
            joined, i, f, o, g, c_prev, tc = self.caches[t]
            dh = d_hs[t] + dh_next
            dc = dh * o * d_tanh(tc) + dc_next
            dz = np.concatenate(
                [dc * g * d_logistic(i), dc * c_prev * d_logistic(f), dh * tc * d_logistic(o), dc * i * d_tanh(g)],
                axis=1,
            )
            self.d_kernel += joined.T @ dz
            self.d_bias += dz.sum(axis=0)
            d_joined = dz @ self.kernel.T
            d_xs[t] = d_joined[:, : -self.units]
            dh_next = d_joined[:, -self.units :]
            dc_next = dc * f
        return d_xs
