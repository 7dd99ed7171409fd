import numpy as np
from node import Node

FORWARD, VJP = {}, {}


def primitive(fn):
    """Register fn and give back a function of nodes."""
    name = fn.__name__
    FORWARD[name] = fn

    def on_nodes(*nodes, **settings):
        return Node(fn(*(n.value for n in nodes), **settings), name, nodes, **settings)
    return on_nodes


def vjp(fn):
    VJP[fn.__name__.removesuffix("_vjp")] = fn
    return fn


@primitive
def affine(x, w, b):
    return x @ w + b


@vjp
def affine_vjp(d, y, x, w, b):
    return d @ w.T, x.T @ d, d.sum(axis=0)


@primitive
def blend(t, a, b):
    """t a + (1 - t) b"""
    return t * a + (1 - t) * b


@vjp
def blend_vjp(d, y, t, a, b):
    return d * (a - b), d * t, d * (1 - t)


@primitive
def squash(x):
    return np.tanh(x)


@vjp
def squash_vjp(d, y, x):
    return (d * (1 - y * y),)


@primitive
def gate(x, steep=1.0):
    return 1 / (1 + np.exp(-steep * x))


@vjp
def gate_vjp(d, y, x, steep=1.0):
    return (d * steep * y * (1 - y),)


@primitive
def unit_rows(x):
    return x / np.sqrt((x * x).sum(axis=1, keepdims=True))


@vjp
def unit_rows_vjp(d, y, x):
    norm = np.sqrt((x * x).sum(axis=1, keepdims=True))
    return ((d - y * (d * y).sum(axis=1, keepdims=True)) / norm,)


@primitive
def cosine_gap(u, v):
    """Mean of 1 - cos, for rows of length one."""
    return 1 - (u * v).sum() / len(u)


@vjp
def cosine_gap_vjp(d, y, u, v):
    return -d * v / len(u), -d * u / len(v)
