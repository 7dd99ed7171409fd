"""The parts of a sum that grows over several statements: what is missing in it may be missing in any one of them."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from ...program.tree import Host
from .belongs import Fix
from .point import Point
from .suspects import Suspect


def summands(point: Point, suspect: Suspect, fix: Fix) -> Iterator[tuple[Suspect, list[Fix]]]:
    """Yield what ``d += part`` adds to a name that is at fault where it is read, with what would make the sum right."""
    name = getattr(suspect.site.node, "id", None)
    if name is None or any(
        want is None or want.shape != v.shape for want, v in zip(fix.values, suspect.values, strict=True)
    ):
        return
    for number, values in point.record.values.items():
        site, times = point.runs.sites[number], point.record.times[number]
        statement = site.statement
        if not (
            isinstance(statement, ast.AugAssign) and site.node is statement.value and site.file is suspect.site.file
        ):
            continue
        grows = isinstance(statement.op, (ast.Add, ast.Sub)) and getattr(statement.target, "id", None) == name
        if not grows or len(values) != len(suspect.values) or times[0] > suspect.first:
            continue
        if all(part.shape == v.shape for part, v in zip(values, suspect.values, strict=True)):
            sign = 1 if isinstance(statement.op, ast.Add) else -1
            trios = zip(values, fix.values, suspect.values, strict=True)
            wanted: list[Host | None] = [part + sign * (want - v) for part, want, v in trios if want is not None]
            yield replace(suspect, site=site, values=values, times=times), [replace(fix, values=wanted)]
