"""Edits that write what belongs in a suspect's place, where no small change of what stands there has its values."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from itertools import combinations

from ....same import identical
from ...byvalue import broadcasts
from ...edits.axes import is_reduction
from ...edits.context import Context
from ...edits.edit import Edit, Operand, one
from ...edits.read_off import parts_of
from ..belongs import Fix
from ..matching import SAME
from ..point import Point
from ..suspects import Suspect
from .adjoints import Adjoints
from .product import added
from .visits import Visits

LONG = 400  # characters of an expression that nobody would write
SEVERAL = 4  # paths of which two may be missing together
UNITS = 3  # expressions for a constant that is multiplied farther down


def derivations(point: Point, suspect: Suspect, fix: Fix, context: Context) -> list[Edit]:
    """Return edits that write what flows into a value of the loss, as one path more, or in place of what stands there.

    Parameters
    ----------
    point, suspect
        Where.
    fix : Fix
        What belongs there: the adjoint of which value of the loss.
    context : Context
        What is in scope.
    """
    root = suspect.site.node
    if fix.because is None:
        fix = replace(fix, because=_parameter(point, suspect))
    if fix.because is None or not isinstance(root, ast.expr) or context.value(root) is None:
        return []
    names = [atom for atom in context.atoms if atom.value.dtype.kind in "fib"]
    names += parts_of(context, root)  # what stands there may be the adjoint of what comes later
    found: list[Edit] = []
    for unit in _units(context, fix.factor):
        adjoints = Adjoints(Visits(point, suspect, fix, context), names, unit, fix.factor)
        flows = adjoints.by_statement(fix.because)
        whole, softmax = bool(flows) and not adjoints.partial, adjoints.softmax
        every = (*flows, *adjoints.by_path(fix.because))
        paths = list({ast.unparse(flow): flow for flow in every}.values())
        pairs = [added(a, b) for a, b in combinations(paths[:SEVERAL], 2)] if len(paths) > 2 else []
        found += [edit for flow in (*paths, *pairs) for edit in _paths(context, root, flow)]
        found += _instead(root, reduce(added, flows), softmax) if whole else []
    return found


def _units(context: Context, factor: float) -> list[ast.expr]:
    """Return what flows into the loss, where a constant is multiplied farther down: its inverse."""
    one = ast.Constant(1)
    if abs(factor - 1.0) <= SAME:
        return [one]
    numbers = [number.node for number in context.constants.find(1.0 / factor)[:UNITS]]
    return numbers if factor > 0 else [ast.UnaryOp(ast.USub(), number) for number in numbers]


def _parameter(point: Point, suspect: Suspect) -> int | None:
    """Return the node of the loss that is the tensor which a suspect leads to, if that is one.

    Not where others are ignored: written anew one by one, each would be right, and what they share still wrong.
    """
    if len(suspect.leads) != 1 or len(suspect.values) != 1 or point.truth.ignored:
        return None
    (i,) = suspect.leads
    leaf = point.runs.program.leaves[i]
    value = point.runs.theta[leaf.slice].reshape(leaf.shape)
    nodes = (n for n in point.forward.values if point.forward.depends[n] == suspect.leads)
    return next((n for n in nodes if identical(point.forward.values[n], [value])), None)


def _paths(context: Context, root: ast.expr, flow: ast.expr) -> Iterator[Edit]:
    """Yield what stands there with a path more, and with one less."""
    have, more, text = context.value(root), context.value(flow), ast.unparse(flow)
    if have is None or more is None or len(text) > LONG:
        return
    if not (broadcasts(more.shape, have.shape) or broadcasts(have.shape, more.shape)):
        return
    plus, minus = ast.Add(), ast.Sub()
    if isinstance(flow, ast.UnaryOp) and isinstance(flow.op, ast.USub):
        plus, minus, flow = minus, plus, flow.operand
    yield one(root, ast.BinOp(root, plus, flow), "path-missing", 2.3 + len(text) / LONG, text)
    yield one(root, ast.BinOp(root, minus, flow), "path-twice", 2.5 + len(text) / LONG, text)


def _instead(root: ast.expr, whole: ast.expr, softmax: bool) -> Iterator[Edit]:
    """Yield what belongs there as a whole: what stands there times something, or another derivative."""
    summed = [any(is_reduction(node) for node in ast.walk(each)) for each in (root, whole)]
    diagonal = softmax and summed == [False, True] and isinstance(root, ast.BinOp)
    text = ast.unparse(whole)
    if len(text) > LONG:
        return
    lacks = _without(whole, ast.unparse(root))
    if lacks is not None:
        yield one(root, added(copy.deepcopy(root), lacks), "path-missing", 2.2 + len(text) / LONG, ast.unparse(lacks))
        return
    factor = _factor(whole, ast.unparse(root))
    of_it = isinstance(root, Operand) and any(ast.unparse(node) == ast.unparse(root) for node in ast.walk(whole))
    code, cost = ("factor-missing", 1.7) if factor else ("derivative-wrong", 2.8)
    code = code if factor else "softmax-diagonal" if diagonal else "derivative-missing" if of_it else code
    yield one(root, copy.deepcopy(whole), code, cost + len(text) / LONG, factor or text)


def _without(whole: ast.expr, root: str) -> ast.expr | None:
    """Return what else a sum consists of than an expression; None where that is none of its terms."""
    if not (isinstance(whole, ast.BinOp) and isinstance(whole.op, ast.Add)):
        return None
    for one_side, other in ((whole.left, whole.right), (whole.right, whole.left)):
        if ast.unparse(one_side) == root:
            return copy.deepcopy(other)
        if (rest := _without(one_side, root)) is not None:
            return added(rest, copy.deepcopy(other))
    return None


def _factor(whole: ast.expr, root: str) -> str:
    """Return what stands beside an expression in a product, as text; empty where it is no product of it."""
    if not (isinstance(whole, ast.BinOp) and isinstance(whole.op, (ast.Mult, ast.MatMult))):
        return ""
    left, right = ast.unparse(whole.left), ast.unparse(whole.right)
    return left if right == root else right if left == root else ""
