import numpy as np

def im2col_indices(shape, fh, fw, pad, stride):
    N, C, H, W = shape
    oh = (H + 2 * pad - fh) // stride + 1
    ow = (W + 2 * pad - fw) // stride + 1
    i0 = np.tile(np.repeat(np.arange(fh), fw), C)
    i1 = stride * np.repeat(np.arange(oh), ow)
    j0 = np.tile(np.arange(fw), fh * C)
    j1 = stride * np.tile(np.arange(ow), oh)
    k = np.repeat(np.arange(C), fh * fw).reshape(-1, 1)
    return k, i0.reshape(-1, 1) + i1.reshape(1, -1), j0.reshape(-1, 1) + j1.reshape(1, -1)

def im2col(x, fh, fw, pad, stride):
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    k, i, j = im2col_indices(x.shape, fh, fw, pad, stride)
    return xp[:, k, i, j].transpose(1, 2, 0).reshape(fh * fw * x.shape[1], -1)

def col2im(cols, shape, fh, fw, pad, stride):
    N, C, H, W = shape
    xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    k, i, j = im2col_indices(shape, fh, fw, pad, stride)
    cols = cols.reshape(C * fh * fw, -1, N).transpose(2, 0, 1)
    np.add.at(xp, (slice(None), k, i, j), cols)
    return xp[:, :, pad:-pad, pad:-pad]


class Conv():
    def __init__(self, X_dim, n_filter, stride, seed):
        self.d_X, self.h_X, self.w_X = X_dim
        self.n_filter, self.stride = n_filter, stride
        self.W = np.random.RandomState(seed).randn(n_filter, self.d_X, 3, 3) / np.sqrt(9 * self.d_X / 2.)
        self.b = np.zeros((n_filter, 1))
        self.h_out = (self.h_X - 1) // stride + 1
        self.w_out = (self.w_X - 1) // stride + 1
        self.out_dim = n_filter, self.h_out, self.w_out

    def forward(self, X, W, b):
        self.X = X
        self.X_col = im2col(X, 3, 3, 1, self.stride)
        out = W.reshape(self.n_filter, -1) @ self.X_col + b
        return out.reshape(self.n_filter, self.h_out, self.w_out, X.shape[0]).transpose(3, 0, 1, 2)

    def backward(self, dout, W):
        dflat = dout.transpose(1, 2, 3, 0).reshape(self.n_filter, -1)
        dW = (dflat @ self.X_col.T).reshape(W.shape)
        db = np.sum(dout, axis=(0, 2, 3)).reshape(self.n_filter, -1)
        dX = col2im(W.reshape(self.n_filter, -1).T @ dflat, self.X.shape, 3, 3, 1, self.stride)
        return dX, dW, db


c1 = Conv((1, 6, 6), 3, 1, 220)
c2 = Conv(c1.out_dim, 4, 2, 221)
params = [c1.W, c1.b, c2.W, c2.b, np.random.RandomState(222).randn(36, 3) / 6, np.zeros(3)]

def run(params, X):
    W1, b1, W2, b2, V, c = params
    r1 = np.maximum(c1.forward(X, W1, b1), 0)
    r2 = np.maximum(c2.forward(r1, W2, b2), 0)
    flat = r2.reshape(len(X), -1)
    s = flat @ V + c
    e = np.exp(s - s.max(1, keepdims=True))
    return r1, r2, flat, e / e.sum(1, keepdims=True)

def loss_and_grads(params, X, y):
    W1, b1, W2, b2, V, c = params
    r1, r2, flat, p = run(params, X)
    m = len(y)
    loss = np.mean(-np.log(p[range(m), y]))
    p[range(m), y] -= 1.
    p /= m
    d2 = (p @ V.T).reshape(r2.shape) * (r2 > 0)
    d1, dW2, db2 = c2.backward(d2, W2)
    _, dW1, db1 = c1.backward(d1 * (r1 > 0), W1)
    return loss, [dW1, db1, dW2, db2, flat.T @ p, p.sum(0)]

def crosses(n=18):
    r = np.random.RandomState(223)
    y = np.arange(n) % 3
    X = .3 * r.rand(n, 1, 6, 6)
    for x, k in zip(X[:, 0], y):
        i = r.randint(6)
        if k == 0: x[i] += 1
        if k == 1: x[:, i] += 1
        if k == 2: x[np.arange(6), np.arange(6)] += 1
    return X, y

def train(its=150, lr=.2):
    X, y = crosses()
    ps = [p.copy() for p in params]
    for i in range(its):
        l, gs = loss_and_grads(ps, X, y)
        ps = [p - lr * g for p, g in zip(ps, gs)]
    return l

if __name__ == "__main__":
    print(train())
