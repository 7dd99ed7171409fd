# 2-2-1 network for xor, everything written out by hand so that I understand each step
import math
import random

random.seed(3)

inputs = [[1, 1], [1, 0], [0, 1], [0, 0]]
targets = [0, 1, 1, 0]

LR = 0.5

net = {
    "w00": random.uniform(-2, 2), "w01": random.uniform(-2, 2),
    "w10": random.uniform(-2, 2), "w11": random.uniform(-2, 2),
    "bh0": 0, "bh1": 0,
    "v0": random.uniform(-2, 2), "v1": random.uniform(-2, 2),
    "bo": 0,
}


def sig(x):
    return 1 / (1 + math.exp(-x))


def run(n, x):
    h0 = sig(n["w00"] * x[0] + n["w10"] * x[1] + n["bh0"])
    h1 = sig(n["w01"] * x[0] + n["w11"] * x[1] + n["bh1"])
    o = sig(n["v0"] * h0 + n["v1"] * h1 + n["bo"])
    return h0, h1, o


def error(n, x, t):
    return 0.5 * (t - run(n, x)[2]) ** 2


def learn(n, x, t):
    h0, h1, o = run(n, x)
    d = -(t - o)
    # hidden neurons
    dh0 = d * o * (1 - o) * n["v0"] * h0 * (1 - h0)
    dh1 = d * o * (1 - o) * n["v1"] * h1 * (1 - h1)
    # output neuron
    n["v0"] -= LR * d * h0
    n["v1"] -= LR * d * h1
    n["bo"] -= LR * d
    n["w00"] -= LR * dh0 * x[0]
    n["w10"] -= LR * dh0 * x[1]
    n["w01"] -= LR * dh1 * x[0]
    n["w11"] -= LR * dh1 * x[1]
    n["bh0"] -= LR * dh0
    n["bh1"] -= LR * dh1


def train(n, epochs=10000):
    for e in range(epochs):
        for x, t in zip(inputs, targets):
            learn(n, x, t)
    return sum(error(n, x, t) for x, t in zip(inputs, targets))


if __name__ == "__main__":
    print("error ->", train(net))
    for x in inputs:
        print(x, run(net, x)[2])
