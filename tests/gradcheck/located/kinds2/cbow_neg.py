import numpy as np

# CBOW, negative samples drawn beforehand; the same word may be a negative twice, or be in the window twice
rng = np.random.RandomState(100)
V, D = 8, 3
params = {"inside": rng.randn(V, D) * .5, "outside": rng.randn(V, D) * .5}
examples = [  # (window, centre, negatives)
    ([1, 2, 4, 2], 3, [0, 5, 5]),
    ([3, 6], 7, [1, 0]),
    ([7, 7, 0, 2], 1, [4, 6, 3, 4]),
]
data = (examples,)


def sig(x):
    return 1 / (1 + np.exp(-x))


def loss(p, examples):
    J = 0
    for window, c, negs in examples:
        h = p["inside"][window].mean(axis=0)
        J -= np.log(sig(p["outside"][c] @ h))
        J -= np.log(sig(-p["outside"][negs] @ h)).sum()
    return J


def gradients(p, examples):
    gi, go = np.zeros((V, D)), np.zeros((V, D))
    for window, c, negs in examples:
        h = p["inside"][window].mean(axis=0)
        up = sig(p["outside"][c] @ h) - 1
        dh = up * p["outside"][c]
        go[c] += up * h
        for k in negs:
            down = sig(p["outside"][k] @ h)
            dh += down * p["outside"][k]
            go[k] += down * h
        for w in window:
            gi[w] += dh / len(window)
    return {"inside": gi, "outside": go}
