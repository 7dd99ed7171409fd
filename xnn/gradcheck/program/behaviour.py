"""How the two functions behave, before any number is looked at.

Do they raise, change their arguments, draw at random, accumulate over calls, return NaN, or return another structure?
Each has its own finding; what can still be checked after it, is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import signature
from itertools import pairwise
from typing import Any

import numpy

from ...backends import to_host
from ...findings import Finding
from ..bugs.catalogue import finding
from ..same import CALLS, same
from .calls import Program, Raised, host_data
from .forms import gradients_of, partners
from .memory import State, reached, remembered
from .tree import Host, Structure, holds_objects, is_whole, walk

NEAR = 0.1  # share of its size by which a parameter is moved, to see what an object keeps: zeros may hide it
KEPT = 1e-4  # a share to which steps are the same that have lost digits to what they are a difference of


@dataclass
class Observed:
    """What calling the functions showed.

    Attributes
    ----------
    loss : float
    raw : list of array or None
        The gradients as they came, one a leaf; None where one is missing or nothing usable came.
    findings : list of Finding
    stop : bool
        Whether nothing more can be checked.
    per_call : bool
        Whether one call's gradient is the difference of two calls: it accumulates.
    """

    loss: float = float("nan")
    raw: list[Host | None] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    stop: bool = False
    per_call: bool = False

    def add(self, row: str, names: Sequence[str] = (), evidence: str = "", **facts: Any) -> None:
        """Note a finding of a row of the catalogue, once."""
        found = finding(row, names, evidence=evidence, **facts)
        if not any(f.code == found.code and f.parameter == found.parameter for f in self.findings):
            self.findings.append(found)


def observe(program: Program) -> Observed:
    """Call both functions a few times on copies and compare what they do.

    Where they keep something from one call to the next, as a recurrent network may its state, it is put back before
    each call from then on, and they are observed once more.
    """
    kept = list(reached([program.loss, program.gradients]))
    seen = _observed(program)
    if _may_remember(program, seen, kept) and (memory := remembered(program, kept)):
        program.before = memory
        seen = _observed(program)
        seen.add("keeps-state")
    program.careful = program.careful or _depends_on_the_call_before(program, seen)
    return seen


def _may_remember(program: Program, seen: Observed, kept: Sequence[State]) -> bool:
    """Whether two calls with the same arguments differ, if not one after the other then with another between them."""
    if seen.stop:
        return any(found.code == "nondeterministic" for found in seen.findings)
    if seen.findings or not any(each.changed() for each in kept):
        return False
    try:
        program.loss_at(program.theta + NEAR * program.spread)
        return not same(program.loss_at(program.theta), seen.loss, CALLS)
    except Raised:
        return False


def _depends_on_the_call_before(program: Program, seen: Observed) -> bool:
    """Whether an object of the user's own has another loss when called again: each call needs a fresh one then."""
    if seen.stop or not holds_objects(program.structure.tree):
        return False
    with program.structure.place.scope():
        params = program.structure.at(program.theta + NEAR * program.spread)
        try:
            first, second = (program.number(params, program.fresh_data()) for _ in range(2))
        except Raised:
            return True
    return numpy.isfinite(first) and not same(first, second, CALLS)


def _observed(program: Program) -> Observed:
    seen = Observed(raw=[None] * len(program.leaves))
    try:
        _observe_loss(program, seen)
        if not seen.stop:
            _observe_gradients(program, seen)
    except Raised as raised:
        seen.stop = True
        error = raised.error
        if isinstance(error, Exception):
            function = program.gradients if raised.who == "gradients" else program.loss
            row = "raises" if _takes(function, 1 + len(program.data)) else "raises:arguments"
            seen.add(row, who=raised.who, error=f"{type(error).__name__}: {error}")
        else:
            seen.add("structure:loss", who=raised.who, error=error)
    program.careful = any(finding.code == "mutates" for finding in seen.findings)
    return seen


def _takes(function: Callable[..., Any] | None, count: int) -> bool:
    """Whether a function can be called with so many arguments."""
    try:
        signature(function or len).bind(*range(count))
    except TypeError:
        return False
    except ValueError:  # it does not tell
        return True
    return True


def _observe_loss(program: Program, seen: Observed) -> None:
    place, structure = program.structure.place, program.structure
    values = []
    for _ in range(2):
        with place.scope():
            params, data = structure.at(program.theta), program.fresh_data()
            values.append(program.number(params, data))
        _compare_arguments(program, "loss", params, data, seen)
    seen.loss = values[0]
    if not numpy.isfinite(values[0]):
        seen.stop = True
        seen.add("not-finite:loss", value=values[0], sample=_first_sample(program))
    elif not same(values[0], values[1], CALLS):
        seen.stop = True
        values += [program.loss_at(program.theta) for _ in range(3)]
        kept = _is_kept([numpy.asarray([value]) for value in values])
        row = "mutates:state" if kept else "nondeterministic:loss"
        seen.add(row, evidence=f"{values[0]!r} and then {values[1]!r}", who="loss")


def _observe_gradients(program: Program, seen: Observed) -> None:
    calls: list[list[Host | None]] = []
    for _ in range(2):
        arguments: list[Any] = []

        def fresh(arguments: list[Any] = arguments) -> tuple[Any, tuple[Any, ...]]:
            arguments[:] = [program.structure.at(program.theta), program.fresh_data()]
            return arguments[0], arguments[1]

        returned = program.call_gradients(fresh)
        parts = aligned(program.structure, returned)
        if isinstance(parts, str):
            seen.stop = True
            seen.add("structure", found=parts)
            return
        calls.append(parts)
        _compare_arguments(program, "gradients", arguments[0], arguments[1], seen)
        if not seen.findings and holds_objects(program.structure.tree):
            _call_again(program, arguments[0], parts, seen)
    if not all(same(a, b, CALLS) for a, b in zip(*calls, strict=True)):
        _explain_change(program, calls, seen)
    seen.raw = seen.raw if seen.per_call else calls[0]
    after = program.loss_at(program.theta)
    if not same(after, seen.loss, CALLS):
        seen.add("mutates:loss", evidence=f"{seen.loss!r} before, {after!r} after")
    for leaf, part in zip(program.leaves, seen.raw, strict=True):
        if part is not None and not numpy.all(numpy.isfinite(part)):
            count = int(numpy.sum(~numpy.isfinite(part)))
            first = tuple(int(i) for i in numpy.argwhere(~numpy.isfinite(part))[0])
            sample = _first_sample(program)
            seen.add("not-finite", [leaf.name], count=count, size=part.size, index=list(first), sample=sample)


def _call_again(program: Program, params: Any, first: list[Host | None], seen: Observed) -> None:
    """Call a method once more on the same object, as all else does on fresh copies: it may add to what it left."""
    second = aligned(program.structure, program.call_gradients(lambda: (params, program.fresh_data())))
    if isinstance(second, str):
        return
    pairs = zip(program.leaves, first, second, strict=True)
    grown = [(leaf.name, a, _minus(b, a)) for leaf, a, b in pairs if not same(a, b, CALLS)]
    if grown and all(same(a, more, CALLS) for _, a, more in grown):
        seen.add(
            "accumulates", [name for name, _, _ in grown], evidence="the second call gives twice what the first gave"
        )


def _explain_change(program: Program, calls: list[list[Host | None]], seen: Observed) -> None:
    third = _gradients(program)
    steps = [_minus(b, a) for a, b in zip(*calls, strict=True)]
    again = [_minus(c, b) for b, c in zip(calls[1], third, strict=True)]
    grows = [not same(a, b, CALLS) for a, b in zip(*calls, strict=True)]
    if all(same(s, t, CALLS) for s, t in zip(steps, again, strict=True)):
        names = [leaf.name for leaf, more in zip(program.leaves, grows, strict=True) if more]
        seen.raw = [step if more else part for step, part, more in zip(steps, calls[0], grows, strict=True)]
        seen.per_call = True
        seen.add("accumulates", names, "the third call exceeds the second by as much as the second the first")
        return
    seen.stop = True
    calls += [third, *(_gradients(program) for _ in range(2))]
    together = [numpy.concatenate([part.reshape(-1) for part in parts if part is not None]) for parts in calls]
    seen.add("mutates:state" if _is_kept(together) else "nondeterministic", who="gradients")


def _gradients(program: Program) -> list[Host | None]:
    parts = aligned(program.structure, program.gradients_at(program.theta))
    assert not isinstance(parts, str)
    return parts


def _is_kept(calls: Sequence[Host]) -> bool:
    """Whether each call moves on by the same share of the step before: a running average, not a draw."""
    if len({call.shape for call in calls}) > 1:
        return False
    first, *others = (b - a for a, b in pairwise(calls))
    share = float(numpy.vdot(first, others[0])) / float(numpy.vdot(first, first))
    return all(same(b, share * a, KEPT) for a, b in pairwise([first, *others]))


def is_steady(program: Program, seen: Observed, calls: int = 4) -> bool:
    """Call gradients a few times more: a draw among few samples may have come out alike twice."""
    again = [gradient_at(program, seen, program.theta) for _ in range(calls)]
    return all(
        parts is not None and all(same(a, b, CALLS) for a, b in zip(parts, seen.raw, strict=True)) for parts in again
    )


def gradient_at(
    program: Program, seen: Observed, theta: Host, data: tuple[Any, ...] | None = None
) -> list[Host | None] | None:
    """Return one call's gradients at another point, or None where they are not available there."""
    try:
        first = aligned(program.structure, program.gradients_at(theta, data))
        if isinstance(first, str) or not seen.per_call:
            return None if isinstance(first, str) else first
        second = aligned(program.structure, program.gradients_at(theta, data))
    except Raised:
        return None
    if isinstance(second, str):
        return None
    return [_minus(b, a) if not same(a, b, CALLS) else a for a, b in zip(first, second, strict=True)]


def aligned(structure: Structure, returned: Any) -> list[Host | None] | str:
    """Return one host array a leaf, as it came (None where missing), or a sentence that says why not.

    Of a loss and its gradients, as one function may return both, the gradients.
    """
    found = _aligned(structure, returned)
    if isinstance(found, str) and (alone := gradients_of(returned)) is not returned:
        second = _aligned(structure, alone)
        return found if isinstance(second, str) else second
    return found


def _aligned(structure: Structure, returned: Any) -> list[Host | None] | str:
    leaves = dict(walk(returned, whole=True))
    try:
        parts = {name: numpy.array(to_host(x), dtype="float64") for name, x in leaves.items()}
    except OverflowError:
        return "gradients returns a whole number that double precision does not hold."
    own = structure.paths
    if not parts:
        return f"gradients returns {type(returned).__name__} without an array in it; params have {len(own)} tensors."
    names = partners(own, parts)
    if names is not None and (set(parts) <= set(names) or all(name in parts for name in names)):
        # The number 0 in place of an array is a gradient that was left out.
        missing = [
            is_whole(leaves.get(name)) and leaf.size != 1 for name, leaf in zip(names, structure.leaves, strict=True)
        ]
        return [None if gone else parts.get(name) for name, gone in zip(names, missing, strict=True)]
    values = list(parts.values())
    if len(values) == len(own):
        return list(values)
    if len(own) == 1 and sum(v.size for v in values) == structure.size:
        return [numpy.concatenate([v.reshape(-1) for v in values]).reshape(structure.leaves[0].shape)]
    shapes = ", ".join(str(v.shape) for v in values)
    wanted = ", ".join(f"{leaf.name} {leaf.shape}" for leaf in structure.leaves)
    return f"gradients returns {len(values)} tensors of shapes {shapes} for {len(own)} parameters: {wanted}."


def _compare_arguments(program: Program, who: str, params: Any, data: tuple[Any, ...], seen: Observed) -> None:
    own = [numpy.asarray(to_host(x)) for x in program.structure.own(params)]
    changed = [
        leaf.name
        for leaf, now in zip(program.leaves, own, strict=False)
        if now.size != leaf.size
        or not numpy.array_equal(now.astype("float64").reshape(-1), program.theta[leaf.slice], equal_nan=True)
    ]
    before = host_data(program.data)
    moved = [i for i, (a, b) in enumerate(zip(before, host_data(data), strict=False)) if not _equal(a, b)]
    if changed or moved:
        what = " and ".join(
            ([f"the parameters {', '.join(changed)}"] if changed else [])
            + ([f"the data (array {', '.join(str(i) for i in moved)} of it)"] if moved else [])
        )
        seen.add("mutates", changed, who=who, changed=what)


def _first_sample(program: Program) -> str:
    """Say which sample alone gives a loss that is not finite."""
    from .samples import count_samples, take_samples

    samples = count_samples(program.data)
    for i in range(min(samples or 0, 1000)):
        try:
            value = program.loss_at(program.theta, take_samples(program.data, samples, [i]))
        except Raised:
            return ""
        if not numpy.isfinite(value):
            return f"; sample {i} alone gives {value}"
    return ""


def _equal(a: Host, b: Host) -> bool:
    # With equal_nan it takes ten times as long.
    return numpy.array_equal(a, b) or (a.dtype.kind == "f" and numpy.array_equal(a, b, equal_nan=True))


def _minus(b: Host | None, a: Host | None) -> Host | None:
    return None if a is None or b is None or a.shape != b.shape else b - a
