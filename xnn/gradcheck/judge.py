"""The verdicts: each tensor at the given parameters and near them, on few samples where these say as much as all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy

from ..findings import Finding
from .bugs.catalogue import finding
from .bugs.tensor import in_shape
from .compare import Comparison, Point, Verdict, all_agree, compare_directions, compare_entries
from .numeric import noise_of
from .program.behaviour import Observed, gradient_at
from .program.calls import Program, Raised
from .program.samples import count_samples
from .program.subset import on_subset
from .program.tree import Host
from .report import TensorReport

ENTRIES = 4000  # parameters up to which every entry is compared
NEARBY = 1e-1  # how far the second point is, as a share of each tensor's size
LAST = 4.0  # of what is afforded at one time, for that
ALONG = 2  # random directions along which all samples are looked at, where few were compared


@dataclass(frozen=True)
class Judgement:
    """What was compared, and what came of it.

    Attributes
    ----------
    point : Point
        The parameters; ``point.at.program`` has the data that were used, all or few.
    raw, gradients : list of array or None
        The user's gradients there as they came, and in their tensors' shapes, None where they have another.
    found : list of Comparison
        One a tensor.
    notes : list of Finding
    samples : str
        On how many samples, in words, where not on all.
    """

    point: Point
    raw: list[Host | None]
    gradients: list[Host | None]
    found: list[Comparison]
    notes: list[Finding]
    samples: str = ""

    def named(self, *verdicts: Verdict) -> set[int]:
        """Return which tensors have one of these verdicts."""
        return {i for i, c in enumerate(self.found) if c.verdict in verdicts}


class Judge:
    """Compares gradients with numeric ones."""

    def __init__(self, program: Program, seen: Observed, tolerance: float | None, thorough: bool, seed: int) -> None:
        self.program, self.seen, self.tolerance, self.thorough, self.seed = program, seen, tolerance, thorough, seed
        self.rng = numpy.random.default_rng(seed)

    def judge(self) -> Judgement:
        """Return the verdicts: on a few samples, if those on all are seen to be right, too, or else on all."""
        found = on_subset(self.program, self.seen, self.near(NEARBY))
        raw = None if found is None else gradient_at(found.program, self.seen, self.program.theta)
        if found is None or raw is None:
            return self._judged(self._point(self.program, self.program.theta), self.seen.raw)
        few = self._point(found.program, self.program.theta)
        at = self.program.along(self.program.theta)
        whole = replace(few, at=at, noise=few.noise * abs(self.seen.loss / few.at()), dear=True)
        if not found.gradients:
            judged = self._judged(whole, self.seen.raw)
            right = not judged.named(Verdict.WRONG, Verdict.GREY)
            return self._judged(replace(few, at=at), self.seen.raw) if right else judged
        judged = self._judged(few, raw)
        samples = f"{count_samples(found.program.data)} of {count_samples(self.program.data)} samples"
        along = next((count for count in (ALONG, 1) if self.program.affords(4 * count, LAST)), 0)
        if along and not judged.named(Verdict.WRONG, Verdict.GREY):
            if not all_agree(whole, self._shaped(self.seen.raw), along):
                return self._judged(whole, self.seen.raw)
            samples += f", and on all along {along} random directions"
        return replace(judged, samples=samples)

    def near(self, share: float) -> Host:
        """Return parameters at random, near those given."""
        return self.program.theta + share * self.program.spread * self.rng.standard_normal(self.program.theta.size)

    def _judged(self, point: Point, raw: list[Host | None]) -> Judgement:
        program, gradients = point.at.program, self._shaped(raw)
        few = program.structure.size <= ENTRIES and not point.dear
        every = self.thorough or (few and program.affords(4 * program.structure.size))
        compare = compare_entries if every else compare_directions
        pairs = enumerate(zip(program.leaves, gradients, strict=True))
        here = [compare(point, i, leaf, g) if leaf.size else _empty(leaf) for i, (leaf, g) in pairs]
        doubtful = any(c.verdict in (Verdict.WRONG, Verdict.GREY) for c in here)
        there = None if point.dear else self._nearby(program, doubtful)
        found, notes = (here, []) if there is None else self._weighed(here, there)
        kinked = [leaf.name for leaf, c in zip(program.leaves, found, strict=True) if c.kinks or c.is_(Verdict.KINK)]
        blurred = [leaf.name for leaf, c in zip(program.leaves, found, strict=True) if c.is_(Verdict.PRECISION)]
        notes += [finding(row, names) for row, names in (("kink", kinked), ("precision", blurred)) if names]
        size = abs(point.at())
        if point.noise > 1e-12 * size:
            notes.append(finding("precision:loss", noise=point.noise / (size or 1)))
        return Judgement(point, raw, gradients, found, notes)

    def _point(self, program: Program, theta: Host) -> Point:
        at = program.along(theta)
        return Point(at, noise_of(at, self.rng), self.tolerance, self.seed, self.thorough)

    def _shaped(self, raw: Sequence[Host | None]) -> list[Host | None]:
        """Return each gradient in its leaf's shape, or None where it has another."""
        shaped: list[Host | None] = []
        for leaf, part in zip(self.program.leaves, raw, strict=True):
            g, bugs = in_shape(leaf, part[None]) if part is not None else (None, ())
            sound = g is not None and not bugs and bool(numpy.all(numpy.isfinite(g)))
            shaped.append(g[0] if g is not None and sound else None)
        return shaped

    def _nearby(self, program: Program, doubtful: bool) -> list[Comparison] | None:
        """Compare along random directions at a point close by, where nothing is exactly zero or at a corner."""
        found: list[Comparison] = []
        for _ in range(3):
            theta = self.near(NEARBY)
            raw = gradient_at(program, self.seen, theta)
            if raw is None or not all(g is None or numpy.all(numpy.isfinite(g)) for g in raw):
                return None  # outside of where the functions are defined
            try:
                point = self._point(program, theta)
                pairs = enumerate(zip(program.leaves, self._shaped(raw), strict=True))
                found = [compare_directions(point, i, leaf, g) for i, (leaf, g) in pairs if leaf.size]
            except Raised:
                return None
            if all(c.verdict not in (Verdict.KINK, Verdict.PRECISION) for c in found):
                return found if len(found) == len(program.leaves) else None
        return found if len(found) == len(program.leaves) and doubtful else None

    def _weighed(self, here: list[Comparison], there: list[Comparison]) -> tuple[list[Comparison], list[Finding]]:
        """Join the verdicts at two points: wrong nearby is wrong; wrong only at a corner is a corner.

        A corner that is seen: without one, what is right nearby may be wrong here, as a mask that is forgotten is.
        """
        corner = any(c.kinks or c.is_(Verdict.KINK) for c in here)
        joined: list[Comparison] = []
        notes: list[Finding] = []
        for leaf, a, b in zip(self.program.leaves, here, there, strict=True):
            if (b.is_(Verdict.WRONG) and not a.is_(Verdict.WRONG)) or (
                b.is_(Verdict.GREY) and a.verdict in (Verdict.RIGHT, Verdict.KINK, Verdict.PRECISION)
            ):
                joined.append(replace(b, entries=None))  # which are those nearby
            elif (
                corner
                and a.is_(Verdict.WRONG)
                and b.is_(Verdict.RIGHT)
                and b.report.tolerance < 0.1 * a.report.relative_error  # nan where there is no gradient
            ):
                joined.append(replace(a, verdict=Verdict.RIGHT))
                notes.append(finding("kink:nearby", [leaf.name]))
            else:
                joined.append(a)
        return joined, notes


def _empty(leaf: Any) -> Comparison:
    return Comparison(Verdict.RIGHT, TensorReport(True, leaf.shape, 0.0, 0.0, None, None, None, 0, 0))
