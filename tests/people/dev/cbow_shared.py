import numpy as np

text = "a b c d a b c e a b d c a b c d e a b c d a b e c d"
words = text.split()
names = sorted(set(words))
V, D = len(names), 4
ids = [names.index(w) for w in words]
contexts = np.array([[ids[i - 1], ids[i + 1]] for i in range(1, len(ids) - 1)])
centres = np.array(ids[1:-1])

rs = np.random.RandomState(190)
E = rs.normal(0, 0.6, (V, D))   # one table for input and output
M = rs.normal(0, 0.6, (D, D))
bias = np.zeros(V)


def forward(E, M, bias, contexts):
    mean = E[contexts].mean(axis=1)
    logits = mean @ M @ E.T + bias
    logits -= logits.max(axis=1, keepdims=True)
    p = np.exp(logits)
    return mean, p / p.sum(axis=1, keepdims=True)


def loss(E, M, bias, contexts, centres):
    return -np.log(forward(E, M, bias, contexts)[1][np.arange(len(centres)), centres]).sum()


def backward(E, M, bias, contexts, centres):
    mean, p = forward(E, M, bias, contexts)
    p[np.arange(len(centres)), centres] -= 1
    dE = p.T @ (mean @ M)
    dM = mean.T @ p @ E
    dmean = p @ E @ M.T
    np.add.at(dE, contexts, np.repeat(dmean[:, None] / 2, 2, axis=1))
    return dE, dM, p.sum(axis=0)


def learn(E, M, bias, rounds=2000, eta=0.02):
    for k in range(rounds):
        dE, dM, db = backward(E, M, bias, contexts, centres)
        E -= eta * dE       # in place
        M -= eta * dM
        bias -= eta * db
    return loss(E, M, bias, contexts, centres) / len(centres)


if __name__ == "__main__":
    print(learn(E, M, bias))
