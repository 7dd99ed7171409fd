"""A change of a program, proven: with it every gradient is right at three points, and with every size grown by one.

What agrees at one size may agree by chance: ``/ 2`` where ``/ sqrt(4)`` belongs, ``/ B`` where B is 2. So each axis
length that occurs in parameters or data is given one entry more, one length after the other.
"""

import copy
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy

from ...source import Change, File, Fix, Unavailable, fix_of
from ..program.behaviour import gradient_at
from ..program.calls import Program, Raised
from ..program.grown import grown
from ..program.tree import Host
from ..recording.runs import Runs
from ..recording.truth import Part, Truth, truth_at
from .edits.edit import Edit

POINTS = 2  # beside the one where the change was found
NEAR = 0.1  # how far they are, as a share of each tensor's spread
SIZES = 6  # sizes that are grown, the short ones first: those are what a number in a program may be


@dataclass(frozen=True)
class Proof:
    """How well the gradients of a changed program agree.

    Attributes
    ----------
    tensors, points, sizes : int
        How many tensors agree, at how many points, and how many sizes were grown by one.
    residual : float
        The largest relative error of any.
    """

    tensors: int
    points: int
    sizes: int
    residual: float

    def __str__(self) -> str:
        grown_by = f" and with {self.sizes} sizes grown by one" if self.sizes > 1 else ""
        grown_by = " and with one size grown by one" if self.sizes == 1 else grown_by
        what = f"{self.tensors} tensors" if self.tensors > 1 else "1 tensor"
        return f"{what} right to {self.residual:.0e} at {self.points} points{grown_by}"


@dataclass(frozen=True)
class _Trial:
    """A program at a point, or grown, and what its gradients should be."""

    program: Program
    theta: Host
    truth: Truth


class _Trials(NamedTuple):
    """What a change is tried on, of which the first are the program as it is at other points."""

    all: list[_Trial]
    points: int


class Prover:
    """Tries changes of one program where they were not found.

    Parameters
    ----------
    runs : Runs
        The program, followed, at the point where changes are found.
    truth : Truth
        What its gradients should be there.
    wrong : collection of int
        The tensors whose gradients are not.
    seed : int
    given : Program, optional
        The program as it was given, where changes are found with fewer samples or at other parameters.
    """

    def __init__(
        self, runs: Runs, truth: Truth, wrong: frozenset[int], seed: int, given: Program | None = None
    ) -> None:
        self.runs, self.truth, self.wrong, self.seed, self.given = runs, truth, wrong, seed, given
        self.origin = self  # whose trials are used

    def judging(self, truth: Truth) -> "Prover":
        """Return a prover that ignores other tensors, at the same points and sizes."""
        other = copy.copy(self)
        other.truth, other.origin = truth, self.origin
        return other

    def proof(self, edit: Edit) -> Proof | None:
        """Return the proof of a change, None where it is wrong anywhere."""
        worst, sizes = self.truth.residual(self.runs.edited(edit.changes) or []), 0
        trials = self.origin.trials
        for k, trial in enumerate(trials.all):
            with self._edited(edit):
                gradients = self._gradients(trial)
            is_grown = k >= trials.points
            if gradients is None and is_grown:
                continue  # what is used now has its size from the program's text: this size proves nothing
            truth = replace(trial.truth, ignored=self.truth.ignored)
            if gradients is None or not truth.right(gradients):
                return None
            worst, sizes = max(worst, truth.residual(gradients)), sizes + is_grown
        tensors = len(self.truth.parts) - len(self.truth.ignored)
        return Proof(tensors, 1 + trials.points, sizes, worst)

    def _edited(self, edit: Edit) -> AbstractContextManager[None]:
        return self.runs.tracked.edited(list(edit.changes))

    def _gradients(self, trial: _Trial) -> Sequence[Host | None] | None:
        try:
            with trial.program.structure.place.eager():
                return gradient_at(trial.program, self.runs.seen, trial.theta)
        except Exception:  # a changed program may do anything
            return None

    @cached_property
    def trials(self) -> _Trials:
        """Where changes are tried: at other points, then with other sizes."""
        points = [*self._as_given(), *self._near()]
        return _Trials([*points, *self._larger()], len(points))

    def _as_given(self) -> Iterator[_Trial]:
        if self.given is None:
            return
        followed = copy.copy(self.given)
        followed.loss, followed.gradients = self.runs.program.loss, self.runs.program.gradients
        trial = self._trial(followed, followed.theta)
        if trial is not None:
            yield trial

    def _near(self) -> Iterator[_Trial]:
        program, rng = self.runs.program, numpy.random.default_rng([self.seed, 13])
        for _ in range(POINTS):
            theta = self.truth.theta + NEAR * program.spread * rng.standard_normal(program.theta.size)
            trial = self._trial(program, theta)
            if trial is not None:
                yield trial

    def _larger(self) -> Iterator[_Trial]:
        """Yield the grown programs in which what was right still is: others are nonsense that runs."""
        count, here = 0, self.runs.gradients()
        for _, larger in grown(self.runs.program, self.seed):
            trial = self._trial(larger, larger.theta)
            gradients = None if trial is None else self._gradients(trial)
            if trial is None or gradients is None:
                continue
            off = trial.truth.off(gradients)
            right = all(much <= 1.0 for i, much in enumerate(off) if i not in self.wrong)
            parts = list(zip(self.truth.parts, trial.truth.parts, strict=True))
            fixed = any(here and _is_fixed(here[i], gradients[i], *parts[i]) for i in self.wrong)
            if right and not fixed and all(_is_read(larger, *parts[i]) for i in self.wrong):
                yield trial
                count += 1
            if count == SIZES:
                return

    def _trial(self, program: Program, theta: Host) -> _Trial | None:
        plain = copy.copy(program)
        plain.careful = self.runs.careful
        try:
            with self.runs.tracked.bare():
                truth = truth_at(plain, theta, None, self.seed, frozenset())
        except Raised:
            return None
        return _Trial(program, theta, truth)


def _is_read(larger: Program, part: Part, grown: Part) -> bool:
    """Whether the loss depends on all that was appended to a tensor: what it does not read may have any gradient."""
    rng = numpy.random.default_rng(0)
    try:
        loss = larger.loss_at(larger.theta)
        for k, (a, b) in enumerate(zip(part.leaf.shape, grown.leaf.shape, strict=True)):
            theta = larger.theta.copy()
            appended = numpy.moveaxis(grown.leaf.cut(theta), k, 0)[a:b]
            appended += NEAR * rng.standard_normal(appended.shape)  # each by its own: a mean taken off hides one shift
            if a != b and larger.loss_at(theta) == loss:
                return False
    except Raised:
        return False
    return True


def _is_fixed(before: Host | None, grown: Host | None, part: Part, larger: Part) -> bool:
    """Whether a gradient has its size from the program's text: what was appended has no place, or is not computed."""
    if before is None or grown is None or before.ndim != grown.ndim or part.leaf.shape == larger.leaf.shape:
        return False
    if grown.shape == before.shape:
        return True
    longer = [k for k, (a, b) in enumerate(zip(before.shape, grown.shape, strict=True)) if a != b]
    return any(numpy.any(before.take(-1, k)) and not numpy.any(grown.take(-1, k)) for k in longer)


def fix(file: File, changes: Sequence[Change], proof: Proof) -> Fix | None:
    """Return changes as a patch of the file, None where they cannot be written into its text."""
    try:
        return fix_of(file, changes, str(proof))
    except Unavailable:
        return None
