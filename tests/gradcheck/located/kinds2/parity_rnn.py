# A plain recurrent net with a label at every step. The first state is a parameter. Everything is a column.
import numpy as np

np.random.seed(12)
units, feats, kinds = 5, 2, 3
params = {'A': np.random.randn(units, feats) * 0.5,     # input -> state
          'R': np.random.randn(units, units) * 0.4,     # state -> next state
          'O': np.random.randn(kinds, units) * 0.6,     # state -> scores
          'a': np.random.randn(units, 1) * 0.1,
          'o': np.random.randn(kinds, 1) * 0.1,
          'first': np.random.randn(units, 1) * 0.3}
signal = [np.random.randn(feats, 1) for _ in range(6)]
answers = [0, 2, 1, 1, 0, 2]
data = (signal, answers)

def play(p, signal):
    states, chances = [p['first']], []
    for x in signal:
        states.append(np.tanh(p['A'] @ x + p['R'] @ states[-1] + p['a']))
        e = np.exp(p['O'] @ states[-1] + p['o'])
        chances.append(e / e.sum())
    return states, chances

def loss(p, signal, answers):
    chances = play(p, signal)[1]
    return -sum(np.log(c[k, 0]) for c, k in zip(chances, answers))

def gradients(p, signal, answers):
    states, chances = play(p, signal)
    grad = {k: np.zeros_like(v) for k, v in p.items()}
    from_later = np.zeros((units, 1))
    for t in range(len(signal), 0, -1):        # states[t] was made from signal[t - 1] and states[t - 1]
        err = chances[t - 1].copy()
        err[answers[t - 1]] -= 1
        grad['O'] += err @ states[t].T
        grad['o'] += err
        top = p['O'].T @ err + from_later
        inner = top * (1 - states[t] ** 2)
        grad['a'] += inner
        grad['A'] += inner @ signal[t - 1].T
        grad['R'] += inner @ states[t - 1].T
        from_later = p['R'].T @ inner
    grad['first'] = from_later
    return grad
