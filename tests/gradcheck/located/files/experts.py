import numpy as np

# a mixture of experts; an expert is (forward, backward), picked by the name in its parameters' key


def lin_fwd(p, x):
    return x @ p['W'] + p['b'], x


def lin_bwd(p, x, dy):
    return {'W': x.T @ dy, 'b': dy.sum(0)}


def rbf_fwd(p, x):
    diff = x[:, None, :] - p['centres'][None]
    phi = np.exp(-0.5 * (diff ** 2).sum(-1) * p['width'] ** 2)
    return phi @ p['A'], (diff, phi)


def rbf_bwd(p, saved, dy):
    diff, phi = saved
    dphi = dy @ p['A'].T
    dexp = dphi * phi
    dist2 = (diff ** 2).sum(-1)
    return {
        'A': phi.T @ dy,
        'width': np.array([-(dexp * dist2).sum() * p['width'][0]]),
        'centres': (dexp[:, :, None] * diff).sum(0) * p['width'] ** 2,
    }


def mlp_fwd(p, x):
    h = np.tanh(x @ p['W1'] + p['b1'])
    return h @ p['W2'], (x, h)


def mlp_bwd(p, saved, dy):
    x, h = saved
    dh = dy @ p['W2'].T * (1 - h ** 2)
    return {'W1': x.T @ dh, 'b1': dh.sum(0), 'W2': h.T @ dy}


EXPERTS = {'lin': (lin_fwd, lin_bwd), 'rbf': (rbf_fwd, rbf_bwd), 'mlp': (mlp_fwd, mlp_bwd)}


def gate(p, x):
    z = x @ p['G'] + p['g']
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def forward(params, x):
    pi = gate(params['gate'], x)
    outs, saved = [], []
    for name in EXPERTS:
        y, s = EXPERTS[name][0](params[name], x)
        outs.append(y)
        saved.append(s)
    outs = np.stack(outs, axis=1)                      # (n, experts, outputs)
    return pi, outs, saved


def log_likelihoods(outs, y):
    return -0.5 * ((outs - y[:, None, :]) ** 2).sum(-1)


def loss(params, x, y):
    pi, outs, _ = forward(params, x)
    return -np.mean(np.log((pi * np.exp(log_likelihoods(outs, y))).sum(1)))


def gradients(params, x, y):
    pi, outs, saved = forward(params, x)
    n = x.shape[0]
    joint = pi * np.exp(log_likelihoods(outs, y))
    post = joint / joint.sum(1, keepdims=True)
    grads = {}
    for k, name in enumerate(EXPERTS):
        dy = post[:, k:k + 1] * (outs[:, k] - y) / n
        grads[name] = EXPERTS[name][1](params[name], saved[k], dy)
    dz = (pi - post) / n
    grads['gate'] = {'G': x.T @ dz, 'g': dz.sum(0)}
    return grads


_R = np.random.default_rng(19)
_n = _R.normal
params = {
    'gate': {'G': _n(size=(3, 3)), 'g': _n(size=3)},
    'lin': {'W': _n(size=(3, 2)), 'b': _n(size=2)},
    'rbf': {'centres': _n(size=(4, 3)), 'width': np.array([0.6]), 'A': _n(size=(4, 2))},
    'mlp': {'W1': _n(size=(3, 5)), 'b1': _n(size=5), 'W2': _n(size=(5, 2))},
}
data = (_n(size=(8, 3)), _n(size=(8, 2)))
