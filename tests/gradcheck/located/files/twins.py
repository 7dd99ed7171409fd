"""Two pictures, one encoder: similar pairs are pulled together, others pushed to a distance."""
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Tape:
    actions: list = field(default_factory=list)
    grads: dict = field(default_factory=dict)

    def add(self, key, g):
        if key in self.grads:
            self.grads[key] = self.grads[key] + g
        else:
            self.grads[key] = g

    def record(self, fn):
        self.actions.append(fn)

    def unwind(self):
        while self.actions:
            self.actions.pop()()


class Var:
    """A batch on its way through; d is filled on the way back."""

    def __init__(self, a):
        self.a = a
        self.d = np.zeros_like(a)


def linear(tape, p, key, v):
    W, b = p[key]
    out = Var(v.a @ W.T + b)

    def back():
        tape.add((key, 'W'), out.d.T @ v.a)
        tape.add((key, 'b'), out.d.sum(axis=0))
        v.d += out.d @ W
    tape.record(back)
    return out


def bend(tape, v):
    root = np.sqrt(1 + v.a ** 2)
    out = Var((v.a + root - 1) / 2)

    def back():
        v.d += out.d * (1 + v.a / root) / 2
    tape.record(back)
    return out


def encode(tape, p, picture):
    v = Var(picture)
    for key in ('first', 'second', 'last'):
        v = bend(tape, linear(tape, p, key, v))
    return v


def contrast(tape, left, right, same, margin=3.0):
    gap = left.a - right.a
    dist2 = np.sum(gap ** 2, axis=1)
    push = np.logaddexp(0, margin - dist2)
    n = len(same)

    def back():
        ddist2 = (same - (1 - same) / (1 + np.exp(dist2 - margin))) / n
        dgap = 2 * ddist2[:, None] * gap
        left.d += dgap
        right.d -= dgap
    tape.record(back)
    return np.sum(same * dist2 + (1 - same) * push) / n


def forward(tape, p, one, other, same):
    return contrast(tape, encode(tape, p, one), encode(tape, p, other), same)


def loss(p, one, other, same):
    return forward(Tape(), p, one, other, same)


def gradients(p, one, other, same):
    tape = Tape()
    forward(tape, p, one, other, same)
    tape.unwind()
    return {key: (tape.grads[key, 'W'], tape.grads[key, 'b']) for key in p}


_q = np.random.default_rng(50)
params = {k: (_q.normal(size=(o, i)) / i ** 0.5, _q.normal(size=o) * 0.2)
          for k, i, o in [('first', 5, 6), ('second', 6, 4), ('last', 4, 3)]}
data = (_q.normal(size=(9, 5)), _q.normal(size=(9, 5)), (_q.random(9) > 0.5).astype(float))
