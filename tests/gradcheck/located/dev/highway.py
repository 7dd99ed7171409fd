import numpy as np

# highway layers:  y = t * h + (1 - t) * x,  t = sigmoid(x Wt + bt),  h = tanh(x Wh + bh)

DEPTH = 3
UNITS = 4


def sigma(v):
    return 0.5 * (1 + np.tanh(0.5 * v))


rnd = np.random.RandomState(100)
params = []
for layer in range(DEPTH):
    params.append({'Wh': rnd.randn(UNITS, UNITS) * 0.6, 'bh': rnd.randn(UNITS) * 0.1,
                   'Wt': rnd.randn(UNITS, UNITS) * 0.6, 'bt': rnd.randn(UNITS) * 0.1 - 1})
params.append({'w': rnd.randn(UNITS, 1)})

x_train = rnd.randn(6, UNITS)
y_train = rnd.randn(6, 1)
data = (x_train, y_train)


def forward_pass(params, x):
    saved = []
    for lay in params[:-1]:
        h = np.tanh(x @ lay['Wh'] + lay['bh'])
        t = sigma(x @ lay['Wt'] + lay['bt'])
        saved.append((x, h, t))
        x = t * h + (1 - t) * x
    return saved, x, x @ params[-1]['w']


def loss(params, x, y):
    _, _, yhat = forward_pass(params, x)
    return ((yhat - y) ** 2).sum() / x.shape[0]


def gradients(params, x, y):
    saved, top, yhat = forward_pass(params, x)
    n = x.shape[0]
    dyhat = 2 * (yhat - y) / n
    grads = [None] * DEPTH + [{'w': top.T @ dyhat}]
    dx = dyhat @ params[-1]['w'].T
    for l in range(DEPTH - 1, -1, -1):
        xin, h, t = saved[l]
        lay = params[l]
        dh = dx * t * (1 - h ** 2)
        dt = dx * (h - xin) * t * (1 - t)
        grads[l] = {'Wh': xin.T @ dh, 'bh': dh.sum(0), 'Wt': xin.T @ dt, 'bt': dt.sum(0)}
        dx = dh @ lay['Wh'].T + dt @ lay['Wt'].T + dx * (1 - t)
    return grads
