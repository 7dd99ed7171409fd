import numpy as np

# which quarter of the line is the point in? columns are samples
def sample(m=240):
    rng = np.random.default_rng(1)
    q = rng.integers(0, 4, m)
    return (q + 1 + rng.uniform(0.1, 0.9, m))[None, :] - 3.0, q

def begin(hid=12):
    rng = np.random.default_rng(0)
    return rng.normal(size=(hid, 1)), np.zeros((hid, 1)), rng.normal(size=(4, hid))*.3, np.zeros((4, 1))

def ahead(W1, b1, W2, b2, X):
    A1 = np.maximum(W1 @ X + b1, 0)
    S = W2 @ A1 + b2
    S = np.exp(S - S.max(axis=0))
    return A1, S/S.sum(axis=0)

def behind(W1, b1, W2, b2, X, q):
    A1, P = ahead(W1, b1, W2, b2, X)
    E2 = (P - (np.arange(4)[:, None] == q))/q.size
    E1 = W2.T @ E2*(A1 > 0)
    return E1 @ X.T, E1.sum(axis=1, keepdims=True), E2 @ A1.T, E2.sum(axis=1, keepdims=True)

def change(W1, b1, W2, b2, dW1, db1, dW2, db2, rate):
    W1 = W1 - rate*dW1
    db1 = b1 - rate*db1
    W2 = W2 - rate*dW2
    db2 = b2 - rate*db2
    return W1, b1, W2, b2

def iterate(par, X, q, rate=0.3):
    return change(*par, *behind(*par, X, q), rate)

def right(par, X, q):
    return (ahead(*par, X)[1].argmax(axis=0) == q).mean()

if __name__ == '__main__':
    X, q = sample()
    par = begin()
    for i in range(2000):
        par = iterate(par, X, q)
    print(right(par, X, q), par[3].T)
