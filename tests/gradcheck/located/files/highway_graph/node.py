import numpy as np


class Node:
    """A value, the operation that made it and what it was made from."""

    def __init__(self, value, op=None, inputs=(), **settings):
        self.value = value
        self.op = op
        self.inputs = inputs
        self.settings = settings


def topological(end):
    order, done = [], set()

    def walk(node):
        if id(node) in done:
            return
        done.add(id(node))
        for i in node.inputs:
            walk(i)
        order.append(node)

    walk(end)
    return order


def grad(end, wanted, vjps):
    adjoint = {id(end): np.ones_like(end.value)}
    for node in reversed(topological(end)):
        if node.op is None:
            continue
        d = adjoint[id(node)]
        parts = vjps[node.op](d, node.value, *[i.value for i in node.inputs], **node.settings)
        for source, part in zip(node.inputs, parts):
            adjoint[id(source)] = adjoint.get(id(source), 0) + part
    return [adjoint[id(w)] for w in wanted]
