import numpy as np

corpus = ("the king rules the land . the queen rules the land . the dog eats the bone . the cat eats the fish . "
          "the king loves the queen . the dog chases the cat .").split()
vocab = sorted(set(corpus))
idx = {w: i for i, w in enumerate(vocab)}
D = 6


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def pairs(window=2, k=8, seed=0):
    r = np.random.RandomState(seed)
    c, o, neg = [], [], []
    for pos, w in enumerate(corpus):
        for q in range(max(0, pos - window), min(len(corpus), pos + window + 1)):
            if q != pos:
                c.append(idx[w])
                o.append(idx[corpus[q]])
                neg.append(r.randint(0, len(vocab), k))
    return np.array(c), np.array(o), np.array(neg)


def init():
    r = np.random.RandomState(1)
    return {'in': r.randn(len(vocab), D) * 0.5, 'out': r.randn(len(vocab), D) * 0.5}


def neg_sampling_loss_and_gradient(vec, c, o, negs):
    """one centre word c, one context word o, k negatives"""
    grads = {'in': np.zeros_like(vec['in']), 'out': np.zeros_like(vec['out'])}
    v = vec['in'][c]
    u = vec['out'][o]
    un = vec['out'][negs]
    s = sigmoid(u @ v)
    sn = sigmoid(-un @ v)
    loss = -np.log(s) - np.log(sn).sum()
    grads['in'][c] += (s - 1) * u + (1 - sn) @ un
    grads['out'][negs] += np.outer(1 - sn, v)
    grads['out'][o] += (s - 1) * v
    return loss, grads


def train(vec, epochs=15, lr=0.1):
    C, O, N = pairs()
    hist = []
    for e in range(epochs):
        total = 0.0
        for c, o, n in zip(C, O, N):
            loss, g = neg_sampling_loss_and_gradient(vec, c, o, n)
            total += loss
            vec['in'] -= lr * g['in']
            vec['out'] -= lr * g['out']
        hist.append(total / len(C))
    return hist


if __name__ == '__main__':
    print(train(init()))
