"""The causal test: whether every gradient is right with what belongs there in a suspect's place."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy

from ...program.tree import Host
from ...recording.runs import Look, Nudge, Put
from ...same import close, identical
from ..byvalue import multiple
from .belongs import FLOOR, Fix, belongs
from .matching import Matches
from .point import NUDGE, Point
from .suspects import Suspect

EARLY = 0  # suspects that cannot be put right, before those are looked at that are adjoints as they stand
TOLD = 4  # entries that are too big by one number, where that is no chance: one entry always is
AROUND = 16  # suspects before the first wrong value that are looked at once more
WRONG = 1e-5  # relative: how far a value is from what belongs there, where it is wrong
UNCHANGED = 1e-7  # relative: what belongs there is what stands there, and nothing to be tried


class Interventions:
    """Which suspects can be put right, and by what.

    Attributes
    ----------
    matches : Matches
        The suspects that are adjoints as they stand.
    fixes : dict of int to list of Fix
        What belongs in a suspect's place, by the number of its site; of several orders, where any of them does.
    """

    def __init__(self, point: Point, suspects: Sequence[Suspect]) -> None:
        self.point, self.suspects = point, suspects
        self.matches = Matches(point.forward, point.record, suspects)
        self.fixes: dict[int, list[Fix]] = {}
        self._leading: dict[tuple[int, int], bool] = {}

    def fix(self, suspect: Suspect) -> Fix | None:
        """Return what belongs in a suspect's place, None where that is not known."""
        return self.fixes.get(suspect.number, [None])[0]

    def fixed(self) -> list[Suspect]:
        """Return the suspects that can be put right."""
        return [s for s in self.suspects if s.number in self.fixes]

    def is_right(self, suspect: Suspect) -> bool:
        """Whether a suspect is an adjoint as it stands."""
        return suspect.number in self.matches.right

    def first(self) -> Suspect | None:
        """Return the first suspect that can be put right and is no adjoint as it stands."""
        matches = self.matches
        unmatched = [s for s in self.suspects if matches.of(s) is None]
        # Sums that grow are no adjoints on the way; an empty buffer is rather filled wrongly than made so.
        unmatched.sort(key=lambda s: (not any(map(numpy.any, s.values)), s.site.stored and len(s.values) > 1))
        unmatched += [s for s in self.suspects if s.number in matches.soft]
        for k, suspect in enumerate(unmatched):
            if self.put_right(suspect):
                return suspect
            # What passes values of many shapes, of layers or of a graph's nodes, need not be wrong the first time.
            if k == EARLY and _is_uniform(suspect) and self._before_wrong(suspect.first, None):
                return None
        return None

    def earliest(self, first: Suspect | None) -> Suspect | None:
        """Return what is wrong first, of the first suspect and those around it that can be put right too."""
        if first is None and self.fixes:
            return None  # they were looked at before
        self._before_wrong(self.goes_wrong(first) if first else self.point.record.time + 1, first)
        if first is None:
            return None
        # A sum that grows is not wrong yet, and what is an adjoint as it stands is rather right.
        unsure = (s for s in self.fixed() if s is first or not (s.site.stored or self.is_right(s)))
        return min(unsure, key=self.goes_wrong)

    def put_right(self, suspect: Suspect) -> bool:
        """Whether every gradient is right with something else in a suspect's place."""
        if suspect.number not in self.point.fixes:
            self.point.fixes[suspect.number] = self._found(suspect)
        if found := self.point.fixes[suspect.number]:
            self.fixes[suspect.number] = found
        return bool(found)

    def _found(self, suspect: Suspect) -> list[Fix]:
        point = self.point
        found: list[Fix] = []
        in_sum: list[Fix] = []  # at the last occurrence alone: what is wrong at each is not known by it
        for fix in belongs(point, suspect, self.matches):
            if found and (fix.because != found[0].because or len(found) > 1):
                break
            if _changes_nothing(fix, suspect):
                continue
            if not point.budget.allows("put"):
                break
            moved = point.runs.gradients({suspect.number: Put(fix.values)})
            if moved is not None and (c := self._factor(suspect, fix, moved)) is not None:
                fix = replace(fix, values=[None if v is None else v / c for v in fix.values], factor=c)
                moved = point.runs.gradients({suspect.number: Put(fix.values)})
            if moved is None or not point.truth.right(moved):
                continue
            fix = replace(fix, residual=point.truth.residual(moved))
            if not suspect.site.stored and len(fix.values) > 1 and any(v is None for v in fix.values):
                in_sum.append(fix)
                continue
            found.append(fix)
            # What is only added up may come in any order: which is meant, shows when edits are tried.
            if not isinstance(suspect.site.statement, ast.AugAssign) or len(suspect.values) == 1:
                break
        return found or in_sum[:1]

    def _factor(self, suspect: Suspect, fix: Fix, moved: Sequence[Host | None]) -> float | None:
        """Return the number that all gradients behind an adjoint have too much of: it is multiplied farther down."""
        truth = self.point.truth
        tensors = suspect.leads - truth.ignored
        entries = sum(truth.parts[i].leaf.size for i in tensors)
        if entries < TOLD or truth.right(moved):
            return None
        if (c := truth.factor(moved, tensors)) is not None:
            return c
        pairs = [(v, have) for v, have in zip(fix.values, suspect.values, strict=False) if v is not None]
        if all(v.shape == have.shape and multiple(v[v != 0], have[v != 0]) is not None for v, have in pairs):
            return None  # a number is too much, which may be so anywhere: where nothing is added to it is the place
        twice = self.point.runs.gradients({suspect.number: Put([None if v is None else 2 * v for v in fix.values])})
        return None if twice is None else truth.factor(moved, tensors, twice)

    def goes_wrong(self, suspect: Suspect) -> int:
        """Return when what passes a suspect that can be put right is wrong for the first time."""
        wanted = self.fixes[suspect.number][0].values
        for time, value, want in zip(suspect.times, suspect.values, wanted, strict=False):
            if want is not None and not close(value, want, WRONG, FLOOR):
                return time
        return suspect.times[-1]

    @cached_property
    def flowing(self) -> frozenset[int] | None:
        """The sites whose values change with the first right adjoint: what flows back; None if there is none."""
        first = next((s for s in self.suspects if self.is_right(s)), None)
        if first is None:
            return None
        moved, _ = self.point.runs.record_gradients({first.number: self._nudge(first)})
        changed = (
            number for number, values in self.point.record.values.items()
            if not identical(values, moved.values.get(number, []))
        )  # fmt: skip
        return frozenset({first.number, *changed})

    def leads_to(self, suspect: Suspect, other: Suspect) -> bool:
        """Whether what passes one suspect changes with what passes another."""
        key = suspect.number, other.number
        if suspect.number == other.number:
            return True
        if key not in self._leading:
            look = Look()
            self.point.runs.gradients({suspect.number: self._nudge(suspect), other.number: look})
            before = self.point.record.values[other.number]  # of very many the first alone were kept
            self._leading[key] = not identical(before, look.seen[: len(before)])
        return self._leading[key]

    def _nudge(self, suspect: Suspect) -> Nudge:
        return Nudge([self.point.rng.standard_normal(v.shape) for v in suspect.values], NUDGE)

    def _before_wrong(self, when: int, first: Suspect | None) -> bool:
        """Look once more at the suspects that were passed last before a value was wrong.

        What is an adjoint may be that of another value: of the one before a derivative that was left out.
        """
        passed = [
            s for s in self.suspects
            if s.number not in self.fixes and (first is not None or self.matches.of(s) is not None)
            and s.last_before(when)
        ]  # fmt: skip
        passed.sort(key=lambda s: -s.last_before(when))
        tried, found = 0, False
        for suspect in passed:
            if first is None or self.leads_to(suspect, first):
                tried += 1
                found |= self.put_right(suspect)
            if tried == AROUND:
                break
        return found


def _is_uniform(suspect: Suspect) -> bool:
    """Whether all that passes a suspect has one shape."""
    return len({v.shape for v in suspect.values}) == 1


def _changes_nothing(fix: Fix, suspect: Suspect) -> bool:
    pairs = zip(fix.values, suspect.values, strict=False)
    return all(new is None or (new.shape == old.shape and close(old, new, UNCHANGED)) for new, old in pairs)
