import math
import random


class MLP:
    """translated from my Java version. LR keeps a bit of the last change (momentum)"""

    def __init__(self, NI, NH, NO):
        rnd = random.Random(6)
        self.NI, self.NH, self.NO = NI, NH, NO
        self.W1 = [[rnd.uniform(-1, 1) for _ in range(NH)] for _ in range(NI + 1)]
        self.W2 = [[rnd.uniform(-1, 1) for _ in range(NO)] for _ in range(NH + 1)]
        self.dW1 = [[0.0] * NH for _ in range(NI + 1)]
        self.dW2 = [[0.0] * NO for _ in range(NH + 1)]

    def sigmoid(self, s):
        s = max(-60.0, min(60.0, s))
        return 1 / (1 + math.exp(-s))

    def forward(self, inputs):
        self.inp = list(inputs) + [1.0]
        self.hidden = []
        for i in range(self.NH):
            s = 0.0
            for j in range(self.NI + 1):
                s += self.inp[j] * self.W1[j][i]
            self.hidden.append(self.sigmoid(s))
        self.hidden.append(1.0)
        self.output = []
        for i in range(self.NO):
            s = 0.0
            for j in range(self.NH + 1):
                s += self.hidden[j] * self.W2[j][i]
            self.output.append(self.sigmoid(s))
        return self.output

    def error(self, inputs, targets):
        return 0.5 * sum((t - o) ** 2 for t, o in zip(targets, self.forward(inputs)))

    def backwards(self, inputs, targets):
        self.forward(inputs)
        errO = [o * (1 - o) * (o - t) for o, t in zip(self.output, targets)]
        errH = []
        for i in range(self.NH):
            e = 0.0
            for j in range(self.NO):
                e += self.W2[i][j] * errO[j]
            errH.append(self.hidden[i] * (1 - self.hidden[i]) * e)
        for i in range(self.NH):
            for j in range(self.NI + 1):
                self.dW1[j][i] += errH[i] * self.inp[j]
        for i in range(self.NO):
            for j in range(self.NH + 1):
                self.dW2[j][i] += errO[i] * self.hidden[j]
        return self.dW1, self.dW2

    def update(self, LR):
        for W, dW in ((self.W1, self.dW1), (self.W2, self.dW2)):
            for row, drow in zip(W, dW):
                for j in range(len(row)):
                    row[j] -= LR * drow[j]


TABLE = [((0, 0), (0,)), ((0, 1), (1,)), ((1, 0), (1,)), ((1, 1), (0,))]


def train(net, epochs=4000, LR=0.5):
    for e in range(epochs):
        for x, t in TABLE:
            net.backwards(x, t)
            net.update(LR)
    return sum(net.error(x, t) for x, t in TABLE)
