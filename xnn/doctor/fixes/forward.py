"""Changes of what the forward pass computes: a softmax's axis, an exp that overflows, a log of 0, an unused bias."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any, TypeGuard

from ...findings import Finding
from ...source import Change, File, Location
from ..examination import Examination
from .candidate import Candidate, before, called, calls_of, exchange
from .editable import Editable

TINY = 1e-12  # beside a probability


def axis(exam: Examination, finding: Finding, editable: Editable) -> Iterator[Candidate]:
    """Sum over the classes in the function where the samples meet: one sum, or all, or the maximum before them too."""
    classes = 0 if exam.subject.in_columns else 1
    for file, function in _functions(finding, editable):
        sums = [_along(node, classes) for node in calls_of(function, "sum")]
        both = [_along(node, classes) for node in calls_of(function, "sum", "max", "amax")]
        own = [_with_axis(node, classes) for node in calls_of(function, "softmax", "log_softmax", "logsumexp")]
        for changes in (*([change] for change in sums), sums, both, *([change] for change in own)):
            if changes:
                yield Candidate(file, tuple(changes))


def steady(exam: Examination, finding: Finding, editable: Editable) -> Iterator[Candidate]:
    """Subtract the maximum before exp, or keep log away from 0: in the statement, the function, or the whole file."""
    classes = 0 if exam.subject.in_columns else 1
    for file, function in _functions(finding, editable):
        everywhere = [source.node for _, source in editable.met if source.file is file]
        for roots in (_statements(function, finding.place), [function], everywhere):
            exps = [node for root in roots for node in calls_of(root, "exp") if not _is_negated(node.args)]
            logs = [node for root in roots for node in calls_of(root, "log", "log2", "log10") if node.args]
            for changes in (
                *([_lowered(node, axis) for node in exps] for axis in (classes, None)),
                map(_kept_off, logs),
            ):
                if found := tuple(changes):
                    yield Candidate(file, found)


def bias(exam: Examination, finding: Finding, editable: Editable) -> Iterator[Candidate]:
    """Add a tensor that is a parameter, has a gradient and is not used, to a product of its width."""
    name = finding.parameter
    leaf = next((leaf for leaf in exam.subject.program.leaves if leaf.name == name), None)
    if leaf is None or len([n for n in leaf.shape if n > 1]) > 1:
        return  # weights, or several tensors
    for _, source in editable.met:
        for node in ast.walk(source.node):
            if _is_product(node) and (read := _read_like(source.node, node, name)) is not None:
                yield Candidate(source.file, (exchange(node, ast.BinOp(node, ast.Add(), read)),))


def reshaped(exam: Examination, finding: Finding, editable: Editable) -> Iterator[Candidate]:
    """Give the targets the outputs' shape at the beginning of each function that takes them."""
    flat = exam.subject.host[1].ndim == 1
    own = (exam.subject.program.loss, exam.subject.program.gradients)
    changes: list[Change] = []
    files: list[File] = []
    for function, source in editable.met:
        node = source.node
        if not isinstance(node, ast.FunctionDef) or not any(
            getattr(f, "__code__", 0) is function.__code__ for f in own
        ):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args]
        if len(arguments) < 3:
            return
        name = arguments[-1].arg if len(arguments) == 3 else arguments[2].arg
        first = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]
        changes.append(before(first, f"{name} = {name}.reshape({'-1, 1' if flat else '-1'})"))
        files.append(source.file)
    if changes and all(file is files[0] for file in files):
        yield Candidate(files[0], tuple(changes))


def _functions(finding: Finding, editable: Editable) -> Iterator[tuple[File, ast.AST]]:
    """Yield the function that a finding stands in, the innermost first."""
    place = finding.place
    if place is None:
        return
    inside = [
        (source.file, source.node)
        for _, source in editable.met
        if source.file.name == place.file and source.node.lineno <= place.line <= (source.node.end_lineno or 0)
    ]
    yield from sorted(inside, key=lambda pair: -pair[1].lineno)[:1]


def _statements(function: ast.AST, place: Location | None) -> list[ast.AST]:
    """Return the innermost statement that a place stands in."""
    if place is None:
        return []
    around = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function]
    inside = [node for node in around if node.lineno <= place.line and place.end_line <= (node.end_lineno or 0)]
    return list(inside[-1:])


def _along(node: ast.Call, axis: int) -> Change:
    """Return a reduction over an axis that is kept as one of length 1."""
    return exchange(node, _call(node, _reduced(node), [("axis", axis), ("keepdims", True)]))


def _with_axis(node: ast.Call, axis: int) -> Change:
    return exchange(node, _call(node, _reduced(node), [("axis", axis)]))


def _reduced(node: ast.Call) -> list[ast.expr]:
    """Return the arguments but for the axis: of a method there is none before it, of a function the array."""
    library = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and len(node.args) > 0
    of_function = isinstance(node.func, ast.Name) or (library and not _is_constant(node.args[0]))
    return node.args[: 1 if of_function else 0]


def _is_constant(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def _call(node: ast.Call, args: list[ast.expr], words: list[tuple[str, Any]]) -> ast.Call:
    kept = [word for word in node.keywords if word.arg not in ("axis", "dim", "keepdims", "keepdim")]
    return ast.Call(node.func, args, [*kept, *(ast.keyword(name, ast.Constant(value)) for name, value in words)])


def _is_negated(args: Sequence[ast.expr]) -> bool:
    """Whether this is a sigmoid's ``exp(-z)``, whose overflow does no harm."""
    return not args or (isinstance(args[0], ast.UnaryOp) and isinstance(args[0].op, ast.USub))


def _lowered(node: ast.Call, axis: int | None) -> Change:
    z = node.args[0]
    words = [] if axis is None else [("axis", axis), ("keepdims", True)]
    largest = ast.Call(
        ast.Attribute(z, "max", ast.Load()), [], [ast.keyword(name, ast.Constant(value)) for name, value in words]
    )
    return exchange(node, ast.Call(node.func, [ast.BinOp(z, ast.Sub(), largest), *node.args[1:]], node.keywords))


def _kept_off(node: ast.Call) -> Change:
    above = ast.BinOp(node.args[0], ast.Add(), ast.Constant(TINY))
    return exchange(node, ast.Call(node.func, [above, *node.args[1:]], node.keywords))


def _is_product(node: ast.AST) -> TypeGuard[ast.expr]:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult)
    return isinstance(node, ast.Call) and called(node) in ("dot", "matmul")


def _read_like(function: ast.AST, product: ast.AST, name: str) -> ast.expr | None:
    """Return how a function would read a tensor: as it reads the weights of a product, or by a name that it has."""
    key = name.rpartition(".")[2]
    for node in ast.walk(product):
        if isinstance(node, ast.Subscript) and isinstance(getattr(node.slice, "value", None), str):
            return ast.Subscript(node.value, ast.Constant(key), ast.Load())
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self" and "." not in name:
            return ast.Attribute(node.value, key, ast.Load())
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    spare = bound - used
    return ast.Name(spare.pop(), ast.Load()) if len(spare) == 1 else None
