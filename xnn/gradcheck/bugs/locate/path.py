"""A path of the loss that `gradients` forgets, or takes twice: named by the loss, or by what is left unused."""

import ast
from collections.abc import Sequence

import numpy

from ....source import Site, names_in
from ...program.tree import Host
from ...recording.forward import Forward
from ..byvalue import multiple
from .around import function_around, holds
from .belongs import Fix
from .matching import SAME
from .point import Point
from .suspects import Suspect
from .turns import dot, turns

NEAR = 5  # lines within which a value that nothing uses belongs to a path that is missing
MOVES = 1e-6  # relative: the loss's derivative changes by more where a path is held still


def path(forward: Forward, suspect: Suspect, fix: Fix) -> tuple[str, int] | None:
    """Name the path of the loss that a suspect's value lacks, or has twice: that through a node that is held still.

    With the node held, the loss's derivative is what the value is; or exceeds what belongs there by as much.
    """
    if fix.because is None or fix.turn is None:
        return None
    node = fix.because
    have = fix.turn.back([fix.factor * value for value in suspect.values])
    us = forward.directions(node)
    right, here = forward.slope(node), dot(have, us)
    held = [n for n, d in forward.depends.items() if d and n != node and forward.last(n) >= forward.first(node)]
    for other in sorted(held, key=lambda n: (forward.first(n), n < 0)):
        if forward.spent > forward.limit:
            return None
        without = forward.derivative(node, us, other)
        if abs(without - right) <= MOVES * abs(right):
            continue
        for code, want in (("path-missing", without), ("path-twice", 2.0 * right - without)):
            if abs(here - want) <= SAME * max(abs(want), abs(right)):
                more = forward.directions(node, 1)
                again = forward.derivative(node, more, other)
                if code == "path-twice":
                    again = 2.0 * forward.derivative(node, more) - again
                if abs(dot(have, more) - again) <= SAME * max(abs(again), abs(right)):
                    return code, other
    return None


def difference(
    forward: Forward, suspect: Suspect, fix: Fix, orders: Sequence[tuple[int, ...]]
) -> tuple[str, int] | None:
    """Name the path whose adjoint is just what a suspect's value lacks, or has twice: that through one use of a value.

    No path where the value is the multiple of what belongs there.
    """
    pairs = list(zip(fix.values, suspect.values, strict=True))
    if any(want is None or want.shape != have.shape for want, have in pairs):
        return None
    lack = [want - have for want, have in pairs if want is not None]
    size = dot(lack, lack) ** 0.5
    if not size or multiple(_flat(suspect.values), _flat([want for want, _ in pairs if want is not None])) is not None:
        return None
    for node in forward.values:
        for turn in turns(lack, forward.values[node], orders):
            slope, here = forward.slope(node), dot(turn.back(lack), forward.directions(node))
            if not slope or abs(abs(here) - abs(slope)) > SAME * abs(slope):
                continue
            more = forward.directions(node, 1)
            again, sign = forward.derivative(node, more), 1.0 if here * slope > 0 else -1.0
            if abs(sign * dot(turn.back(lack), more) - again) <= SAME * max(abs(again), abs(slope)):
                return "path-missing" if sign > 0 else "path-twice", node
    return None


def _flat(values: Sequence[Host]) -> Host:
    return numpy.concatenate([v.reshape(-1) for v in values])


def unused(point: Point) -> Site | None:
    """Return an adjoint that is computed in `gradients` and used nowhere."""
    known = point.known
    for number, values in point.record.values.items():
        site = point.runs.sites[number]
        if any(v.dtype.kind != "f" or not v.ndim for v in values) or number in point.forward.record.values:
            continue
        if site.root and is_unread(site, function_around(point.runs, site), targets=1) and not known.has(values):
            return site
    return None


def unused_before(point: Point, suspect: Suspect) -> Site | None:
    """Return what was last computed before a suspect in its function, and is used nowhere."""
    function = function_around(point.runs, suspect.site)
    found = [
        site for number in point.record.values
        if (site := point.runs.sites[number]).root and is_unread(site, function)
        and site.file is suspect.site.file and holds(function, site.node)
        and 0 <= suspect.site.place.end_line - site.place.line < NEAR
    ]  # fmt: skip
    return max(found, key=lambda site: site.place.line, default=None)


def unread(function: ast.AST) -> set[str]:
    """Return the names that a function assigns to and reads nowhere."""
    return names_in(function, ast.Store) - names_in(function, ast.Load)


def is_unread(site: Site, function: ast.AST, targets: int | None = None) -> bool:
    """Whether a statement assigns to names, the first of them or all, that its function reads nowhere."""
    if not isinstance(site.statement, ast.Assign):
        return False
    names = unread(function)
    return all(isinstance(t, ast.Name) and t.id in names for t in site.statement.targets[:targets])


def goes_on(function: ast.AST, statement: ast.AST) -> bool:
    """Whether what a statement assigns to a name is computed from what the name was: a path that goes on, no sum."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return False
    name, made = statement.targets[0].id, dict[str, set[str]]()
    if isinstance(function, ast.FunctionDef) and name in {argument.arg for argument in function.args.args}:
        return True
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and node is not statement:
            uses = names_in(node.value)
            for target in node.targets:
                for one in names_in(target):
                    made.setdefault(one, set()).update(uses)
    todo, seen = names_in(statement.value), set[str]()
    while todo:
        one = todo.pop()
        if one == name:
            return True
        if one not in seen:
            seen.add(one)
            todo |= made.get(one, set())
    return False
