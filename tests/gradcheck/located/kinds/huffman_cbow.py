"""Predicts a word from the average of its neighbours by a walk down a binary code tree (hierarchical softmax)."""

import heapq

import numpy as np


def huffman(counts):
    """For each word: the inner nodes on the way to it, and at each the turn taken (+1 left, -1 right)."""
    heap = [(c, i, i) for i, c in enumerate(counts)]
    heapq.heapify(heap)
    parent = {}
    tick = len(counts)
    inner = 0
    while len(heap) > 1:
        c1, _, n1 = heapq.heappop(heap)
        c2, _, n2 = heapq.heappop(heap)
        node = ("inner", inner)
        parent[n1] = (inner, +1.0)
        parent[n2] = (inner, -1.0)
        heapq.heappush(heap, (c1 + c2, tick, node))
        tick += 1
        inner += 1
    routes = []
    for word in range(len(counts)):
        nodes, turns, at = [], [], word
        while at in parent:
            node, turn = parent[at]
            nodes.append(node)
            turns.append(turn)
            at = ("inner", node)
        routes.append((np.array(nodes[::-1]), np.array(turns[::-1])))
    return routes


class Cbow:
    def __init__(self, counts):
        self.routes = huffman(counts)

    def context_vector(self, p, context):
        """Nearer words weigh more; the weights of the four places are learnt through a softmax."""
        w = np.exp(p["place"])
        w = w / w.sum()
        return w, w @ p["vec"][context]

    def loss(self, p, contexts, words):
        total = 0.0
        for context, word in zip(contexts, words):
            _, v = self.context_vector(p, context)
            nodes, turns = self.routes[word]
            total += np.log1p(np.exp(-turns * (p["node"][nodes] @ v))).sum()
        return total / len(words)

    def gradients(self, p, contexts, words):
        g = dict((k, np.zeros_like(a)) for k, a in p.items())
        for context, word in zip(contexts, words):
            w, v = self.context_vector(p, context)
            nodes, turns = self.routes[word]
            dscore = -turns / (1 + np.exp(turns * (p["node"][nodes] @ v))) / len(words)
            g["node"][nodes] += np.outer(dscore, v)
            dv = dscore @ p["node"][nodes]
            np.add.at(g["vec"], context, np.outer(w, dv))
            dw = p["vec"][context] @ dv
            g["place"] += w * (dw - w @ dw)
        return g


counts = [9, 5, 3, 7, 1, 2, 4, 2]
cbow = Cbow(counts)
loss = cbow.loss
gradients = cbow.gradients
_r = np.random.RandomState(14)
params = {
    "vec": _r.randn(8, 4) * 0.8,
    "node": _r.randn(7, 4) * 0.8,
    "place": _r.randn(4) * 0.5,
}
data = (
    np.array([[0, 1, 3, 0], [3, 0, 2, 6], [1, 1, 4, 5], [7, 2, 0, 3], [0, 3, 5, 3], [6, 6, 6, 1]]),
    np.array([3, 1, 0, 6, 2, 5]),
)
