"""Changes of what is handed over, at the top of a file: the targets' shape and numbers, the inputs' scale, the rate."""

import ast
from collections.abc import Iterator
from typing import Any

import numpy

from ...backends import to_host
from ...findings import Finding
from ...source import Change, File
from ..checks.scale import is_bytes
from ..examination import Examination
from .candidate import Candidate, before, behind, called, exchange, node_at
from .editable import Editable
from .forward import reshaped

ASKED = ("diagnose", "check_gradients", "train", "fit")  # calls that only take the data


def shape(exam: Examination, finding: Finding, editable: Editable) -> Iterator[Candidate]:
    """Give the targets the outputs' shape where they are made, else in the functions that take them."""
    flat = exam.subject.host[1].ndim == 1
    yield from _rewritten(exam, editable, -1, ".reshape(-1, 1)" if flat else ".reshape(-1)")
    yield from reshaped(exam, finding, editable)


def labels(exam: Examination, finding: Finding, editable: Editable) -> Iterator[Candidate]:
    """Number the classes from 0, or call them what the loss wants: -1 and 1, or 0 and 1."""
    found = exam.subject.targets.labels
    values = set() if found is None else {int(v) for v in numpy.unique(found)}
    for wanted, text in (({0, 1}, "2 * {} - 1"), ({-1, 1}, "({} + 1) / 2")):
        if values == wanted:
            yield from _rewritten(exam, editable, -1, text)
    if values and min(values) == 1:
        yield from _rewritten(exam, editable, -1, "{} - 1")


def scale(exam: Examination, finding: Finding, editable: Editable) -> Iterator[Candidate]:
    """Divide bytes by 255."""
    X = exam.subject.rows
    if X is not None and is_bytes(X.astype(float)):
        yield from _rewritten(exam, editable, 0, "{} / 255")


def rate(exam: Examination, finding: Finding, editable: Editable) -> Iterator[Candidate]:
    """Write the rate that was tried in place of a number that stands for it."""
    file = None if finding.place is None else editable.file(finding.place.file)
    if file is None or finding.place is None or "rate" not in finding.facts:
        return
    node, new = node_at(file, finding.place), float(f"{finding.facts['rate']:g}")
    if not isinstance(node, ast.Constant):
        return
    named = [
        (names, target.id, new)
        for each, names in editable.files
        for stands in file.tree.body
        if each is file and isinstance(stands, ast.Assign) and stands.value is node
        for target in stands.targets
        if isinstance(target, ast.Name)
    ]
    if exam.subject.functions.step is None or (named and editable.whole):  # else the user's step would keep the old one
        yield Candidate(file, (exchange(node, ast.Constant(new)),), names=tuple(named), rate=new)


def _rewritten(exam: Examination, editable: Editable, which: int, text: str) -> Iterator[Candidate]:
    """Put a statement where X or y, which has a name at the top of a file, is handed over: from there on it differs."""
    item = exam.subject.given[which]
    if not isinstance(item, numpy.ndarray):
        return
    for file, names in editable.files:
        own = [name for name, value in names.items() if value is item and _stored(file.tree, name)]
        for name in own if len(own) == 1 else ():
            code = f"{name} = {text.format(name) if '{}' in text else name + text}"
            change = _inserted(file, name, code)
            if change is None:
                continue
            new = eval(compile(code.partition(" = ")[2], "<fix>", "eval"), {}, {name: to_host(item).copy()})
            data = tuple(new if given is item else given for given in exam.subject.given)
            yield Candidate(file, (change,), data=data, names=((names, name, new),))


def _stored(tree: ast.Module, name: str) -> bool:
    return any(_mentions(each, name, ast.Store) for each in tree.body if not _later(each))


def _inserted(file: File, name: str, new: str) -> Change | None:
    """Return a statement's insertion before the one that hands a name over, None where others read it after that.

    What hands it over makes ``data`` of it, or calls what only takes it. Where nothing does, it goes behind the last
    statement that mentions the name.
    """
    at_top = [each for each in file.tree.body if not _later(each)]
    made = max(i for i, each in enumerate(at_top) if _mentions(each, name, ast.Store))
    after = at_top[made + 1 :]
    first = next((i for i, each in enumerate(after) if _hands_over(each, name)), None)
    if first is not None:
        if any(_mentions(each, name) and not _hands_over(each, name) for each in after[first:]):
            return None
        return before(after[first], new)
    if _mentions(at_top[made], "data", ast.Store):  # made and handed over in one statement
        return None
    last = [at_top[made], *(each for each in after if _mentions(each, name))][-1]
    return behind(last, new)


def _later(node: ast.stmt) -> bool:
    """Whether a statement at the top only defines what runs later, the main block among it."""
    if isinstance(node, ast.If):
        return any(getattr(part, "id", "") == "__name__" for part in ast.walk(node.test))
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def _mentions(node: ast.AST, name: str, context: Any = (ast.Load, ast.Store)) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, context) for n in ast.walk(node))


def _hands_over(node: ast.stmt, name: str) -> bool:
    if not _mentions(node, name, ast.Load):
        return False
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call) and called(part) in ASKED]
    return _mentions(node, "data", ast.Store) or any(_mentions(call, name) for call in calls)
