import numpy as np

N_CLASS = 4
lam = 0.05

def iris_like(n=80):
    g = np.random.RandomState(80)
    t = g.randint(N_CLASS, size=n)
    centre = g.randn(N_CLASS, 4) * 2
    return centre[t] + g.randn(n, 4) * .7, t

def h(x, W, b):
    z = x @ W + b
    z -= np.max(z, axis=1)[:, None]
    return np.exp(z) / np.exp(z).sum(1)[:, None]

# average cross entropy + L2
def J(W, b, x, t):
    pr = h(x, W, b)
    ce = 0
    for i in range(len(t)):
        ce -= np.log(pr[i, t[i]])
    return ce / len(t) + lam * np.sum(np.square(W))

def dJ(W, b, x, t):
    pr = h(x, W, b)
    gW = np.zeros(W.shape)
    gb = np.zeros(b.shape)
    for i in range(len(t)):
        for k in range(N_CLASS):
            err = pr[i, k] - (1 if t[i] == k else 0)
            gW[:, k] += err * x[i]
            gb[k] += err
    gW = gW / len(t) + lam * W
    gb /= len(t)
    return gW, gb

def fit(x, t, alpha=.2, n_iter=300):
    W, b = .1 * np.random.RandomState(81).randn(4, N_CLASS), np.zeros(N_CLASS)
    for _ in range(n_iter):
        gW, gb = dJ(W, b, x, t)
        W, b = W - alpha * gW, b - alpha * gb
    return W, b

if __name__ == "__main__":
    x, t = iris_like()
    W, b = fit(x, t)
    print(J(W, b, x, t), (h(x, W, b).argmax(1) == t).mean())
