import numpy as np
import random

# 4x4 grid, goal in the corner. Q values from a small network instead of a table

SIZE = 4
MOVES = [(0, 1), (0, -1), (1, 0), (-1, 0)]


def encode(pos):
    s = np.zeros(SIZE * SIZE)
    s[pos[0] * SIZE + pos[1]] = 1
    return s


def move(pos, a):
    x = min(max(pos[0] + MOVES[a][0], 0), SIZE - 1)
    y = min(max(pos[1] + MOVES[a][1], 0), SIZE - 1)
    done = (x, y) == (SIZE - 1, SIZE - 1)
    return (x, y), (1.0 if done else -0.05), done


class QNet:
    def __init__(self, hidden=4, alpha=0.1):
        rs = np.random.RandomState(4)
        self.w1 = rs.normal(0, 0.3, (SIZE * SIZE, hidden))
        self.w2 = rs.normal(0, 0.3, (hidden, 4))
        self.alpha = alpha
        self.gamma = 0.9

    def q(self, s):
        self.hid = np.tanh(s @ self.w1)
        return self.hid @ self.w2

    def loss(self, s, a, target):
        return (self.q(s)[a] - target) ** 2 / 2

    def update(self, s, a, target):
        out = self.q(s)
        err = np.zeros(4)
        err[a] = out[a] - target
        back = (self.w2 @ err) * (1 - self.hid ** 2)
        self.w2 -= self.alpha * np.outer(self.hid, err)
        self.w1 -= self.alpha * np.outer(s, err)


def train(net, games=600, eps=0.2):
    random.seed(1)
    for g in range(games):
        pos, done, n = (random.randrange(SIZE), random.randrange(SIZE - 1)), False, 0
        while not done and n < 40:
            s = encode(pos)
            a = random.randrange(4) if random.random() < eps else int(np.argmax(net.q(s)))
            new, r, done = move(pos, a)
            target = r if done else r + net.gamma * np.max(net.q(encode(new)))
            net.update(s, a, target)
            pos, n = new, n + 1
    solved = 0
    for i in range(SIZE):
        for j in range(SIZE):
            pos = (i, j)
            for _ in range(2 * SIZE):
                if pos == (SIZE - 1, SIZE - 1):
                    solved += 1
                    break
                pos, _, _ = move(pos, int(np.argmax(net.q(encode(pos)))))
    return solved / SIZE ** 2


if __name__ == "__main__":
    print("share of starts that reach the goal:", train(QNet()))
