"""From a wrong gradient to findings with a place: record the program, locate the fault, and say it."""

import ast
import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy

from ...findings import Finding
from ...source import Place, Unavailable, exchanged
from ..compare import Comparison
from ..program.behaviour import Observed, gradient_at
from ..program.calls import Program, Raised
from ..program.tree import Host
from ..recording.runs import Runs
from ..recording.truth import Truth, truth_at
from .locate import Located, Locator

MESSAGES = {
    "sign": "has the wrong sign here",
    "scale": "the factor {what} is missing",
    "factor-missing": "the factor {what} is missing",
    "factor-extra": "the factor {what} is too much",
    "path-missing": "a path is left out: the term {what} is missing",
    "path-twice": "the term {what} is too much",
    "decay-missing": "the weight decay {what} is missing",
    "derivative-wrong": "this is not the derivative of what the loss computes",
    "wrong-operand": "{what} belongs here, another operand stands here",
    "wrong-step": "this is of another step: {what} belongs here",
    "wrong-axis": "the reduction is over another axis",
    "transposed": "this is transposed, or multiplied in another order",
    "not-accumulated": "this overwrites what it should add to",
    "some-entries": "some entries are left out, or taken that do not belong",
}
UNKNOWN = "wrong, and no small change makes it right: the first value that is wrong is computed here"


def place_findings(
    program: Program, seen: Observed, here: Sequence[Comparison], wrong: set[int], findings: list[Finding],
    replayed: bool, seed: int,
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
    replayed : bool
        Whether those reproduce the gradient of a network that was found: their names stand.
    seed : int
    """
    finite = all(g is None or numpy.all(numpy.isfinite(g)) for g in seen.raw)
    if not finite or any(f.code == "nondeterministic" for f in findings):
        return findings
    rng = numpy.random.default_rng([seed, 11])
    point = _point(program, seen, here, wrong, rng, seed)
    if point is None:
        return findings
    truth, off = point
    try:
        runs = Runs(program, seen, truth.theta)
    except Unavailable as reason:
        return [*findings, Finding("no-source", "", f"no line can be given: {reason}.", note=True)]
    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = Locator(runs, truth, off, rng).run()
        except Raised:
            found = None
    if found is None:
        why = next(iter(runs.tracked.refused.values()), "")
        return [*findings, Finding("no-source", "", f"no line can be given: {why}.", note=True)] if why else findings
    return _joined(program, runs, found, off, findings, replayed)


def _point(
    program: Program,
    seen: Observed,
    here: Sequence[Comparison],
    wrong: set[int],
    rng: numpy.random.Generator,
    seed: int,
) -> tuple[Truth, frozenset[int]] | None:
    """Return where to look: at the parameters given, or nearby where they lie at a corner or hide the fault."""
    corner = any(c.kinks for c in here)
    try:
        for theta, known in ((program.theta, here), (None, None)):
            if theta is None:
                theta = program.theta + 0.1 * program.spread * rng.standard_normal(program.theta.size)
            elif corner:
                continue
            truth = truth_at(program, theta, known, seed)
            raw: Sequence[Host | None] | None = seen.raw if known is not None else gradient_at(program, seen, theta)
            if raw is None:
                continue
            off = frozenset(i for i, much in enumerate(truth.off(raw)) if much > 1.0 and (i in wrong or known is None))
            if off:
                return truth, off
    except Raised:
        pass
    return None


def _joined(
    program: Program, runs: Runs, found: Located, wrong: frozenset[int], findings: list[Finding], replayed: bool
) -> list[Finding]:
    """Put what was located in the findings."""
    names = [leaf.name for i, leaf in enumerate(program.leaves) if i in wrong]
    made = _said(found, names, runs)
    faults = [f for f in findings if not f.is_note]
    named = bool(faults) and all(f.code != "unknown" for f in faults)
    # A factor of several tensors, and not of all, was lost on their common way: its line says which factor it is.
    common = [f.code for f in faults] == ["scale"] and 1 < len(wrong) < len(program.leaves)
    if named and (replayed or found.edit is None or not common):
        known = made if found.edit is not None or len(faults) == 1 else None
        return [f if f.is_note or known is None else _placed(f, known) for f in findings]
    if found.edit is None:
        if any(f.code != "unknown" for f in faults):
            return findings
        unknown = next(iter(faults), None)
        if unknown is not None and made.code == "unknown":
            made = replace(made, evidence="; ".join(filter(None, (made.evidence, unknown.evidence))))
    return [made, *(f for f in findings if f.is_note)]


def _placed(named: Finding, made: Finding) -> Finding:
    """Give a finding that is named by what all of a tensor shows the place that was found."""
    return replace(
        named, place=made.place, stands=made.stands, belongs=made.belongs, because=made.because, residual=made.residual
    )


def _said(found: Located, names: Sequence[str], runs: Runs) -> Finding:
    who = ", ".join(names)
    residual = None if numpy.isnan(found.residual) else found.residual
    if found.edit is None:
        place = _range(found)
        proof = (
            f"with the true value put there, every gradient is right, to {residual:.0e}" if residual is not None else ""
        )
        message = UNKNOWN
        if found.loose:
            message = f"a path is left out: what is computed in line {found.loose.line} is used nowhere"
        elif found.through and found.because:
            of, what = (" ".join(p.source.split()) for p in (found.through, found.because))
            message = f"this is the adjoint of {of} in line {found.through.line}, where that of {what} belongs"
        elif found.because and found.code != "unknown":
            how = "left out" if found.code == "path-missing" else "counted twice"
            use = f"{' '.join(found.because.source.split())} in line {found.because.line}"
            message = f"the path through {use} is {how}"
        return Finding(
            found.code, who, f"{message}.", "", proof, 0.9, place=place,
            stands=place.source, because=found.because, residual=residual,
        )  # fmt: skip
    edit = found.edit
    assert found.suspect is not None
    statement = found.suspect.site.statement
    belongs = edited_text(statement, edit.changes)
    message = MESSAGES[edit.code].format(what=edit.what or edit.text())
    return Finding(
        edit.code, who, f"{message}.", f"write {belongs}",
        f"with this every gradient is right, to {residual:.0e}", 0.97, place=_range(found),
        stands=ast.unparse(statement).splitlines()[0], belongs=belongs, because=found.because, residual=residual,
    )  # fmt: skip


def edited_text(statement: ast.stmt, changes: Sequence[tuple[ast.AST, ast.AST | list[ast.stmt]]]) -> str:
    """Return a statement's text after a change."""
    old, new = changes[0]
    if isinstance(old, ast.stmt):
        return "; ".join(ast.unparse(part) for part in (new if isinstance(new, list) else [new]))
    inside = any(node is old for node in ast.walk(statement))
    if not inside:
        return ast.unparse(new) if isinstance(new, ast.AST) else ""
    with exchanged(ast.Module([statement], []), list(changes)):
        return ast.unparse(statement).splitlines()[0]


def _range(found: Located) -> Place:
    if found.first is found.last or found.first.file != found.last.file or found.suspect is None:
        return found.first
    return found.suspect.site.file.between(found.first, found.last)
