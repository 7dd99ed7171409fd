"""What a program of the held-out part is, and a plain numeric gradient of its own to judge it by."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np


@dataclass
class Program:
    name: str
    loss: Callable
    gradients: Callable
    params: Any
    data: tuple = ()
    planted: tuple = ()  # () for a right program; every code here is true of the program


def leaves(tree, path=""):
    """The arrays of a nesting, each with its path."""
    if isinstance(tree, dict):
        for key in tree:
            yield from leaves(tree[key], f"{path}.{key}")
    elif is_dataclass(tree):
        for field in fields(tree):
            yield from leaves(getattr(tree, field.name), f"{path}.{field.name}")
    elif isinstance(tree, (list, tuple)):
        for i, item in enumerate(tree):
            yield from leaves(item, f"{path}.{i}")
    else:
        yield path, tree


def upcast(tree):
    """A copy with every array in double precision."""
    if isinstance(tree, dict):
        return {key: upcast(item) for key, item in tree.items()}
    if is_dataclass(tree):
        return type(tree)(*(upcast(getattr(tree, field.name)) for field in fields(tree)))
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*map(upcast, tree))
    if isinstance(tree, (list, tuple)):
        return type(tree)(map(upcast, tree))
    return np.array(tree, dtype=np.float64)


def numeric(program, step=1e-5):
    """Plain central differences in double precision, one coordinate at a time; and the size of their rounding."""
    program = copy.deepcopy(program)
    params = upcast(program.params)
    value = float(program.loss(params, *program.data))
    out, noise = {}, {}
    for path, array in leaves(params):
        h = step * min(1.0, max(1e-3, float(np.abs(array).mean())))
        noise[path] = 1e-14 * abs(value) / h
        grad = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            old = array[index]
            array[index] = old + h
            up = program.loss(params, *program.data)
            array[index] = old - h
            down = program.loss(params, *program.data)
            array[index] = old
            grad[index] = (up - down) / (2 * h)
        out[path] = grad
    return out, noise


def difference(program, step=1e-5):
    """The largest relative difference of a tensor; infinite where shape, structure or finiteness differ."""
    n, noise = numeric(program, step)
    g = dict(leaves(program.gradients(copy.deepcopy(program.params), *copy.deepcopy(program.data))))
    if set(n) != set(g):
        return np.inf
    worst = 0.0
    for path in n:
        if np.shape(g[path]) != n[path].shape or not np.all(np.isfinite(g[path])):
            return np.inf
        scale = max(np.linalg.norm(n[path]), np.linalg.norm(g[path]), 1e-300)
        gap = np.linalg.norm(n[path] - g[path]) - noise[path] * np.sqrt(n[path].size)
        worst = max(worst, float(gap / scale))
    return worst
