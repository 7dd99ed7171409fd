import numpy as np

EPS = 1e-3

# gamma * (x - mean) / sqrt(var + eps) + beta, training mode only

def batchnorm_fwd(x, gamma, beta):
    m = x.mean(0)
    xc = x - m
    var = (xc ** 2).mean(0)
    std = np.sqrt(var + EPS)
    xn = xc / std
    cache = (xc, std, xn, gamma)
    return gamma * xn + beta, cache


def batchnorm_bwd(dy, cache):
    xc, std, xn, gamma = cache
    N = dy.shape[0]
    dgamma = np.sum(dy * xn, 0)
    dbeta = np.sum(dy, 0)
    dxn = gamma * dy
    dxc = dxn / std
    dvar = np.sum(dxn * xc, 0) * -0.5 * std ** -3
    # now the mean
    dmean = -np.sum(dxc, 0)
    dx = dxc + dmean / N
    return dx, dgamma, dbeta


def relu_fwd(x):
    return np.maximum(0, x), x

def relu_bwd(dy, x):
    return dy * (x > 0)

def affine_fwd(x, w, b):
    return x @ w + b, (x, w)

def affine_bwd(dy, cache):
    x, w = cache
    return dy @ w.T, x.T @ dy, dy.sum(0)


def loss_and_grads(params, X, y):
    z1, c1 = affine_fwd(X, params['W1'], params['b1'])
    n1, cn = batchnorm_fwd(z1, params['gamma'], params['beta'])
    h1, cr = relu_fwd(n1)
    s, c2 = affine_fwd(h1, params['W2'], params['b2'])

    s = s - s.max(1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(1, keepdims=True)
    N = len(y)
    loss = -np.log(p[np.arange(N), y]).mean()

    ds = p.copy()
    ds[np.arange(N), y] -= 1
    ds /= N
    g = {}
    dh1, g['W2'], g['b2'] = affine_bwd(ds, c2)
    dn1 = relu_bwd(dh1, cr)
    dz1, g['gamma'], g['beta'] = batchnorm_bwd(dn1, cn)
    dx, g['W1'], g['b1'] = affine_bwd(dz1, c1)
    return loss, g


def init(seed=2):
    rs = np.random.RandomState(seed)
    return dict(W1=rs.randn(5, 8), b1=0.1 * rs.randn(8), gamma=np.ones(8), beta=0.05 * rs.randn(8),
                W2=rs.randn(8, 4) * 0.5, b2=np.zeros(4))

def dataset(n=32):
    rs = np.random.RandomState(9)
    y = np.arange(n) % 4
    X = rs.randn(4, 5)[y] * 0.8 + rs.randn(n, 5)
    return X, y

def train(params, its=400, lr=0.3):
    X, y = dataset()
    for it in range(its):
        loss, g = loss_and_grads(params, X, y)
        for k in params:
            params[k] = params[k] - lr * g[k]
    return loss


if __name__ == '__main__':
    print(train(init()))
