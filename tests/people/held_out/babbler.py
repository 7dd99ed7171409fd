"""Babbles like its text. A recurrent net; what it remembers goes on from one call to the next."""
import numpy as np

TEXT = 'she sells sea shells on the sea shore. ' * 3
LETTERS = sorted(set(TEXT))
CODE = np.array([LETTERS.index(c) for c in TEXT])
N, H, SPAN = len(LETTERS), 14, 9

class Babbler:
    def __init__(self):
        r = np.random.RandomState(0)
        self.hear = r.randn(H, N) * .1
        self.think = r.randn(H, H) * .1
        self.speak = r.randn(N, H) * .1
        self.hb = np.zeros(H)
        self.sb = np.zeros(N)
        self.memory = np.zeros(H)

    def study(self, heard, follows):
        """one stretch of text: (loss, gradients). The memory is kept for the next stretch."""
        mem, prob, loss = {-1: self.memory}, {}, 0
        for t, c in enumerate(heard):
            mem[t] = np.tanh(self.hear[:, c] + self.think @ mem[t - 1] + self.hb)
            e = np.exp(self.speak @ mem[t] + self.sb)
            prob[t] = e / e.sum()
            loss -= np.log(prob[t][follows[t]])
        g = dict(hear=np.zeros((H, N)), think=np.zeros((H, H)), speak=np.zeros((N, H)), hb=np.zeros(H), sb=np.zeros(N))
        later = 0
        for t in range(len(heard) - 1, -1, -1):
            d = prob[t]
            d[follows[t]] -= 1
            g['speak'] += np.outer(d, mem[t])
            g['sb'] += d
            d = (self.speak.T @ d + later) * (1 - mem[t] ** 2)
            g['hear'][:, heard[t]] += d
            g['think'] += np.outer(d, mem[t - 1])
            g['hb'] += d
            later = self.think.T @ d
        self.memory = mem[len(heard) - 1]
        return loss, g

    def read(self, passes=60, rate=0.1):
        for k in range(passes):
            self.memory = np.zeros(H)
            whole = 0
            for p in range(0, len(CODE) - SPAN - 1, SPAN):
                loss, g = self.study(CODE[p:p + SPAN], CODE[p + 1:p + SPAN + 1])
                whole += loss
                for name in g:
                    setattr(self, name, getattr(self, name) - rate * np.clip(g[name], -5, 5))
        return whole / (len(CODE) - 1)

if __name__ == '__main__':
    print(Babbler().read())
