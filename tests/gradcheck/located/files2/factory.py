import numpy as np

# layers made by functions; each is a dict of two functions that share a local cache

def dense(name):
    box = {}
    def fwd(P, x, mode):
        box['x'] = x
        return x @ P[name + '.W'] + P[name + '.b']
    def bwd(P, G, d):
        G[name + '.W'] += box['x'].T @ d
        G[name + '.b'] += d.sum(0)
        return d @ P[name + '.W'].T
    return {'fwd': fwd, 'bwd': bwd}

def prelu(name):
    box = {}
    def fwd(P, x, mode):
        box['x'] = x
        return np.where(x > 0, x, P[name + '.a'] * x)
    def bwd(P, G, d):
        x = box['x']
        G[name + '.a'] += np.where(x > 0, 0, d * x).sum(0)
        return np.where(x > 0, d, P[name + '.a'] * d)
    return {'fwd': fwd, 'bwd': bwd}

def dropout(mask, rate):
    def fwd(P, x, mode):
        return x * mask / (1 - rate)
    def bwd(P, G, d):
        return d * mask / (1 - rate)
    return {'fwd': fwd, 'bwd': bwd}

def groupnorm(name, groups):
    box = {}
    def fwd(P, x, mode):
        n, k = x.shape
        v = x.reshape(n, groups, k // groups)
        c = v - v.mean(2, keepdims=True)
        inv = 1 / np.sqrt((c ** 2).mean(2, keepdims=True) + 1e-3)
        box.update(hat=c * inv, inv=inv)
        return (c * inv).reshape(n, k) * P[name + '.g']
    def bwd(P, G, d):
        hat, inv = box['hat'], box['inv']
        G[name + '.g'] += (d * hat.reshape(d.shape)).sum(0)
        e = (d * P[name + '.g']).reshape(hat.shape)
        e = e - e.mean(2, keepdims=True) - hat * (e * hat).mean(2, keepdims=True)
        return (e * inv).reshape(d.shape)
    return {'fwd': fwd, 'bwd': bwd}

def parallel(*branches):
    """branches side by side, outputs concatenated; each branch is a list of layers"""
    widths = []
    def fwd(P, x, mode):
        outs = []
        for b in branches:
            y = x
            for layer in b:
                y = layer['fwd'](P, y, mode)
            outs.append(y)
        widths[:] = [o.shape[1] for o in outs]
        return np.hstack(outs)
    def bwd(P, G, d):
        total = 0
        cuts = np.cumsum(widths)[:-1]
        for b, part in zip(branches, np.split(d, cuts, axis=1)):
            for layer in b[::-1]:
                part = layer['bwd'](P, G, part)
            total = total + part
        return total
    return {'fwd': fwd, 'bwd': bwd}

rs = np.random.RandomState(63)
MASK = np.array([[1, 0, 1, 1, 1, 1, 0], [1, 1, 1, 0, 1, 1, 1], [0, 1, 1, 1, 1, 0, 1], [1, 1, 0, 1, 1, 1, 1], [1, 1, 1, 1, 0, 1, 1.]])
net = [dense('in'), groupnorm('gn', 2),
       parallel([dense('left'), prelu('pl')], [dense('right'), prelu('pr'), dense('right2')]),
       dropout(MASK, .2), dense('in2')]
params = {'in.W': rs.randn(3, 6) * .7, 'in.b': rs.randn(6) * .2, 'gn.g': 1 + .2 * rs.randn(6),
          'left.W': rs.randn(6, 3) * .6, 'left.b': rs.randn(3) * .2, 'pl.a': rs.rand(3) * .5,
          'right.W': rs.randn(6, 2) * .6, 'right.b': rs.randn(2) * .2, 'pr.a': rs.rand(2) * .5,
          'right2.W': rs.randn(2, 4) * .6, 'right2.b': rs.randn(4) * .2,
          'in2.W': rs.randn(7, 2) * .5, 'in2.b': rs.randn(2) * .2}
data = (rs.randn(5, 3), rs.randn(5, 2))

def output(P, x):
    for layer in net:
        x = layer['fwd'](P, x, 'train')
    return x

def loss(P, x, t):
    return ((output(P, x) - t) ** 2).sum(1).mean() + .01 * sum((P[k] ** 2).sum() for k in P if k.endswith('.W'))

def gradients(P, x, t):
    G = {k: np.zeros_like(v) for k, v in P.items()}
    d = 2 * (output(P, x) - t) / len(x)
    for layer in net[::-1]:
        d = layer['bwd'](P, G, d)
    for k in P:
        if k.endswith('.W'):
            G[k] += .02 * P[k]
    return G
