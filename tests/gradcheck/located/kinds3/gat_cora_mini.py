import numpy as np

np.random.seed(21)
ALPHA = 0.2  # slope of the leaky relu in the attention


def lrelu(x):
    return np.where(x > 0, x, ALPHA * x)


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def head_forward(X, A, W, a_left, a_right):
    H = X.dot(W)
    # e_ij = leaky(a_l . h_i + a_r . h_j), i looks at j
    raw = (H.dot(a_left))[:, None] + (H.dot(a_right))[None, :]
    e = lrelu(raw)
    e[A == 0] = -1e9
    att = softmax(e)
    return att.dot(H), (X, H, raw, att)


def head_backward(dout, memory, W, a_left, a_right):
    X, H, raw, att = memory
    datt = dout.dot(H.T)
    dH = att.T.dot(dout)
    de = att * (datt - np.sum(datt * att, axis=1, keepdims=True))
    draw = de * np.where(raw > 0, 1.0, ALPHA)
    # row sums belong to i, column sums to j
    di = draw.sum(axis=1)
    dj = draw.sum(axis=0)
    da_left = H.T.dot(di)
    da_right = H.T.dot(dj)
    dH += np.outer(di, a_left)
    dH += np.outer(dj, a_right)
    return dH.dot(W.T), X.T.dot(dH), da_left, da_right


def accuracy(params, X, A, labels, test):
    P = model(params, X, A)[0]
    return (P[test].argmax(1) == labels[test]).mean()


def model(params, X, A):
    outs, mems = [], []
    for W, al, ar in params["heads"]:
        o, mem = head_forward(X, A, W, al, ar)
        outs.append(o)
        mems.append(mem)
    cat = np.concatenate(outs, axis=1)
    hid = np.where(cat > 0, cat, np.exp(np.minimum(cat, 0)) - 1)  # elu
    W, al, ar = params["last"]
    out, mem_last = head_forward(hid, A, W, al, ar)
    return softmax(out), hid, cat, mems, mem_last


def loss(params, X, A, labels, train):
    P = model(params, X, A)[0]
    return -np.mean(np.log(P[train, labels[train]]))


def gradients(params, X, A, labels, train):
    P, hid, cat, mems, mem_last = model(params, X, A)
    dout = np.zeros_like(P)
    for i in train:
        dout[i] = P[i]
        dout[i, labels[i]] -= 1
    dout /= len(train)
    dhid, dW, dl, dr = head_backward(dout, mem_last, *params["last"])
    grads = {"last": (dW, dl, dr), "heads": []}
    dcat = dhid * np.where(cat > 0, 1, hid + 1)
    start = 0
    for (W, al, ar), mem in zip(params["heads"], mems):
        width = W.shape[1]
        _, dW, dl, dr = head_backward(dcat[:, start : start + width], mem, W, al, ar)
        grads["heads"].append((dW, dl, dr))
        start += width
    return grads


N = 7
A = np.eye(N)
for i, j in [(0, 1), (0, 2), (1, 2), (3, 4), (4, 5), (2, 6), (5, 6), (0, 6)]:
    A[i, j] = A[j, i] = 1
A[1, 5] = 1  # a citation goes one way only
params = {
    "heads": [(np.random.randn(5, 3), np.random.randn(3), np.random.randn(3)) for _ in range(2)],
    "last": (np.random.randn(6, 4), np.random.randn(4), np.random.randn(4)),
}
data = (np.random.randn(N, 5), A, np.array([0, 1, 3, 2, 2, 0, 1]), np.array([0, 2, 3, 5]))
