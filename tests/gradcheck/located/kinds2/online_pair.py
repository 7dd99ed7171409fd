# two layers trained sample by sample in the old style; `gradients` is read off from how far one careful step moved the weights
import numpy as np

np.random.seed(2)
wih = np.random.normal(0, .7, (4, 3))     # input to hidden, a row for each hidden node
who = np.random.normal(0, .7, (2, 4))
ctx = np.random.normal(0, .5, (4, 4))     # context units: the hidden values of the sample before
params = {'wih': wih, 'who': who, 'ctx': ctx}
inputs = np.random.rand(5, 3)
targets = np.random.rand(5, 2) * .8 + .1
data = (inputs, targets)
LR = 0.9


def act(x):
    return 1 / (1 + np.exp(-x))


def loss(p, inputs, targets):
    total = 0
    before = np.zeros(4)
    for x, t in zip(inputs, targets):
        hidden = act(p['wih'] @ x + p['ctx'] @ before)
        out = act(p['who'] @ hidden)
        total += .5 * ((t - out) ** 2).sum()
        before = hidden
    return total


def one_step(p, inputs, targets):
    """moves the weights in place by LR times the summed gradient"""
    runs, before = [], np.zeros(4)
    for x, t in zip(inputs, targets):
        hidden = act(p['wih'] @ x + p['ctx'] @ before)
        runs.append((x, t, before, hidden, act(p['who'] @ hidden)))
        before = hidden
    move = {k: np.zeros_like(v) for k, v in p.items()}
    later = np.zeros(4)
    for x, t, before, hidden, out in reversed(runs):
        out_err = (t - out) * out * (1 - out)
        hid_err = (p['who'].T @ out_err + later) * hidden * (1 - hidden)
        move['who'] += np.outer(out_err, hidden)
        move['wih'] += np.outer(hid_err, x)
        move['ctx'] += np.outer(hid_err, before)
        later = p['ctx'].T @ hid_err
    for k in p:
        p[k] += LR * move[k]


def gradients(p, inputs, targets):
    moved = {k: v.copy() for k, v in p.items()}
    one_step(moved, inputs, targets)
    return {k: (p[k] - moved[k]) / LR for k in p}
