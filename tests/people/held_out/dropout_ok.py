import numpy as np

np.random.seed(8)
P_KEEP = 0.8

def get_data(n=150):
    r = np.random.RandomState(2)
    x = r.uniform(-2, 2, size=(n, 1))
    return x, np.sin(2*x)

def new_params(h=40):
    r = np.random.RandomState(4)
    return {'w1': r.randn(1, h), 'b1': r.randn(h)*0.5, 'w2': r.randn(h, 1)/np.sqrt(h), 'b2': np.zeros(1)}

def fwd(p, x, train):
    h = np.tanh(x @ p['w1'] + p['b1'])
    mask = (np.random.rand(*h.shape) < P_KEEP)/P_KEEP if train else np.ones_like(h)
    return h, mask, (h*mask) @ p['w2'] + p['b2']

def loss_and_grads(p, x, y, train=True):
    h, mask, out = fwd(p, x, train)
    diff = out - y
    loss = (diff**2).mean()
    d = 2*diff/len(x)
    g = {'w2': (h*mask).T @ d, 'b2': d.sum(0)}
    dz = d @ p['w2'].T*mask*(1 - h**2)
    g['w1'] = x.T @ dz
    g['b1'] = dz.sum(0)
    return loss, g

def fit(p, x, y, lr=0.1, n=3000):
    for i in range(n):
        loss, g = loss_and_grads(p, x, y)
        for k in p:
            p[k] = p[k] - lr*g[k]
    return p

if __name__ == '__main__':
    x, y = get_data()
    p = fit(new_params(), x, y)
    print(loss_and_grads(p, x, y, train=False)[0])
