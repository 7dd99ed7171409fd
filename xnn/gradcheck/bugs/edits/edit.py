"""One small change to a program, as data: nodes of its tree and what takes their place, and the mistake it undoes."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from ..scope import settle

FACTORS = ("factor-missing", "factor-extra")
Operand = ast.Name | ast.Attribute | ast.Subscript


@dataclass(frozen=True, eq=False)
class Edit:
    """One change.

    Attributes
    ----------
    at : ast.AST
        The node that is at fault: what its place says is what a finding underlines.
    changes : tuple of (node, node or list of statements)
        What is exchanged, and for what.
    code : str
        The name of the mistake that this undoes.
    cost : float
        How unlikely it is, before anything is tried.
    what : str
        What was too much, missing or exchanged, as text.
    """

    at: ast.AST
    changes: tuple[tuple[ast.AST, ast.AST | list[ast.stmt]], ...]
    code: str
    cost: float
    what: str = ""
    where: str = ""  # of a statement that is moved
    anywhere: bool = False  # whether the same change elsewhere along the chain would do as well

    def settle(self) -> None:
        """Give what is new the place of what it stands for, as it is to run: of the many edits made, few do."""
        for old, new in self.changes:
            for each in new if isinstance(new, list) else [new]:
                settle(each, old)

    def key(self) -> tuple[tuple[int, str], ...]:
        """Return what it changes and into what: equal for equal edits, once they are settled."""
        parts = ((old, new if isinstance(new, list) else [new]) for old, new in self.changes)
        return tuple((id(old), "; ".join(ast.unparse(each) for each in new)) for old, new in parts)

    def text(self) -> str:
        """Return what the change puts there, as text."""
        new = self.changes[0][1]
        return "; ".join(ast.unparse(each) for each in new) if isinstance(new, list) else ast.unparse(new)


def one(old: ast.AST, new: ast.AST, code: str, cost: float, what: str = "") -> Edit:
    """Return the edit of one node."""
    return Edit(old, ((old, new),), code, cost, what)


def several(at: ast.AST, changes: Sequence[tuple[ast.AST, ast.AST]], code: str, cost: float, what: str = "") -> Edit:
    """Return the edit of several nodes at once."""
    return Edit(at, tuple(changes), code, cost, what)


def of_library(module: str, name: str, node: ast.expr) -> ast.Call:
    """Return a call of a function of the array library: ``np.sign(x)``."""
    return ast.Call(ast.Attribute(ast.Name(module, ast.Load()), name, ast.Load()), [node], [])


def settled(new: ast.expr, at: ast.AST) -> ast.expr:
    """Return a new node, with the place of another."""
    settle(new, at)
    return new


def transposed(node: ast.expr) -> ast.expr:
    """Return an expression's transpose; of a transpose, what it is the transpose of."""
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else ast.Attribute(node, "T", ast.Load())


def power(node: ast.expr, k: float = 2) -> ast.expr:
    """Return a power of an expression."""
    return ast.BinOp(node, ast.Pow(), ast.Constant(k))
