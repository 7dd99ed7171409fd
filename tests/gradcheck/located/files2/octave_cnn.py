# Port of Octave exercise code: all weights are in one column, unrolled in Fortran order
import numpy as np


def initial(shapes, rnd):
    return np.concatenate([(rnd.randn(*s) * 0.4).ravel(order='F') for s in shapes])[:, None]


imageDim, filterDim, numFilters, poolDim, numClasses = 6, 3, 2, 2, 3
hiddenSize = numFilters * ((imageDim - filterDim + 1) // poolDim) ** 2
SHAPES = [(filterDim, filterDim, numFilters), (numClasses, hiddenSize), (numFilters,), (numClasses,)]


def unroll(theta):
    out, at = [], 0
    for s in SHAPES:
        n = int(np.prod(s))
        out.append(theta[at:at + n, 0].reshape(s, order='F'))
        at += n
    return out


def cnnConvolve(images, Wc, bc):
    convDim = images.shape[0] - filterDim + 1
    feat = np.zeros((convDim, convDim, numFilters, images.shape[2]))
    for im in range(images.shape[2]):
        for f in range(numFilters):
            for r in range(convDim):
                for c in range(convDim):
                    feat[r, c, f, im] = np.sum(images[r:r + filterDim, c:c + filterDim, im] * Wc[:, :, f]) + bc[f]
    return 1 / (1 + np.exp(-feat))


def cnnPool(feat):
    d = feat.shape[0] // poolDim
    out = np.zeros((d, d) + feat.shape[2:])
    for r in range(d):
        for c in range(d):
            out[r, c] = feat[r * poolDim:(r + 1) * poolDim, c * poolDim:(c + 1) * poolDim].mean(axis=(0, 1))
    return out


def cnnCost(theta, images, labels, lam):
    Wc, Wd, bc, bd = unroll(theta)
    m = images.shape[2]
    act = cnnConvolve(images, Wc, bc)
    pooled = cnnPool(act)
    flat = pooled.reshape(hiddenSize, m, order='F')
    M = Wd @ flat + bd[:, None]
    M = M - M.max(axis=0)
    P = np.exp(M) / np.exp(M).sum(axis=0)
    G = np.zeros((numClasses, m))
    G[labels, np.arange(m)] = 1
    cost = -np.sum(G * np.log(P)) / m + lam / 2 * (np.sum(Wd ** 2) + np.sum(Wc ** 2))

    deltaS = (P - G) / m
    WdGrad = deltaS @ flat.T + lam * Wd
    bdGrad = deltaS.sum(axis=1)
    deltaP = (Wd.T @ deltaS).reshape(pooled.shape, order='F')
    WcGrad, bcGrad = np.zeros(Wc.shape), np.zeros(bc.shape)
    for im in range(m):
        for f in range(numFilters):
            up = np.kron(deltaP[:, :, f, im], np.ones((poolDim, poolDim))) / poolDim ** 2
            e = up * act[:, :, f, im] * (1 - act[:, :, f, im])
            for r in range(filterDim):
                for c in range(filterDim):
                    WcGrad[r, c, f] += np.sum(e * images[r:r + e.shape[0], c:c + e.shape[1], im])
            bcGrad[f] += np.sum(e)
    WcGrad += lam * Wc
    grad = np.concatenate([g.ravel(order='F') for g in (WcGrad, WdGrad, bcGrad, bdGrad)])[:, None]
    return cost, grad


rnd = np.random.RandomState(101)
params = [initial(SHAPES, rnd)]
data = (rnd.randn(imageDim, imageDim, 4), np.array([0, 2, 1, 1]), 0.05)
loss = lambda p, *d: cnnCost(p[0], *d)[0]
gradients = lambda p, *d: [cnnCost(p[0], *d)[1]]
