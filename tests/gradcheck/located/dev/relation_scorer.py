import numpy as np
from collections import OrderedDict

# neural tensor layer: score(e1, r, e2) = u . tanh(e1^T M_k e2 + V [e1; e2] + b), trained by ranking true facts
# above corrupted ones (soft margin)

ent, dim, slices = 6, 3, 2
st = np.random.RandomState(77)
params = OrderedDict()
params['E'] = st.randn(ent, dim)
params['M'] = st.randn(slices, dim, dim)*.6
params['V'] = st.randn(slices, 2*dim)*.6
params['b'] = st.randn(slices)*.2
params['u'] = st.randn(slices)
true_facts = np.array([[0, 1], [2, 1], [3, 5], [0, 4], [5, 2]])
corrupted = np.array([[0, 3], [2, 2], [1, 5], [0, 5], [4, 2]])
data = (true_facts, corrupted)


def score(P, pair):
    e1, e2 = P['E'][pair[0]], P['E'][pair[1]]
    both = np.concatenate([e1, e2])
    bil = np.array([e1.dot(P['M'][k]).dot(e2) for k in range(slices)])
    act = np.tanh(bil + P['V'].dot(both) + P['b'])
    return P['u'].dot(act), act, both


def add_gradient(P, G, pair, g):
    """add g times the gradient of score(pair) to G"""
    i, j = pair
    _, act, both = score(P, pair)
    G['u'] += g*act
    dact = g*P['u']*(1 - act**2)
    G['b'] += dact
    G['V'] += np.outer(dact, both)
    dboth = P['V'].T.dot(dact)
    G['E'][i] += dboth[:dim]
    G['E'][j] += dboth[dim:]
    for k in range(slices):
        G['M'][k] += dact[k]*np.outer(P['E'][i], P['E'][j])
        G['E'][i] += dact[k]*P['M'][k].dot(P['E'][j])
        G['E'][j] += dact[k]*P['M'][k].T.dot(P['E'][i])


def loss(P, facts, fakes):
    J = 0
    for f, c in zip(facts, fakes):
        J += np.log(1 + np.exp(1 - score(P, f)[0] + score(P, c)[0]))
    return J/len(facts)


def gradients(P, facts, fakes):
    G = OrderedDict((k, np.zeros(v.shape)) for k, v in P.items())
    for f, c in zip(facts, fakes):
        gap = 1 - score(P, f)[0] + score(P, c)[0]
        g = 1/(1 + np.exp(-gap))/len(facts)
        add_gradient(P, G, f, -g)
        add_gradient(P, G, c, g)
    return G
