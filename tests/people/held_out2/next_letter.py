import numpy as np

names = "anna hanna johanna susanna marianne anne hanne sanne nina mina tina lina".split()
letters = sorted(set("".join(names)) | {"."})
num = {c: i for i, c in enumerate(letters)}
BLOCK = 3

def make_set():
    X, Y = [], []
    for w in names:
        ctx = [num["."]] * BLOCK
        for c in w + ".":
            X.append(ctx)
            Y.append(num[c])
            ctx = ctx[1:] + [num[c]]
    return np.array(X), np.array(Y)

g = np.random.default_rng(270)
n, d, h = len(letters), 3, 12
C = g.normal(0, 0.6, (n, d))
W1 = g.normal(0, 0.5, (BLOCK * d, h))
b1 = g.normal(0, 0.1, h)
W2 = g.normal(0, 0.3, (h, n))
b2 = np.zeros(n)
parameters = [C, W1, b1, W2, b2]

def forward(parameters, X):
    C, W1, b1, W2, b2 = parameters
    emb = C[X]                                  # N, BLOCK, d
    embcat = emb.reshape(len(X), -1)
    hid = np.tanh(embcat @ W1 + b1)
    logits = hid @ W2 + b2
    counts = np.exp(logits - logits.max(1, keepdims=True))
    return embcat, hid, counts / counts.sum(1, keepdims=True)

def nll(parameters, X, Y):
    probs = forward(parameters, X)[2]
    return -np.log(probs[np.arange(len(Y)), Y]).mean()

def manual_backprop(parameters, X, Y):
    C, W1, b1, W2, b2 = parameters
    embcat, hid, probs = forward(parameters, X)
    dlogits = probs.copy()
    dlogits[np.arange(len(Y)), Y] -= 1
    dlogits /= len(Y)
    dW2 = hid.T @ dlogits
    db2 = dlogits.sum(0)
    dhpre = (1.0 - hid ** 2) * (dlogits @ W2.T)
    dW1 = embcat.T @ dhpre
    db1 = dhpre.sum(0)
    demb = (dhpre @ W1.T).reshape(len(X), BLOCK, -1)
    dC = np.zeros_like(C)
    for k in range(X.shape[0]):
        for j in range(X.shape[1]):
            ix = X[k, j]
            dC[ix] += demb[k, j]
    return [dC, dW1, db1, dW2, db2]

def train(steps=600, lr=0.5):
    X, Y = make_set()
    ps = [p.copy() for p in parameters]
    for i in range(steps):
        grads = manual_backprop(ps, X, Y)
        for p, gr in zip(ps, grads):
            p += -lr * gr
    return nll(ps, X, Y)

if __name__ == "__main__":
    print(train())
