"""Functions that people write out, whose derivative is shorter than that of their parts: sigmoid and softmax.

Their parts, ``np.exp(-z)`` or the sum of ``e``, mostly have no name in `gradients`, where the result has one.
"""

import ast
from functools import cached_property
from typing import NamedTuple

from .....source import Site, called
from ....program.tree import Host
from ....same import identical
from .pullback import is_only_spread
from .values import Values
from .visits import Visits

SIGMOID = "g * y * (1 - y)"  # y = 1 / (1 + exp(-a))
SOFTMAX = "y * (g - (g * y).sum({over}))"  # y = e / e.sum(over), e = exp(a)

SHIFTS = ("max", "amax")  # what is subtracted in the exponent of a softmax


def sigmoid_of(node: ast.AST) -> ast.expr | None:
    """Return ``a`` of ``1 / (1 + np.exp(-a))``."""
    match node:
        case ast.BinOp(ast.Constant(1), ast.Div(), ast.BinOp(left, ast.Add(), right)):
            one, other = (left, right) if isinstance(left, ast.Constant) else (right, left)
        case _:
            return None
    if isinstance(one, ast.Constant) and one.value == 1 and isinstance(other, ast.Call) and called(other) == "exp":
        minus = other.args[0] if len(other.args) == 1 else None
        return minus.operand if isinstance(minus, ast.UnaryOp) and isinstance(minus.op, ast.USub) else None
    return None


class Softmax(NamedTuple):
    """A quotient of exponentials and their sum: where it is computed, the sum, and over what that is, as text."""

    site: Site
    below: ast.expr
    over: str


class Softmaxes:
    """The softmaxes of the loss: ``e / e.sum(axis, keepdims=True)`` and ``e /= ...``, with `e` or without a name."""

    def __init__(self, visits: Visits, values: Values) -> None:
        self.visits, self.values, self.record = visits, values, visits.forward.record.values

    def with_exponential(self, node: ast.expr) -> Softmax | None:
        """Return the softmax whose exponentials are what a call computes, if there is one."""
        exponentials = self._of(node) if called(node) == "exp" else None
        if not exponentials:
            return None
        for site, above, below in self._quotients:
            made = summed(self.values.source(below) or below, self.visits.context.module)
            parts = [part for part in (above, made and made[0]) if part is not None]
            if made is not None and all(identical(self._of(part), exponentials) for part in parts):
                return Softmax(site, below, made[1])
        return None

    def _of(self, node: ast.expr) -> list[Host]:
        return self.record.get(getattr(node, "site", -1), [])

    @cached_property
    def _quotients(self) -> list[tuple[Site, ast.expr | None, ast.expr]]:
        """The quotients, with numerator and denominator; of one in place the numerator is overwritten."""
        found: list[tuple[Site, ast.expr | None, ast.expr]] = []
        for site in (self.visits.point.runs.sites[number] for number in self.visits.forward.values if number >= 0):
            match site.node:
                case ast.BinOp(above, ast.Div(), below):
                    found.append((site, above, below))
                case ast.AugAssign(_, ast.Div(), below):
                    found.append((site, None, below))
                case _:
                    pass
        return found


def summed(node: ast.AST, module: str | None) -> tuple[ast.expr, str] | None:
    """Return what a sum is of, and as text over what, with the axes kept."""
    if isinstance(node, ast.Subscript) and is_only_spread(node.slice):
        inner = summed(node.value, module)
        return None if inner is None else (inner[0], f"{inner[1]}, keepdims=True" if inner[1] else "")
    if not isinstance(node, ast.Call) or called(node) != "sum":
        return None
    operands = [*node.args]
    if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) != module:
        operands.insert(0, node.func.value)
    return (operands[0], ", ".join(map(ast.unparse, [*operands[1:], *node.keywords]))) if operands else None
