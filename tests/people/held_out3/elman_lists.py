"""Elman net, reads letters, predicts the next. Only lists and math."""
import math
import random

random.seed(5)
H = 5
ABC = "ab "
WORDS = "aab ab aab ab aab"


def rand(r, c):
    return [[random.gauss(0, .5) for _ in range(c)] for _ in range(r)]


NET = {"Wxh": rand(H, len(ABC)), "Whh": rand(H, H), "bh": [0.0] * H, "Why": rand(len(ABC), H), "by": [0.0] * len(ABC)}


def step(net, h, x):
    new = []
    for i in range(H):
        a = net["bh"][i] + net["Wxh"][i][x]
        for j in range(H):
            a += net["Whh"][i][j] * h[j]
        new.append(math.tanh(a))
    scores = [net["by"][k] + sum(net["Why"][k][j] * new[j] for j in range(H)) for k in range(len(ABC))]
    top = max(scores)
    es = [math.exp(s - top) for s in scores]
    return new, [e / sum(es) for e in es]


def play(net, letters):
    hs, ps = [[0.0] * H], []
    for x in letters:
        h, p = step(net, hs[-1], x)
        hs.append(h)
        ps.append(p)
    return hs, ps


def loss(net, letters, after):
    return sum(-math.log(p[k]) for p, k in zip(play(net, letters)[1], after))


def bptt(net, letters, after):
    hs, ps = play(net, letters)
    g = {"Wxh": [[0.0] * len(ABC) for _ in range(H)], "Whh": [[0.0] * H for _ in range(H)], "bh": [0.0] * H,
         "Why": [[0.0] * H for _ in ABC], "by": [0.0] * len(ABC)}
    carry = [0.0] * H
    for t in range(len(letters) - 1, -1, -1):
        dy = list(ps[t])
        dy[after[t]] -= 1
        dh = list(carry)
        for k, d in enumerate(dy):
            g["by"][k] += d
            for j in range(H):
                g["Why"][k][j] += d * hs[t + 1][j]
                dh[j] += d * net["Why"][k][j]
        carry = [0.0] * H
        for i in range(H):
            da = dh[i] * (1 - hs[t + 1][i] ** 2)
            g["bh"][i] += da
            g["Wxh"][i][letters[t]] += da
            for j in range(H):
                g["Whh"][i][j] += da * hs[t][j]
                carry[j] += da * net["Whh"][i][j]
    return g


SEQ = [ABC.index(c) for c in WORDS]


def train(net, n=400, lr=.05):
    for _ in range(n):
        g = bptt(net, SEQ[:-1], SEQ[1:])
        for k in net:
            for i in range(len(net[k])):
                if isinstance(net[k][i], list):
                    for j in range(len(net[k][i])):
                        net[k][i][j] -= lr * g[k][i][j]
                else:
                    net[k][i] -= lr * g[k][i]
    return loss(net, SEQ[:-1], SEQ[1:]) / (len(SEQ) - 1)
