"""What a round of a loop computes for the next, and does not hand on: ``dh_next = dh_prev`` was forgotten."""

import ast
from collections.abc import Iterator
from functools import partial
from itertools import product

from ....source import names_in
from ..scope import settle
from .edit import Edit
from .operands import far

MOST = 6  # names on either side


def carried(function: ast.AST) -> Iterator[Edit]:
    """Yield a value that nothing uses, handed on as a name that the loop reads and never assigns to."""
    read = names_in(function, ast.Load)
    for loop in ast.walk(function):
        if not isinstance(loop, (ast.For, ast.While)):
            continue
        stored = names_in(loop, ast.Store)
        outside = {name for name in names_in(function, ast.Store) - stored if name in names_in(loop, ast.Load)}
        loose = [
            statement for statement in ast.walk(loop)
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1
            and isinstance(target := statement.targets[0], ast.Name) and target.id not in read
        ][:MOST]  # fmt: skip
        into = sorted(outside)[:MOST]
        if not loose or not into:
            continue
        yield from (_handed_on([(statement, name)]) for statement, name in product(loose, into))
        if len(loose) > 1:
            yield _handed_on(_nearest(loose, into))


def _nearest(loose: list[ast.Assign], into: list[str]) -> list[tuple[ast.Assign, str]]:
    """Pair each value with the name that looks most like its own, each name once."""
    left, pairs = list(into), list[tuple[ast.Assign, str]]()
    for statement in loose:
        if left:
            name = min(left, key=partial(far, _target(statement)))
            left.remove(name)
            pairs.append((statement, name))
    return pairs


def _target(statement: ast.Assign) -> str:
    return statement.targets[0].id  # type: ignore[attr-defined]


def _handed_on(pairs: list[tuple[ast.Assign, str]]) -> Edit:
    last = max((statement for statement, _ in pairs), key=lambda statement: statement.lineno)
    more: list[ast.stmt] = []
    for statement, name in pairs:
        new = ast.Assign([ast.Name(name, ast.Store())], ast.Name(_target(statement), ast.Load()))
        settle(new, last)
        more.append(new)
    cost = 1.3 + sum(far(_target(statement), name) for statement, name in pairs) / len(pairs)
    return Edit(last, ((last, [last, *more]),), "path-missing", cost, ", ".join(_target(s) for s, _ in pairs))
