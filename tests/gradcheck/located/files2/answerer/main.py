import numpy as np
from memory import MemoryReader, softmax

rng = np.random.RandomState(10)
V, D, HOPS, SLOTS = 7, 3, 2, 4
params = {
    'tables': [rng.randn(V, D) * 0.6 for _ in range(HOPS + 1)],
    'times': rng.randn(SLOTS, D) * 0.2,
    'H': np.eye(D) + rng.randn(D, D) * 0.2,
}
stories = [
    ([[1, 2], [3, 3, 4], [0, 5]], [2, 6], 4),
    ([[5, 0], [1, 6], [2, 4, 1], [3]], [0], 1),
]
data = (stories,)


def answer(params, story, question):
    """the last table gives the answer's weights"""
    reader = MemoryReader(params['tables'], params['times'], params['H'])
    u = reader.read(story, question)
    return reader, u, softmax(params['tables'][-1] @ u)


def loss(params, stories):
    return -sum(np.log(answer(params, s, q)[2][a]) for s, q, a in stories)


def gradients(params, stories):
    out = {'tables': [np.zeros_like(t) for t in params['tables']],
           'times': np.zeros_like(params['times']), 'H': np.zeros_like(params['H'])}
    for story, question, a in stories:
        reader, u, p = answer(params, story, question)
        p[a] -= 1
        out['tables'][-1] += np.outer(p, u)
        reader.unread(params['tables'][-1].T @ p, story, question, out)
    return out
