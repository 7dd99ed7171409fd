"""From wrong verdicts to findings: a dense network's bugs replayed, or else what the gradient alone shows."""

from collections.abc import Sequence
from dataclasses import replace

import numpy

from ..findings import Finding
from .bugs.catalogue import finding
from .bugs.explanation import fit
from .bugs.located import place_findings
from .bugs.places import entries
from .bugs.tensor import alone
from .compare import Verdict, blocks
from .dense.measured import Measured
from .dense.network import Network
from .dense.replay import investigate
from .judge import NEARBY, Judge, Judgement
from .numeric import coordinates, noise_of
from .program.behaviour import Observed, gradient_at, is_steady
from .program.calls import Program
from .program.samples import count_samples
from .program.tree import Host

HUGE = ((1e6, 1e4), (100.0, 50.0), (40.0, 20.0))  # times the weights: where exp does not overflow
ALL_BUT = 1e-2  # so much of what a gradient grows by there may be no weight decay
LEAST = 5e-5  # relative errors below this are explained only as exactly as they are small


class Explainer:
    """Names the bugs; `network` is the dense network that the loss is of, where one had to be found."""

    def __init__(self, program: Program, seen: Observed, judge: Judge, judged: Judgement) -> None:
        self.program, self.seen, self.judge, self.judged = program, seen, judge, judged
        self.network: Network | None = None
        self.dense = False  # whether it is a dense network's, found or measured

    def explain(self) -> tuple[list[Finding], set[int]]:
        """Return the findings, and which tensors are wrong after all."""
        wrong, grey = self.judged.named(Verdict.WRONG), self.judged.named(Verdict.GREY)
        if not wrong and not grey:
            return [], set()
        names = [leaf.name for leaf in self.program.leaves]
        smallest = min(self.judged.found[i].report.relative_error for i in grey) if not wrong else 1.0
        findings, unexplained = self._named(1e-6 if smallest > LEAST else 0.02 * smallest)
        if unexplained is None:  # it is the exact gradient of the network without epsilons and clips
            grey, wrong, unexplained = grey | wrong, set(), set()
        if unexplained & wrong:
            steady = is_steady(self.program, self.seen)
            unknown = self._unknown(sorted(unexplained & wrong)) if steady else finding("nondeterministic")
            findings = [*findings, unknown] if steady else [unknown]
        if grey and not wrong and findings:
            wrong = grey
        if wrong:
            seen = replace(self.seen, raw=self.judged.raw)
            findings = place_findings(
                self.judged.point.at.program,
                seen,
                self.judged.found,
                wrong,
                findings,
                self.judge.seed,
                self.dense,
            )
        elif grey and not wrong:
            findings.append(finding("precision:grey", [names[i] for i in sorted(grey)]))
        return findings, wrong

    def _named(self, tolerance: float) -> tuple[list[Finding], set[int] | None]:
        """Return findings, and the indices of the wrong tensors that they leave unexplained; None if all is right."""
        program, judged = self.program, self.judged
        wrong = judged.named(Verdict.WRONG)
        lost = {i for i, g in enumerate(self.seen.raw) if g is not None and not numpy.all(numpy.isfinite(g))}
        if lost:
            return [], wrong - lost
        if judged.point.noise > 1e-12 * abs(judged.point.at()):
            tolerance = max(tolerance, 1e-4)
        result = investigate(program, self.seen, self.judge.seed, tolerance)
        if result is None:
            return self._alone()
        self.dense = True
        self.network = None if isinstance(result.network, Measured) else result.network
        left = {i for i, leaf in enumerate(program.leaves) if leaf.name in result.unexplained} & wrong
        if result.excused and all(judged.found[i].report.relative_error < result.excused for i in wrong):
            return [], None
        left = left if result.findings or left else wrong
        return result.findings, left

    def _alone(self) -> tuple[list[Finding], set[int]]:
        """Explain single tensors, at the given parameters and at others; those that were found right are taken so."""
        program = self.judged.point.at.program
        wrong = self.judged.named(Verdict.WRONG, Verdict.GREY)
        if not program.affords(8 * sum(program.leaves[i].size for i in wrong)):
            return [], wrong
        thetas: list[Host] = []
        raws: list[list[Host]] = []
        numerics: list[list[Host]] = []
        for theta in (program.theta, self.judge.near(NEARBY)):
            raw = gradient_at(program, self.seen, theta)
            if raw is None:
                continue
            full = [numpy.zeros(leaf.shape) if g is None else g for leaf, g in zip(program.leaves, raw, strict=True)]
            if not raws or all(a.shape == b.shape for a, b in zip(full, raws[0], strict=True)):
                thetas.append(theta)
                raws.append(full)
                numerics.append(self._right(program, theta, full, wrong))
        if not raws:
            return [], wrong
        raw = [numpy.stack(parts) for parts in zip(*raws, strict=True)]
        right = [numpy.stack(parts) for parts in zip(*numerics, strict=True)]
        samples = count_samples(program.data)
        findings, named = alone(program.leaves, numpy.asarray(thetas), raw, right, samples, self._own_decay)
        return findings, {i for i in wrong if program.leaves[i].name not in named}

    def _own_decay(self, i: int) -> float:
        """Return the factor of the weight decay in a gradient: what it grows by, per weight, where these are huge."""
        program, leaf = self.judged.point.at.program, self.program.leaves[i]
        W = program.theta[leaf.slice]

        def at(times: float) -> Host | None:
            theta = program.theta.copy()
            theta[leaf.slice] = times * W
            raw = gradient_at(program, self.seen, theta)
            g = None if raw is None else raw[i]
            return None if g is None or g.size != leaf.size or not numpy.all(numpy.isfinite(g)) else g.reshape(-1)

        for far, near in HUGE:
            more, less = at(far), at(near)
            if more is not None and less is not None:
                share = fit(more - less, (far - near) * W, None)
                return share.c if share.residual < ALL_BUT else 0.0
        return 0.0

    def _right(self, program: Program, theta: Host, given: Sequence[Host], wrong: set[int]) -> list[Host]:
        at = program.along(theta)
        noise = noise_of(at, self.judge.rng)
        found: list[Host] = []
        for i, (leaf, g) in enumerate(zip(program.leaves, given, strict=True)):
            if i in wrong:
                g = coordinates(at, range(leaf.start, leaf.start + leaf.size), noise, i).value
            found.append(g.reshape(leaf.shape))
        return found

    def _unknown(self, which: Sequence[int]) -> Finding:
        """Localise what no hypothesis reproduces."""
        judged, places = self.judged, []
        for i in which:
            leaf, report, g = self.program.leaves[i], judged.found[i].report, judged.gradients[i]
            raw = judged.raw[i]
            if g is None:
                places.append(f"{leaf.name}: shape {None if raw is None else raw.shape} for {leaf.shape}")
            elif report.numeric is not None and report.numeric.ndim:
                off = abs(g - report.numeric)
                mask = off > 1e-5 * max(float(numpy.max(abs(g))), float(numpy.max(abs(report.numeric))))
                every = mask.all()
                places.append(
                    f"{leaf.name}: {'all entries' if every else entries(mask if mask.ndim < 3 else mask.ravel())}"
                )
            elif report.numeric is None:
                rows, columns = blocks(judged.point, i, leaf, g)
                few = [f"{what} {line}" for what, line in (("rows", rows), ("columns", columns)) if 0 < len(line) < 8]
                places.append(f"{leaf.name}: {', '.join(few) or 'everywhere'}")
        names = [self.program.leaves[i].name for i in which]
        return finding("unknown", names, {}, "; ".join(places), 0.99)
