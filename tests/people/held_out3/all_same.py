from math import exp
# three classes, hidden layers 4 and 4, three sigmoid outputs. everything as lists, because no numpy at school
# start values


def weights(a, b, value=0.3):
    return [[value for _ in range(a)] for _ in range(b)]


net = [weights(3, 4), weights(5, 4), weights(5, 3)]

points = []
for k in range(30):
    a = (k * 37 % 30) / 30 * 2 - 1
    b = (k * 17 % 30) / 30 * 2 - 1
    points.append(([a, b], 0 if a * b > 0.1 else (1 if a > 0 else 2)))


def layer(w, x):
    return [sum(wi * xi for wi, xi in zip(row, x + [1.0])) for row in w]


def sig(v):
    return [1 / (1 + exp(-s)) for s in v]


def feed(net, x):
    h1 = sig(layer(net[0], x))
    h2 = sig(layer(net[1], h1))
    return h1, h2, sig(layer(net[2], h2))


def cost(net, pts):
    return sum((p - (k == c)) ** 2 for x, c in pts for k, p in enumerate(feed(net, x)[2])) / len(pts)


def grads(net, pts):
    G = [[[0.0] * len(row) for row in w] for w in net]
    for x, c in pts:
        h1, h2, p = feed(net, x)
        d3 = [2 * (p[k] - (k == c)) * p[k] * (1 - p[k]) / len(pts) for k in range(3)]
        d2 = [sum(d3[k] * net[2][k][j] for k in range(3)) * h2[j] * (1 - h2[j]) for j in range(4)]
        d1 = [sum(d2[k] * net[1][k][j] for k in range(4)) * h1[j] * (1 - h1[j]) for j in range(4)]
        for g, d, a in zip(G, (d1, d2, d3), (x, h1, h2)):
            for k, dk in enumerate(d):
                for j, aj in enumerate(a + [1.0]):
                    g[k][j] += dk * aj
    return G


def train(net, n=2500, rate=2.0):
    net = [[list(row) for row in w] for w in net]
    for _ in range(n):
        G = grads(net, points)
        for w, g in zip(net, G):
            for row, grow in zip(w, g):
                for j in range(len(row)):
                    row[j] -= rate * grow[j]
    return cost(net, points)
