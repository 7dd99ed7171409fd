# -*- coding: utf-8 -*-
import numpy as np


class Lstm(object):
    """ lstm for one sequence at a time, scalar in, scalar out at the end """

    def __init__(self, width=4):
        r = np.random.RandomState(21)
        self.width = width
        for gate in ['f', 'i', 'o', 'c']:
            setattr(self, 'Wh' + gate, r.uniform(-0.6, 0.6, (width, width)))
            setattr(self, 'Wx' + gate, r.uniform(-0.6, 0.6, (width, 1)))
            setattr(self, 'b' + gate, np.zeros((width, 1)))
        self.V = r.uniform(-0.6, 0.6, (1, width))

    def sigm(self, v):
        return 1.0 / (1.0 + np.exp(-v))

    def calc_gate(self, gate, x, act):
        h = self.h_list[-1]
        return act(np.dot(getattr(self, 'Wh' + gate), h) + getattr(self, 'Wx' + gate) * x + getattr(self, 'b' + gate))

    def forward(self, xs):
        zero = np.zeros((self.width, 1))
        self.c_list, self.h_list = [zero], [zero]
        self.f_list, self.i_list, self.o_list, self.ct_list = [zero], [zero], [zero], [zero]
        for x in xs:
            fg = self.calc_gate('f', x, self.sigm)
            ig = self.calc_gate('i', x, self.sigm)
            og = self.calc_gate('o', x, self.sigm)
            ct = self.calc_gate('c', x, np.tanh)
            c = fg * self.c_list[-1] + ig * ct
            self.f_list.append(fg)
            self.i_list.append(ig)
            self.o_list.append(og)
            self.ct_list.append(ct)
            self.c_list.append(c)
            self.h_list.append(og * np.tanh(c))
        return np.dot(self.V, self.h_list[-1])[0, 0]

    def loss(self, xs, target):
        return 0.5 * (self.forward(xs) - target) ** 2

    def backward(self, xs, target):
        err = self.forward(xs) - target
        T = len(xs)
        grads = {'V': err * self.h_list[-1].T}
        self.delta_f_list = [None] * (T + 1)
        self.delta_i_list = [None] * (T + 1)
        self.delta_o_list = [None] * (T + 1)
        self.delta_ct_list = [None] * (T + 1)
        dh = err * self.V.T
        dc = np.zeros((self.width, 1))
        for t in range(T, 0, -1):
            tc = np.tanh(self.c_list[t])
            dc = dc + dh * self.o_list[t] * (1 - tc * tc)
            self.delta_o_list[t] = dh * tc * self.o_list[t] * (1 - self.o_list[t])
            self.delta_f_list[t] = dc * self.c_list[t-1] * self.f_list[t] * (1 - self.f_list[t])
            self.delta_i_list[t] = dc * self.ct_list[t] * self.i_list[t] * (1 - self.i_list[t])
            self.delta_ct_list[t] = dc * self.i_list[t] * (1 - self.ct_list[t] ** 2)
            dh = (np.dot(self.Whf.T, self.delta_f_list[t]) + np.dot(self.Whi.T, self.delta_i_list[t])
                  + np.dot(self.Who.T, self.delta_o_list[t]) + np.dot(self.Whc.T, self.delta_ct_list[t]))
            dc = dc * self.f_list[t]
        for gate, deltas in zip(['f', 'i', 'o', 'c'], [self.delta_f_list, self.delta_i_list, self.delta_o_list, self.delta_ct_list]):
            grads['Wh' + gate] = sum(np.dot(deltas[t], self.h_list[t-1].T) for t in range(1, T + 1))
            grads['Wx' + gate] = sum(deltas[t] * xs[t-1] for t in range(1, T + 1))
        bf_grad = bi_grad = bo_grad = bc_grad = 0
        for t in range(T, 0, -1):
            bf_grad = bf_grad + self.delta_f_list[t]
            bi_grad = bi_grad + self.delta_f_list[t]
            bo_grad = bo_grad + self.delta_f_list[t]
            bc_grad = bc_grad + self.delta_ct_list[t]
        grads['bf'], grads['bi'], grads['bo'], grads['bc'] = bf_grad, bi_grad, bo_grad, bc_grad
        return grads

    def update(self, grads, rate):
        for k in grads:
            setattr(self, k, getattr(self, k) - rate * grads[k])


def running_sums(n=40):
    r = np.random.RandomState(22)
    seqs = r.uniform(-0.5, 0.5, (n, 5))
    return seqs, seqs.sum(axis=1)


def train(net, epochs=60, rate=0.1):
    seqs, sums = running_sums()
    for e in range(epochs):
        for s, total in zip(seqs, sums):
            net.update(net.backward(s, total), rate)
    return np.mean([net.loss(s, t) for s, t in zip(seqs, sums)])


if __name__ == '__main__':
    print(train(Lstm()))
