"""End-to-end memory network; adjacent tying: the output embedding of a hop is the input embedding of the next."""
import numpy as np


def bag(E, sentence):
    return E[sentence].sum(axis=0)


def softmax(x):
    x = np.exp(x - x.max())
    return x / x.sum()


class MemoryReader:

    def __init__(self, tables, times, H):
        self.tables, self.times, self.H = tables, times, H
        self.log = []

    def hop(self, k, u, story):
        A, C = self.tables[k], self.tables[k + 1]
        m = np.array([bag(A, s) for s in story]) + self.times[:len(story)]
        c = np.array([bag(C, s) for s in story]) + self.times[:len(story)]
        p = softmax(m @ u)
        self.log.append((u, m, c, p))
        return self.H @ u + c.T @ p

    def read(self, story, question):
        u = bag(self.tables[0], question)
        for k in range(len(self.tables) - 1):
            u = self.hop(k, u, story)
        return u

    def unread(self, du, story, question, out):
        for k in range(len(self.tables) - 2, -1, -1):
            u, m, c, p = self.log.pop()
            dc = np.outer(p, du)
            dp = c @ du
            ds = p * (dp - p @ dp)
            dm = np.outer(ds, u)
            out['H'] += np.outer(du, u)
            out['times'][:len(story)] += dc + dm
            for i, s in enumerate(story):
                np.add.at(out['tables'][k], s, dm[i])
                np.add.at(out['tables'][k + 1], s, dc[i])
            du = self.H.T @ du + m.T @ ds
        np.add.at(out['tables'][0], question, du)
