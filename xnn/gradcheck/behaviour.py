"""How the two functions behave, before any number is looked at.

Do they raise, change their arguments, draw at random, accumulate over calls, return NaN, or return another structure?
Each has its own finding; what can still be checked after it, is.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy

from ..backends import to_host
from ..findings import Finding
from .program import Program, Raised, as_number, host_data
from .structure import Host, Structure, walk

SAME = 1e-9  # two calls agree to this share: threads may add in another order
PREFIXES = ("d", "d_", "grad_", "g_", "grad", "g", "nabla_", "delta_", "D", "dJd", "dL_d", "dLd")


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

    def add(self, code: str, parameter: str, message: str, advice: str = "", evidence: str = "") -> None:
        """Note a finding, once."""
        if not any(f.code == code and f.parameter == parameter for f in self.findings):
            self.findings.append(Finding(code, parameter, message, advice, evidence))


def observe(program: Program) -> Observed:
    """Call both functions a few times on copies and compare what they do."""
    seen = Observed(raw=[None] * len(program.leaves))
    try:
        _observe_loss(program, seen)
        if not seen.stop:
            _observe_gradients(program, seen)
    except Raised as raised:
        seen.stop = True
        error = raised.error
        what = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else error
        if isinstance(error, Exception):
            advice = "call it by hand with these arguments and mend it first"
            if isinstance(error, TypeError) and "positional argument" in str(error):
                advice = "give after params what it takes: check_gradients(..., params, X, y); in a file, data = (X, y)"
            seen.add("raises", "", f"{raised.who} raises {what}", advice)
        else:
            seen.add(
                "structure", "", f"{raised.who} {what}.", "return one number: the sum or the mean over the samples"
            )
    program.careful = any(finding.code == "mutates" for finding in seen.findings)
    return seen


def _observe_loss(program: Program, seen: Observed) -> None:
    place, structure = program.structure.place, program.structure
    values = []
    for _ in range(2):
        with place.scope():
            params, data = structure.at(program.theta), program.fresh_data()
            try:
                value = program.loss(params, *data)
            except Exception as error:
                raise Raised("loss", error) from error
            values.append(as_number(value))
        _compare_arguments(program, "loss", params, data, seen)
    seen.loss = values[0]
    if not numpy.isfinite(values[0]):
        seen.stop = True
        seen.add(
            "not-finite", "", f"the loss is {values[0]} at these parameters{_first_sample(program)}.",
            "subtract the row maximum before exp, and keep log away from 0",
        )  # fmt: skip
    elif not _same(values[0], values[1]):
        seen.stop = True
        seen.add(
            "nondeterministic", "", "two calls of the loss with the same arguments differ: it draws at random.",
            "switch dropout and other draws off for the check, or draw from a generator seeded inside the function",
            f"{values[0]!r} and then {values[1]!r}",
        )  # fmt: skip


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
            seen.add("structure", "", parts, "return one gradient for each parameter, in the structure of params")
            return
        calls.append(parts)
        _compare_arguments(program, "gradients", arguments[0], arguments[1], seen)
    if not all(_same_array(a, b) for a, b in zip(*calls, strict=True)):
        _explain_change(program, calls, seen)
    seen.raw = seen.raw if seen.per_call else calls[0]
    after = program.loss_at(program.theta)
    if not _same(after, seen.loss):
        seen.add(
            "mutates", "", "after a call of gradients, loss returns another value: gradients changes what loss reads.",
            "work on copies inside gradients", f"{seen.loss!r} before, {after!r} after",
        )  # fmt: skip
    for leaf, part in zip(program.leaves, seen.raw, strict=True):
        if part is not None and not numpy.all(numpy.isfinite(part)):
            count = int(numpy.sum(~numpy.isfinite(part)))
            first = tuple(int(i) for i in numpy.argwhere(~numpy.isfinite(part))[0])
            seen.add(
                "not-finite", leaf.name, f"{count} of {part.size} entries of its gradient are NaN or infinite, the "
                f"first at {list(first)}{_first_sample(program)}.",
                "look for a division by 0, log 0 or an overflowing exp in gradients",
            )  # fmt: skip


def _explain_change(program: Program, calls: list[list[Host | None]], seen: Observed) -> None:
    third = aligned(program.structure, program.gradients_at(program.theta))
    assert not isinstance(third, str)
    steps = [_minus(b, a) for a, b in zip(*calls, strict=True)]
    again = [_minus(c, b) for b, c in zip(calls[1], third, strict=True)]
    grows = [not _same_array(a, b) for a, b in zip(*calls, strict=True)]
    if all(_same_array(s, t) for s, t in zip(steps, again, strict=True)):
        names = [leaf.name for leaf, more in zip(program.leaves, grows, strict=True) if more]
        seen.raw = [step if more else part for step, part, more in zip(steps, calls[0], grows, strict=True)]
        seen.per_call = True
        seen.add(
            "accumulates", ", ".join(names), "each call adds its gradient to those of the calls before.",
            "set the gradients to zero at the start of each call",
            "the third call exceeds the second by as much as the second the first",
        )  # fmt: skip
        return
    seen.stop = True
    seen.findings.append(draws())


def draws() -> Finding:
    """Say that gradients draws at random."""
    return Finding(
        "nondeterministic", "", "two calls of gradients with the same arguments differ, though the loss does not.",
        "draw nothing at random inside gradients, and let no call depend on the one before",
    )  # fmt: skip


def is_steady(program: Program, seen: Observed, calls: int = 4) -> bool:
    """Call gradients a few times more: a draw among few samples may have come out alike twice."""
    again = [gradient_at(program, seen, program.theta) for _ in range(calls)]
    return all(
        parts is not None and all(_same_array(a, b) for a, b in zip(parts, seen.raw, strict=True)) for parts in again
    )


def gradient_at(
    program: Program, seen: Observed, theta: Host, data: tuple[Any, ...] | None = None
) -> list[Host | None] | None:
    """Return one call's gradients at another point, or None where it cannot be had there."""
    try:
        first = aligned(program.structure, program.gradients_at(theta, data))
        if isinstance(first, str) or not seen.per_call:
            return None if isinstance(first, str) else first
        second = aligned(program.structure, program.gradients_at(theta, data))
    except Raised:
        return None
    if isinstance(second, str):
        return None
    return [_minus(b, a) if not _same_array(a, b) else a for a, b in zip(first, second, strict=True)]


def aligned(structure: Structure, returned: Any) -> list[Host | None] | str:
    """Return one host array a leaf, as it came (None where missing), or a sentence that says why not."""
    parts = {name: numpy.array(to_host(x), dtype="float64") for name, x in walk(returned)}
    leaves = structure.leaves
    own = structure.paths if len(structure.paths) == len(leaves) else [leaf.name for leaf in leaves]
    if not parts:
        return f"gradients returns {type(returned).__name__} without an array in it; params have {len(own)} tensors."
    if set(parts) <= set(own):
        return [parts.get(name) for name in own]
    for prefix in PREFIXES:
        renamed = {f"{prefix}{name}": name for name in own}
        if set(parts) <= set(renamed):
            return [parts.get(f"{prefix}{name}") for name in own]
    values = list(parts.values())
    if len(values) == len(own):
        return list(values)
    if len(own) == 1 and sum(v.size for v in values) == structure.size:
        return [numpy.concatenate([v.reshape(-1) for v in values]).reshape(structure.leaves[0].shape)]
    shapes = ", ".join(str(v.shape) for v in values)
    wanted = ", ".join(f"{leaf.name} {leaf.shape}" for leaf in structure.leaves)
    return f"gradients returns {len(values)} tensors of shapes {shapes} for {len(own)} parameters: {wanted}."


def _compare_arguments(program: Program, who: str, params: Any, data: tuple[Any, ...], seen: Observed) -> None:
    parts = [to_host(x) for _, x in walk(params)]
    own = [x for x in parts if x.dtype.kind == "f"] if len(parts) != len(program.leaves) else parts
    changed = [
        leaf.name
        for leaf, now in zip(program.leaves, own, strict=False)
        if now.size != leaf.size or not numpy.array_equal(now.reshape(-1), program.theta[leaf.slice], equal_nan=True)
    ]
    before = host_data(program.data)
    moved = [i for i, (a, b) in enumerate(zip(before, host_data(data), strict=False)) if not _equal(a, b)]
    if changed or moved:
        what = " and ".join(
            ([f"the parameters {', '.join(changed)}"] if changed else [])
            + ([f"the data (array {', '.join(str(i) for i in moved)} of it)"] if moved else [])
        )
        seen.add(
            "mutates", ", ".join(changed), f"{who} changes {what} it is given.",
            "write x = x - step, or copy first: x -= step changes the caller's array",
        )  # fmt: skip


def _first_sample(program: Program) -> str:
    """Say which sample alone gives a loss that is not finite."""
    from .sampling import count_samples, take_samples

    samples = count_samples(program.data)
    for i in range(min(samples or 0, 1000)):
        try:
            value = program.loss_at(program.theta, take_samples(program.data, samples, [i]))
        except Raised:
            return ""
        if not numpy.isfinite(value):
            return f"; sample {i} alone gives {value}"
    return ""


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= SAME * max(abs(a), abs(b))


def _equal(a: Host, b: Host) -> bool:
    return a.shape == b.shape and numpy.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def _same_array(a: Host | None, b: Host | None) -> bool:
    if a is None or b is None:
        return a is b
    if a.shape != b.shape:
        return False
    with numpy.errstate(all="ignore"):
        finite = numpy.isfinite(a)
        if not numpy.array_equal(finite, numpy.isfinite(b)):
            return False
        return bool(numpy.linalg.norm((a - b)[finite]) <= SAME * numpy.linalg.norm(a[finite]))


def _minus(b: Host | None, a: Host | None) -> Host | None:
    return None if a is None or b is None or a.shape != b.shape else b - a
