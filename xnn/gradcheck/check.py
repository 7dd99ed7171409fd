"""The check itself: how the functions behave, the verdict on each tensor, and the names of the bugs."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy

from ..findings import Finding
from .behaviour import Observed, draws, gradient_at, is_steady, observe
from .compare import Comparison, Point, Verdict, blocks, compare_directions, compare_entries
from .evidence.algebra import algebra
from .evidence.investigate import investigate
from .evidence.measured import Measured
from .evidence.network import Network
from .evidence.probes import fitted, spread
from .evidence.tensor import where
from .numeric import gradient, noise_of
from .program import Program, Raised
from .report import GradientReport, TensorReport
from .sampling import count_samples
from .structure import Host

ENTRIES = 4000  # parameters up to which every entry is compared
SECONDS = 2.0  # that this may take, roughly
NEARBY = 1e-1  # how far the second point is, as a share of each tensor's size


class Check:
    """One check: what is known so far, and the network that the loss is of, where one had to be found."""

    def __init__(self, program: Program, tolerance: float | None, thorough: bool, seed: int) -> None:
        self.program, self.tolerance, self.thorough, self.seed = program, tolerance, thorough, seed
        self.seen = Observed()
        self.network: Network | None = None
        self.rng = numpy.random.default_rng(seed)

    def run(self) -> GradientReport:
        """Return the report."""
        began = perf_counter()
        with warnings.catch_warnings(), numpy.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # the person's functions may overflow far from their parameters
            self.seen = observe(self.program)
            tensors, findings = ({}, []) if self.seen.stop else self._tensors()
        findings = sorted(
            [*self.seen.findings, *findings], key=lambda f: (f.is_note, f.code == "unknown", -f.certainty)
        )
        return GradientReport(
            tensors, tuple(findings), self.seen.loss, self.program.evaluations, perf_counter() - began
        )

    def _tensors(self) -> tuple[dict[str, TensorReport], list[Finding]]:
        program, leaves = self.program, self.program.leaves
        point = self._point(program.theta)
        gradients = self._shaped(self.seen.raw)
        try:
            found = self._compare(point, gradients)
        except Raised as raised:
            self.seen.add("raises", "", f"near these parameters {raised.who} raises {raised.error}")
            return {}, []
        notes: list[Finding] = []
        suspects = [i for i, c in enumerate(found) if c.verdict in (Verdict.WRONG, Verdict.GREY)]
        nearby = self._nearby(bool(suspects))
        if nearby is not None:
            found, notes = self._weigh(found, nearby)
        kinked = [leaf.name for leaf, c in zip(leaves, found, strict=True) if c.kinks or c.verdict is Verdict.KINK]
        if kinked:
            notes.append(
                Finding(
                    "kink", ", ".join(kinked), "the loss has corners at these very parameters (ReLU at 0): entries "
                    "there have no derivative and were left out; a point nearby was compared instead.",
                )
            )  # fmt: skip
        blurred = [leaf.name for leaf, c in zip(leaves, found, strict=True) if c.verdict is Verdict.PRECISION]
        if blurred:
            notes.append(
                Finding(
                    "precision", ", ".join(blurred),
                    "its derivatives are below what rounding in the loss lets one see, here.",
                )
            )  # fmt: skip
        if point.noise > 1e-12 * abs(self.seen.loss):
            notes.append(
                Finding(
                    "precision", "", f"the loss is computed to {point.noise / (abs(self.seen.loss) or 1):.0e} only, as "
                    "in float32: the comparison is as coarse; give float64 to see more.",
                )
            )  # fmt: skip
        return self._named(point, found, gradients, notes)

    def _point(self, theta: Host) -> Point:
        at = self.program.along(theta)
        return Point(at, noise_of(at, self.rng), self.tolerance, self.seed, self.thorough)

    def _shaped(self, raw: Sequence[Host | None]) -> list[Host | None]:
        """Return each gradient in its leaf's shape, or None where it has another."""
        shaped = []
        for leaf, part in zip(self.program.leaves, raw, strict=True):
            g, codes = fitted(leaf, part[None]) if part is not None else (None, ())
            sound = g is not None and not codes and bool(numpy.all(numpy.isfinite(g)))
            shaped.append(g[0] if g is not None and sound else None)
        return shaped

    def _compare(self, point: Point, gradients: Sequence[Host | None]) -> list[Comparison]:
        compare = compare_entries if self._every_entry(point) else compare_directions
        pairs = enumerate(zip(self.program.leaves, gradients, strict=True))
        return [compare(point, i, leaf, g) if leaf.size else _empty(leaf) for i, (leaf, g) in pairs]

    def _every_entry(self, point: Point) -> bool:
        if self.thorough:
            return True
        if self.program.structure.size > ENTRIES:
            return False
        began = perf_counter()
        for _ in range(3):
            point.at()
        return (perf_counter() - began) / 3 * 4 * self.program.structure.size < SECONDS

    def _nearby(self, doubtful: bool) -> list[Comparison] | None:
        """Compare along random directions at a point close by, where nothing is exactly zero or at a corner."""
        program = self.program
        found: list[Comparison] = []
        for _ in range(3):
            theta = program.theta + NEARBY * spread(program) * self.rng.standard_normal(program.theta.size)
            raw = gradient_at(program, self.seen, theta)
            if raw is None or not all(g is None or numpy.all(numpy.isfinite(g)) for g in raw):
                return None  # outside of where the functions are defined
            try:
                point = self._point(theta)
                gradients = self._shaped(raw)
                pairs = enumerate(zip(program.leaves, gradients, strict=True))
                found = [compare_directions(point, i, leaf, g) for i, (leaf, g) in pairs if leaf.size]
            except Raised:
                return None
            if all(c.verdict not in (Verdict.KINK, Verdict.PRECISION) for c in found):
                return found if len(found) == len(program.leaves) else None
        return found if len(found) == len(program.leaves) and doubtful else None

    def _weigh(self, here: list[Comparison], there: list[Comparison]) -> tuple[list[Comparison], list[Finding]]:
        """Join the verdicts at two points: wrong nearby is wrong; wrong only at a corner is a corner."""
        joined, notes = [], []
        for leaf, a, b in zip(self.program.leaves, here, there, strict=True):
            if (b.verdict is Verdict.WRONG and a.verdict is not Verdict.WRONG) or (
                b.verdict is Verdict.GREY and a.verdict in (Verdict.RIGHT, Verdict.KINK, Verdict.PRECISION)
            ):
                joined.append(b)
            elif (
                a.verdict is Verdict.WRONG
                and b.verdict is Verdict.RIGHT
                and b.report.tolerance < 0.1 * a.report.relative_error  # nan where there is no gradient
            ):
                joined.append(replace(a, verdict=Verdict.RIGHT))
                notes.append(
                    Finding("kink", leaf.name, "differs at these very parameters, agrees nearby: a corner of the loss.")
                )
            else:
                joined.append(a)
        return joined, notes

    def _named(
        self, point: Point, found: list[Comparison], gradients: Sequence[Host | None], notes: list[Finding]
    ) -> tuple[dict[str, TensorReport], list[Finding]]:
        program, leaves = self.program, self.program.leaves
        wrong = {i for i, c in enumerate(found) if c.verdict is Verdict.WRONG}
        grey = {i for i, c in enumerate(found) if c.verdict is Verdict.GREY}
        findings: list[Finding] = []
        if wrong or grey:
            smallest = min(found[i].report.relative_error for i in wrong | grey) if not wrong else 1.0
            findings, unexplained = self._explain(point, found, gradients, 1e-6 if smallest > 5e-5 else 0.02 * smallest)
            if unexplained is None:  # it is the exact gradient of the network without epsilons and clips
                grey, wrong, unexplained = grey | wrong, set(), set()
            if unexplained & wrong and not is_steady(program, self.seen):
                findings = [draws()]
            elif unexplained & wrong:
                findings.append(self._unknown(point, found, gradients, sorted(unexplained & wrong)))
            if grey and not wrong and findings:
                wrong = grey
            elif grey and not wrong:
                names = ", ".join(leaves[i].name for i in sorted(grey))
                notes.append(
                    Finding(
                        "precision", names, "differs as an epsilon inside a logarithm or a clipped value of the loss "
                        "would make it, and no known bug reproduces the difference.",
                    )
                )  # fmt: skip
        missing = [leaf.name for leaf, g in zip(leaves, self.seen.raw, strict=True) if g is None]
        findings = [
            replace(f, message=f"gradients returns nothing for {f.parameter}.")
            if f.code == "zero" and f.parameter in missing else f
            for f in findings
        ]  # fmt: skip
        tensors = {
            leaf.name: replace(c.report, ok=i not in wrong)
            for i, (leaf, c) in enumerate(zip(leaves, found, strict=True))
        }
        return tensors, [*findings, *notes]

    def _explain(
        self, point: Point, found: list[Comparison], gradients: Sequence[Host | None], tolerance: float
    ) -> tuple[list[Finding], set[int] | None]:
        """Return findings, and the indices of the wrong tensors that they leave unexplained; None if all is right."""
        program = self.program
        wrong = {i for i, c in enumerate(found) if c.verdict is Verdict.WRONG}
        lost = {i for i, g in enumerate(self.seen.raw) if g is not None and not numpy.all(numpy.isfinite(g))}
        if lost:
            return [], wrong - lost
        if point.noise > 1e-12 * abs(self.seen.loss):
            tolerance = max(tolerance, 1e-4)
        result = investigate(program, self.seen, self.seed, tolerance)
        if result is not None:
            self.network = None if isinstance(result.network, Measured) else result.network
            left = {i for i, leaf in enumerate(program.leaves) if leaf.name in result.unexplained} & wrong
            if result.excused and all(found[i].report.relative_error < result.excused for i in wrong):
                return [], None
            return result.findings, left if result.findings or left else wrong
        return self._algebra(found)

    def _algebra(self, found: list[Comparison]) -> tuple[list[Finding], set[int]]:
        program = self.program
        wrong = {i for i, c in enumerate(found) if c.verdict is Verdict.WRONG}
        if program.structure.size > ENTRIES:
            return [], wrong
        thetas, raws, numerics = [], [], []
        for k in range(2):
            theta = program.theta + (0.1 * k) * spread(program) * self.rng.standard_normal(program.theta.size)
            raw = gradient_at(program, self.seen, theta)
            if raw is None:
                continue
            point = self._point(theta)
            numeric = gradient(point.at, point.noise).value
            full = [numpy.zeros(leaf.shape) if g is None else g for leaf, g in zip(program.leaves, raw, strict=True)]
            if not raws or all(a.shape == b.shape for a, b in zip(full, raws[0], strict=True)):
                thetas.append(theta)
                raws.append(full)
                numerics.append([leaf.cut(numeric) for leaf in program.leaves])
        if not raws:
            return [], wrong
        raw = [numpy.stack(parts) for parts in zip(*raws, strict=True)]
        right = [numpy.stack(parts) for parts in zip(*numerics, strict=True)]
        findings, named = algebra(program.leaves, numpy.asarray(thetas), raw, right, count_samples(program.data))
        return findings, {i for i in wrong if program.leaves[i].name not in named}

    def _unknown(
        self, point: Point, found: list[Comparison], gradients: Sequence[Host | None], which: Sequence[int]
    ) -> Finding:
        """Localise what no hypothesis reproduces."""
        names, places = [], []
        for i in which:
            leaf, report, g = self.program.leaves[i], found[i].report, gradients[i]
            names.append(leaf.name)
            if g is None:
                shape = "None" if self.seen.raw[i] is None else str(self.seen.raw[i].shape)  # type: ignore[union-attr]
                places.append(f"{leaf.name}: shape {shape} for {leaf.shape}")
            elif report.numeric is not None and report.numeric.ndim:
                off = abs(g - report.numeric)
                mask = off > 1e-5 * max(float(numpy.max(abs(g))), float(numpy.max(abs(report.numeric))))
                every = mask.all()
                places.append(
                    f"{leaf.name}: {'all entries' if every else where(mask if mask.ndim < 3 else mask.ravel())}"
                )
            elif report.numeric is None:
                rows, columns = blocks(point, i, leaf, g)
                few = [f"{what} {line}" for what, line in (("rows", rows), ("columns", columns)) if 0 < len(line) < 8]
                places.append(f"{leaf.name}: {', '.join(few) or 'everywhere'}")
        return Finding(
            "unknown", ", ".join(names), "wrong, and no known bug reproduces it.",
            "print it beside the numeric gradient, from the last layer to the first: the first to differ has the bug",
            "; ".join(places), 0.99,
        )  # fmt: skip


def _empty(leaf: Any) -> Comparison:
    return Comparison(Verdict.RIGHT, TensorReport(True, leaf.shape, 0.0, 0.0, None, None, None, 0, 0))
