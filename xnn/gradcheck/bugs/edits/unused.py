"""Edits that use what a function computes and reads nowhere: the line that added it is what may be left out."""

import ast
from collections.abc import Iterator

from ...program.tree import Host
from ..byvalue import broadcasts
from .context import Context
from .edit import Edit

TARGETS, SCALARS = 8, 6  # arrays that it may belong to, and numbers that it may be multiplied by


def unused_terms(context: Context, statement: ast.Assign, value: Host) -> Iterator[Edit]:
    """Add what a statement assigns to a name to an array in scope: as it is, or times a number in scope.

    Parameters
    ----------
    context : Context
        What is in scope at the statement.
    statement : ast.Assign
    value : array
        What it assigns.
    """
    target = statement.targets[0]
    if not isinstance(target, ast.Name):
        return
    term = ast.Name(target.id, ast.Load())
    arrays = [a for a in context.atoms if isinstance(a.node, ast.Name) and a.value.ndim and a.value.dtype.kind == "f"]
    scalars = [a for a in context.atoms if a.value.ndim == 0 and a.value.dtype.kind == "f"][:SCALARS]
    for atom in [a for a in arrays if broadcasts(value.shape, a.shape)][:TARGETS]:
        for what in (term, *(ast.BinOp(scalar.node, ast.Mult(), term) for scalar in scalars)):
            for op, cost in ((ast.Add(), 2.4), (ast.Sub(), 2.6)):
                whole = ast.BinOp(ast.Name(atom.text, ast.Load()), op, what)
                more = ast.Assign([ast.Name(atom.text, ast.Store())], whole)
                yield Edit(statement, ((statement, [statement, more]),), "path-missing", cost, ast.unparse(what))
