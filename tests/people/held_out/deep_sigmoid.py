import numpy as np
rng = np.random.RandomState(17)

def sigmoid(z): return 1/(1+np.exp(-z))

SIZES = [2, 10, 10, 10, 10, 10, 10, 1]
Ws = [rng.randn(o, i) * 0.1 for i, o in zip(SIZES, SIZES[1:])]
bs = [np.zeros(o) for o in SIZES[1:]]

X = rng.randn(200, 2)
T = (np.hypot(X[:, 0], X[:, 1]) < 1.1).astype(float).reshape(-1, 1)

def tanh(z): return np.tanh(z)
def relu(z): return np.maximum(z,0)

def forward(Ws, bs, X):
    acts = [X]
    for W, b in zip(Ws, bs):
        acts.append(sigmoid(acts[-1] @ W.T + b))
    return acts

def loss(p, X, T):
    Ws, bs = p
    return 0.5*np.mean(np.sum((forward(Ws, bs, X)[-1] - T)**2, axis=1))

def gradients(p, X, T):
    Ws, bs = p
    acts = forward(Ws, bs, X)
    delta = (acts[-1] - T) * acts[-1]*(1-acts[-1]) / len(X)
    gW, gb = [], []
    for l in range(len(Ws)-1, -1, -1):
        gW.append(delta.T @ acts[l])
        gb.append(delta.sum(0))
        if l:
            delta = (delta @ Ws[l]) * acts[l]*(1-acts[l])
    return gW[::-1], gb[::-1]

def train(Ws, bs, X, T, eta=0.5, epochs=3000):
    for e in range(epochs):
        gW, gb = gradients((Ws, bs), X, T)
        Ws = [W - eta*g for W, g in zip(Ws, gW)]
        bs = [b - eta*g for b, g in zip(bs, gb)]
    return Ws, bs

def accuracy(p, X, T):
    return np.mean((forward(*p, X)[-1] > 0.5) == T)

if __name__ == '__main__':
    p = train(Ws, bs, X, T)
    print(loss((Ws, bs), X, T), loss(p, X, T), accuracy(p, X, T), T.mean())
