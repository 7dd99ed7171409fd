"""From a wrong gradient to findings with a place: record the program, locate the fault, and say it."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy

from ...findings import Finding
from ...quiet import quiet
from ...source import Fix, Location, Unavailable
from ..compare import Comparison
from ..program.behaviour import Observed, gradient_at
from ..program.calls import Program, Raised
from ..program.tree import Host
from ..recording.runs import Runs
from ..recording.truth import Truth, truth_at
from ..same import bare
from .catalogue import finding
from .edits.axes import is_reduction
from .edits.edit import FACTORS
from .edits.exchanges import is_exchange
from .edits.moves import is_move
from .fewer import alike, on_fewer
from .locate import Fault, Located, locate
from .repair import Prover, fix

FIRST = {"nondeterministic", "mutates", "accumulates"}  # what is to be put right before any line is looked for
MANY = 2000  # parameters up to which their derivatives are measured once more, at a point nearby
OF_THE_LOSS = {"samples-mixed", "loss-broadcast"}  # what is to be put right in the loss
NEAR, FAR = 0.1, 0.5  # of two points, as shares of each tensor's spread: what does not show at one shows at the other
GATHERED = {"not-accumulated", "weights-updated", "some-entries", "wrong-step", "transposed", "wrong-axis"}
DECAY = ("decay-missing", "decay-scale")


def place_findings(
    program: Program, seen: Observed, here: Sequence[Comparison], wrong: set[int], findings: list[Finding],
    seed: int, dense: bool,
) -> list[Finding]:  # fmt: skip
    """Return the findings of a wrong gradient with their places, or with a note that says why there is none.

    Parameters
    ----------
    program, seen
        The two functions, and how they behave.
    here : sequence of Comparison
        One a leaf, at the parameters that were given.
    wrong : set of int
        The leaves whose gradients are wrong.
    findings : list of Finding
        What is known of them without a place.
    seed : int
    dense : bool
        Whether a dense network was found, whose bugs have names of their own.
    """
    finite = all(g is None or numpy.all(numpy.isfinite(g)) for g in seen.raw)
    first = {f.code for f in (*findings, *seen.findings)} & FIRST
    if not finite or first:
        return findings
    faults = [f for f in findings if not f.is_note]
    named = bool(faults) and all(f.code != "unknown" for f in faults)
    rng = numpy.random.default_rng([seed, 11])
    point = _point(program, seen, here, wrong, rng, seed)
    if point is None:
        return findings
    truth, off, at = point
    elsewhere = at is not program or truth.theta is not program.theta
    given = program if elsewhere and not any(c.kinks for c in here) else None  # at a corner there is no derivative
    detached = frozenset(i for i in off if not named and not numpy.any(truth.parts[i].value))
    if not detached:
        return _located(at, seen, truth, off, findings, named, rng, seed, given, dense)
    made = finding("detached", [program.leaves[i].name for i in sorted(detached)])
    if detached == off:
        return [made, *(f for f in findings if f.is_note)]
    truth = replace(truth, ignored=detached)
    names = {program.leaves[i].name for i in detached}
    others = _located(at, seen, truth, off - detached, findings, named, rng, seed, given, dense)
    return [made, *(f for f in others if not _forgets(f, names))]


def _forgets(found: Finding, names: set[str]) -> bool:
    """Whether a finding's fix takes out what the loss does not use: that is right for the loss as it is, and no fix."""
    if found.fix is None:
        return False
    keys = [re.escape(key) for name in names for key in re.findall(r"[A-Za-z_]\w*", name)[-1:]]
    return any(re.search(rf"\b{key}\b", found.stands) and not re.search(rf"\b{key}\b", found.belongs) for key in keys)


def _located(
    program: Program, seen: Observed, truth: Truth, off: frozenset[int], findings: list[Finding], named: bool,
    rng: numpy.random.Generator, seed: int, given: Program | None, dense: bool,
) -> list[Finding]:  # fmt: skip
    """Return the findings of some tensors with their places."""
    try:
        runs = Runs(program, seen, truth.theta)
    except Unavailable as reason:
        return [*findings, Finding("no-source", "", f"no line can be given: {reason}.", note=True)]
    with quiet():
        try:
            one = sum(not f.is_note for f in findings) == 1
            found = locate(runs, Prover(runs, truth, off, seed, given), off, rng, named and one)
        except Raised:
            found = []
    if not found:
        why = next(iter(runs.tracked.refused.values()), "")
        return [*findings, Finding("no-source", "", f"no line can be given: {why}.", note=True)] if why else findings
    misshapen = frozenset(i for i in off if _misshapen(seen.raw[i], program.leaves[i].shape))
    vectors = frozenset(i for i in off if len(bare(program.leaves[i].shape)) <= 1)
    found = [_of_shapes(fault, misshapen, vectors) for fault in found]
    return _joined(program, found, findings, named, dense)


def _of_shapes(fault: Fault, misshapen: frozenset[int], vectors: frozenset[int]) -> Fault:
    """Return a fault with the name that it has where the gradients alone have another shape than the parameters."""
    edit = fault.located.edit
    if edit is None or not fault.tensors <= misshapen:
        return fault
    if edit.code == "wrong-axis" and is_reduction(edit.changes[0][0]):
        return fault  # it is summed, over another axis
    summed = edit.code == "wrong-axis" and fault.tensors <= vectors
    edit = replace(edit, code="bias-not-summed" if summed else "shape")
    return fault._replace(located=replace(fault.located, edit=edit))


def _misshapen(g: Host | None, shape: tuple[int, ...]) -> bool:
    return g is not None and bare(g.shape) != bare(shape)


def _point(
    program: Program,
    seen: Observed,
    here: Sequence[Comparison],
    wrong: set[int],
    rng: numpy.random.Generator,
    seed: int,
) -> tuple[Truth, frozenset[int], Program] | None:
    """Return where to look: at the parameters given, or nearby where they lie at a corner or hide the fault.

    Nearby too where a tensor is zero, as biases are in the beginning: with it and without it would be the same. On few
    samples, where just the same tensors are wrong with these.
    """
    zero = any(not numpy.any(program.theta[leaf.slice]) for leaf in program.leaves) and program.structure.size <= MANY
    corner = zero or any(c.kinks for c in here)
    near = program.theta + NEAR * program.spread * rng.standard_normal(program.theta.size)
    far = program.theta + FAR * (near - program.theta) / NEAR
    fewer = on_fewer(program, seen)
    points = [] if corner else [(program, program.theta, here)]
    points = ([(fewer, near, None)] if fewer else []) + points + [(program, near, None), (program, far, None)]
    for at, theta, known in points:
        try:
            truth = truth_at(at, theta, known, seed, wrong)
            raw: Sequence[Host | None] | None = seen.raw if known is not None else gradient_at(at, seen, theta)
        except Raised:
            continue
        if raw is None:
            continue
        much = truth.off(raw)
        if at is fewer and not alike(much, wrong):
            continue
        off = frozenset(i for i, size in enumerate(much) if size > 1.0 and (i in wrong or known is None))
        if off:
            return truth, off, at
    return None


def _joined(
    program: Program, found: Sequence[Fault], findings: list[Finding], named: bool, dense: bool
) -> list[Finding]:
    """Put what was located in the findings: in those that are named, or in place of what is unknown."""
    names = {i: leaf.name for i, leaf in enumerate(program.leaves)}
    made = [_said(fault.located, [names[i] for i in sorted(fault.tensors)]) for fault in found]
    faults, notes = [f for f in findings if not f.is_note], [f for f in findings if f.is_note]
    patch = _patch_of_all(found)
    if any(f.code in OF_THE_LOSS for f in faults) and patch is not None:
        return findings  # a gradient that is right for such a loss is no way out
    if len(made) > 1 and named and patch is None:  # better named than half located
        places = {f.code: next((one for one in made if _tensors(f) <= _tensors(one)), None) for f in faults}
        return [_placed(f, one) if (one := places.get(f.code)) and one.residual is not None else f for f in findings]
    if len(made) > 1:
        return [*_of_several(made, faults, patch), *notes]
    (one,) = made
    one = one if patch is None else replace(one, fix=patch)
    # What overwrites a decay loses it: that is what all of the tensor shows, and not the mistake.
    lost = one.code == "not-accumulated" and all(f.code in DECAY for f in faults)
    # What one change of how values are gathered puts right is one mistake, whatever it looks like in the tensors.
    exchanged = all(f.code == "swapped-layers" for f in faults)
    single = len(faults) > 1 and one.fix is not None and one.code in GATHERED and not exchanged
    # What a proven fix shows says more than what all of one tensor shows: where, and what it should be.
    edit = found[0].located.edit
    # So does where a factor comes from: that the samples are counted is a guess.
    loose = not dense and all(map(_is_loose, faults))
    says_more = (edit is not None and edit.where) or loose
    if one.fix is not None and faults and says_more:
        said = next((f.message.rstrip(".") for f in faults if f.code != "unknown"), "")
        return [replace(one, evidence=one.evidence or said), *notes]
    # Where no term is put in, the decay is there, with another factor.
    other = one.fix is not None and one.code in (*FACTORS, "wrong-operand")
    if other and not dense and faults and all(f.code == "decay-missing" for f in faults):
        return [_placed(finding("decay-scale:edit", sorted(_tensors(one)), {"belongs": one.belongs}), one), *notes]
    if named and not lost and not single:
        known = one if one.residual is not None or len(faults) == 1 else None
        return [f if f.is_note or known is None else _placed(f, known) for f in findings]
    # How many times too big a gradient is says more than which factor does away with it.
    scaled = next((f for f in reversed(faults) if f.code == "scale"), None)
    if scaled is not None and not single and one.code in FACTORS:
        return [_placed(scaled, one), *notes]
    if found[0].located.edit is None:
        if any(f.code != "unknown" for f in faults):
            return findings
        unknown = next(iter(faults), None)
        if unknown is not None and one.code == "unknown":
            one = replace(one, evidence="; ".join(filter(None, (one.evidence, unknown.evidence))))
    return [one, *notes]


def _is_loose(fault: Finding) -> bool:
    """Whether a proven fix says better what is wrong: why samples are left out, where a number comes from."""
    return fault.code in ("scale", "sample-skipped")


def _of_several(made: Sequence[Finding], faults: Sequence[Finding], patch: Fix | None) -> list[Finding]:
    """Return one finding a fault, under the name that all of its tensors show if they show one, in the names' order."""
    unknown = {name for f in faults if f.code == "unknown" for name in _tensors(f)}
    shown: list[tuple[int, Finding]] = []
    for one in made:
        tensors = _tensors(one)
        known = [i for i, f in enumerate(faults) if f.code != "unknown" and _tensors(f) <= tensors]
        sure = len(known) == 1 and not tensors & unknown
        if known and not sure and one.code == "unknown":  # what all of a tensor shows is not lost by it
            shown += [(i, faults[i]) for i in known]
            told = set().union(*(_tensors(faults[i]) for i in known))
            one = replace(one, parameter=", ".join(name for name in one.parameter.split(", ") if name not in told))
            if not one.parameter:
                continue
        kept = _placed(faults[known[0]], one) if sure else one
        shown.append((known[0] if sure else len(faults), replace(kept, fix=patch)))
    for i, f in enumerate(faults):  # what all gradients show; what was found of it in the others' place is that
        if not f.parameter and f.code != "unknown":
            same = next((pair for pair in shown if pair[1].code == f.code), None)
            shown = [*(pair for pair in shown if pair is not same), (i, _placed(f, same[1] if same else f))]
    return [replace(one, fix=patch) for _, one in sorted(shown, key=lambda pair: pair[0])]


def _tensors(one: Finding) -> set[str]:
    return set(one.parameter.split(", "))


def _patch_of_all(found: Sequence[Fault]) -> Fix | None:
    """Return the patch of all changes in one file, None where they are not all known or stand in several."""
    last = found[-1].located
    edits = [fault.located.edit for fault in found]
    files = {
        id(fault.located.suspect.site.file): fault.located.suspect.site.file for fault in found if fault.located.suspect
    }
    if last.proof is None or len(files) != 1 or any(edit is None for edit in edits):
        return None
    changes = [change for edit in edits if edit is not None for change in edit.changes]
    return fix(next(iter(files.values())), changes, last.proof)


def _placed(named: Finding, made: Finding) -> Finding:
    """Give a finding that is named by what all of a tensor shows the place that was found."""
    return replace(
        named, place=made.place, stands=made.stands, belongs=made.belongs, because=made.because, residual=made.residual,
        fix=made.fix,
    )  # fmt: skip


def _said(found: Located, names: Sequence[str]) -> Finding:
    """Make the finding of what was located."""
    residual = None if numpy.isnan(found.residual) else found.residual
    place = _range(found)
    if found.edit is None:
        row, words = _unedited(found)
        proof = "" if residual is None else f"with the true value put there, every gradient is right, to {residual:.0e}"
        stands, belongs, certainty = place.source, "", 0.9
    else:
        stands, belongs, certainty = found.stands, found.belongs, 0.97
        row, words = f"{found.edit.code}:edit", {"belongs": belongs}
        if found.edit.code == "wrong-operand":
            row = "wrong-operand:order" if is_move(found.edit) else row
            row = "wrong-operand:exchanged" if is_exchange(found.edit) else row
        if found.edit.where:
            row, belongs, words = f"{found.edit.code}:moved", "", {"where": found.edit.where}
        if found.through is not None:
            row = f"{found.edit.code}:written"
            words |= {"what": found.what, "line": found.through.line}
        elif found.edit.code not in ("shape", "bias-not-summed"):  # what is said of the tensor
            words["what"] = found.edit.what or found.edit.text()
        which = "every gradient is" if found.whole else "these gradients are"
        proof = (
            "" if residual is None or (found.proof and found.whole) else f"with this {which} right, to {residual:.0e}"
        )
    made = finding(row, names, words, proof, certainty)
    return replace(made, place=place, stands=stands, belongs=belongs, because=found.because, residual=residual)


def _unedited(found: Located) -> tuple[str, dict[str, object]]:
    """Return the row of the catalogue that says what no edit does, and the words that fill it in."""
    if found.loose:
        return "path-missing:unused", {"line": found.loose.line}
    if found.what and found.because is not None:
        return f"{found.code}:loss", {"what": found.what, "line": found.because.line}
    if found.code == "weights-updated":
        return "weights-updated:here", {}
    if found.because is None or found.code == "unknown":
        return "unknown:here", {}
    what = " ".join(found.because.source.split())
    if found.through:
        stands = " ".join(found.through.source.split())
        source = " ".join(found.first.source.split())
        return f"{found.code}:here", {"stands": stands, "line": found.through.line, "what": what, "source": source}
    return f"{found.code}:through", {"what": what, "line": found.because.line}


def _range(found: Located) -> Location:
    if found.first is found.last or found.first.file != found.last.file or found.suspect is None:
        return found.first
    return found.suspect.site.file.between(found.first, found.last)
