"""Places of what one call does to the next, or to its arguments: each is seen while the functions run.

What accumulates, or is drawn anew, is placed where a second call with the same arguments first has another value than
the first call had; what changes its arguments, at the statement that writes into them.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy

from ...findings import Finding
from ...source import Location, Unavailable
from ..program.behaviour import Observed
from ..program.calls import Program, Raised
from ..program.tree import Host, walk
from ..recording.runs import NUMBERS, Runs, kept
from ..same import CALLS, same

PLACED = {"accumulates", "nondeterministic", "mutates"}
Call = Callable[[Any, tuple[Any, ...], Callable[[int, Any], Any]], object]  # of arguments, and of a handler
ENTRIES = 50  # of a container that are looked at


def place_calls(program: Program, seen: Observed) -> list[Finding]:
    """Return what was seen of the calls, with its places, as far as these can be given."""
    codes = {f.code for f in seen.findings if f.place is None}
    if not codes & PLACED:
        return seen.findings
    try:
        runs = Runs(program, seen, program.theta)
    except Unavailable:
        return seen.findings
    found: list[Finding] = []
    for f in seen.findings:
        place = None
        if f.place is None and f.code == "accumulates":
            place = _differs(runs, runs.call_gradients, fresh=False)
        elif f.place is None and f.code == "nondeterministic":
            place = _differs(runs, runs.call_loss, fresh=True) or _differs(runs, runs.call_gradients, fresh=True)
        elif f.place is None and f.code == "mutates":
            place = _writes(runs, runs.call_gradients) or _writes(runs, runs.call_loss)
        found.append(f if place is None else replace(f, place=place))
    return found


def _differs(runs: Runs, call: Call, fresh: bool) -> Location | None:
    """Return where a second call, with the same objects or with fresh ones, first computes something else."""
    arguments = runs.arguments()
    first, second = _Passed(), _Passed()
    with suppress(Raised):
        for passed in (first, second):
            call(*(runs.arguments() if fresh else arguments), passed)
    counts: dict[int, int] = {}
    for number, parts in second.values:
        k = counts[number] = counts.get(number, -1) + 1
        before = first.by_site.get(number, [])
        if k >= len(before) or not _alike(before[k], parts):
            return runs.sites[number].place
    return None


def _writes(runs: Runs, call: Call) -> Location | None:
    """Return the first statement that changes an argument of the call."""
    params, data = runs.arguments()
    held = [x for _, x in walk((params, data), whole=True) if isinstance(x, numpy.ndarray)]
    before, found = [x.copy() for x in held], list[int]()

    def look(number: int, value: Any) -> Any:
        if not found and runs.sites[number].stored and isinstance(value, numpy.ndarray):
            mine = (numpy.shares_memory(value, x) and not numpy.array_equal(x, b, equal_nan=x.dtype.kind == "f")
                    for x, b in zip(held, before, strict=True))  # fmt: skip
            if any(mine):
                found.append(number)
        return value

    with suppress(Raised):
        call(params, data, look)
    return runs.sites[found[0]].place if found else None


class _Passed:
    """What passed the sites in one call, in order: copies, of containers of their entries."""

    def __init__(self) -> None:
        self.values: list[tuple[int, list[Host]]] = []
        self.by_site: dict[int, list[list[Host]]] = {}
        self.numbers = 0

    def __call__(self, number: int, value: Any) -> Any:
        if self.numbers < NUMBERS and (parts := _parts(value)):
            self.numbers += sum(part.size for part in parts)
            self.values.append((number, parts))
            self.by_site.setdefault(number, []).append(parts)
        return value


def _parts(value: Any) -> list[Host]:
    entries = list(value.values()) if isinstance(value, dict) else value
    entries = entries if isinstance(entries, (list, tuple)) else [value]
    return [host for entry in entries[:ENTRIES] if (host := kept(entry)) is not None]


def _alike(before: Sequence[Host], after: Sequence[Host]) -> bool:
    return len(before) == len(after) and all(
        a.shape == b.shape and (same(a, b, CALLS) if a.dtype.kind == "f" else numpy.array_equal(a, b))
        for a, b in zip(before, after, strict=True)
    )
