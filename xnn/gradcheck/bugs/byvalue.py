"""What is missing, read off by value: the difference or the ratio between what belongs there and what stands there.

A ratio ``c f(a)`` is a factor that is missing, a difference ``c a`` or ``c a b`` a term: with `a` and `b` arrays in
scope, `f` what derivatives often are, and `c` a number that scalars in scope make up.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy

from ..program.tree import Host
from .scope import Atom

FITS = 1e-5  # relative: an adjoint is measured, and a small one less exactly
ALIKE = 8  # expressions of one value that are told apart
LENGTHS = 2  # of them lengths of arrays
PAIRS = 40  # arrays of which products are formed
MOST = 1e100  # a number beyond this, or below its inverse, is no factor: it is a mark, or a guard


@dataclass(frozen=True)
class Number:
    """A number as an expression."""

    value: float
    node: ast.expr
    cost: float


def numbers(atoms: Sequence[Atom]) -> list[Number]:
    """List what constant factors are made of: small numbers, scalars in scope, lengths, their products."""
    single: list[Number] = []
    known: dict[float, int] = {}

    def add(value: float, node: ast.expr, cost: float) -> None:
        # Two numbers of one value are two: which is meant shows at another size.
        if known.get(value, 0) < ALIKE and 1 / MOST < abs(value) < MOST and value != 1.0:
            known[value] = known.get(value, 0) + 1
            single.append(Number(value, node, cost))

    for k in (2, 3, 4):
        add(float(k), ast.Constant(k), 0.15 if k == 2 else 0.6)
    for atom in atoms:
        if atom.value.size == 1:
            add(float(atom.value.reshape(())), atom.node, 0.4 if isinstance(atom.node, ast.Call) else 0.1)
    lengths: dict[int, int] = {}
    for atom in atoms:
        for axis, size in enumerate(atom.shape):
            shape = ast.Attribute(atom.node, "shape", ast.Load())
            if lengths.get(size, 0) == LENGTHS:
                continue
            lengths[size] = lengths.get(size, 0) + 1
            add(float(size), ast.Subscript(shape, ast.Constant(axis), ast.Load()), 0.2)
    one = ast.Constant(1)
    found = [Number(1.0, one, 0.0), *single]
    for n in single:
        if n.value:
            found.append(Number(1.0 / n.value, ast.BinOp(one, ast.Div(), n.node), n.cost + 0.02))
        if n.value > 0:
            root = ast.BinOp(n.node, ast.Pow(), ast.Constant(0.5))
            found.append(Number(n.value**0.5, root, n.cost + 0.3))
            found.append(Number(n.value**-0.5, ast.BinOp(one, ast.Div(), root), n.cost + 0.25))
        found.append(Number(n.value**2, ast.BinOp(n.node, ast.Pow(), ast.Constant(2)), n.cost + 0.5))
    for a in single:
        for b in single:
            if a is not b:
                found.append(Number(a.value / b.value, ast.BinOp(a.node, ast.Div(), b.node), a.cost + b.cost + 0.4))
                found.append(Number(a.value * b.value, ast.BinOp(a.node, ast.Mult(), b.node), a.cost + b.cost + 0.5))
                product = ast.BinOp(ast.BinOp(one, ast.Div(), a.node), ast.Div(), b.node)
                found.append(Number(1 / (a.value * b.value), product, a.cost + b.cost + 0.6))
    return sorted(found, key=lambda n: n.cost)


class Constants:
    """Numbers by value."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self.all = numbers(atoms)
        self.values = numpy.asarray([n.value for n in self.all])

    def find(self, c: float) -> list[Number]:
        """Return the simplest expressions for the size of `c`, none where there is none."""
        near = numpy.nonzero(abs(self.values - abs(c)) <= FITS * abs(c))[0]
        return [self.all[int(k)] for k in near[:ALIKE]]


def forms(atom: Atom, module: str | None) -> Iterator[tuple[ast.expr, Host, float]]:
    """Yield what the derivative of a function often is, in terms of one array: as an expression and its value."""
    a, x = atom.node, atom.value.astype("float64")
    one = ast.Constant(1)
    yield a, x, 0.0
    if atom.value.dtype.kind == "b":
        yield ast.UnaryOp(ast.Invert(), a), 1.0 - x, 0.05
    if atom.value.dtype.kind != "f":
        return

    def square(node: ast.expr) -> ast.expr:
        return ast.BinOp(node, ast.Pow(), ast.Constant(2))

    with numpy.errstate(all="ignore"):
        yield ast.BinOp(one, ast.Sub(), square(a)), 1 - x**2, 0.05
        yield ast.BinOp(a, ast.Mult(), ast.BinOp(one, ast.Sub(), a)), x * (1 - x), 0.05
        yield ast.Compare(a, [ast.Gt()], [ast.Constant(0)]), (x > 0).astype("float64"), 0.05
        yield ast.BinOp(one, ast.Sub(), a), 1 - x, 0.1
        yield ast.BinOp(one, ast.Add(), a), 1 + x, 0.2
        yield square(a), x**2, 0.2
        yield ast.BinOp(a, ast.Pow(), ast.Constant(3)), x**3, 0.4
        yield ast.Compare(a, [ast.Lt()], [ast.Constant(0)]), (x < 0).astype("float64"), 0.3
        if module:
            for name, f in (
                ("exp", numpy.exp),
                ("cos", numpy.cos),
                ("sin", numpy.sin),
                ("sign", numpy.sign),
                ("sqrt", numpy.sqrt),
                ("tanh", numpy.tanh),
            ):
                call = ast.Call(ast.Attribute(ast.Name(module, ast.Load()), name, ast.Load()), [a], [])
                yield call, f(x), 0.3
            tanh = ast.Call(ast.Attribute(ast.Name(module, ast.Load()), "tanh", ast.Load()), [a], [])
            yield ast.BinOp(one, ast.Sub(), square(tanh)), 1 - numpy.tanh(x) ** 2, 0.3


@dataclass(frozen=True)
class Missing:
    """A factor or a term: ``sign * number * node``, or divided by `node`."""

    sign: int
    number: Number
    node: ast.expr | None
    divide: bool
    cost: float

    def expression(self) -> ast.expr:
        """Return it as one expression, without the sign."""
        n = self.number.node
        if self.node is None:
            return n
        if self.divide:
            return ast.BinOp(n, ast.Div(), self.node)
        return self.node if self.number.value == 1.0 else _scaled(self.node, self.number)


def _scaled(node: ast.expr, number: Number) -> ast.expr:
    n = number.node
    if (
        isinstance(n, ast.BinOp)
        and isinstance(n.op, ast.Div)
        and isinstance(n.left, ast.Constant)
        and n.left.value == 1
    ):
        return ast.BinOp(node, ast.Div(), n.right)
    return ast.BinOp(n, ast.Mult(), node)


def factors(
    have: Host, want: Host, atoms: Sequence[Atom], constants: Constants, module: str | None
) -> Iterator[Missing]:
    """Yield the factors ``c f(a)`` and ``c / f(a)`` that make of `have` what belongs there."""
    have, want = have.astype("float64"), want.astype("float64")
    if have.shape != want.shape:
        return
    big = float(numpy.max(abs(have), initial=0.0))
    use = abs(have) > 1e-9 * big
    if not big or numpy.linalg.norm(want[~use]) > FITS * numpy.linalg.norm(want):
        return
    have, want = have[use], want[use]
    c = multiple(want, have)
    if c is not None:
        for number in constants.find(c):
            yield Missing(-1 if c < 0 else 1, number, None, False, number.cost)
        if want.size > 1:
            return
    for atom in (shaped for one in atoms for shaped in _columns(one, use.shape)):
        for node, x, cost in forms(atom, module):
            spread = numpy.broadcast_to(x, use.shape)[use]
            for divide in (False, True):
                with numpy.errstate(all="ignore"):
                    there = have / spread if divide else have * spread
                found = multiple(want, there)
                if found is None or (want.size == 1 and abs(abs(found) - 1.0) > FITS):
                    continue  # of two numbers one is always a multiple of the other
                for number in constants.find(found):
                    yield Missing(-1 if found < 0 else 1, number, node, divide, cost + number.cost + 0.02 * divide)


def _columns(atom: Atom, shape: tuple[int, ...]) -> Iterator[Atom]:
    """Yield an array in scope as it broadcasts to a shape: as it is, and one number a row as a column."""
    if (atom.value.ndim or not shape) and broadcasts(atom.shape, shape):
        yield atom
    if atom.value.ndim == 1 and len(shape) == 2 and atom.shape[0] == shape[0]:
        index = ast.Tuple([ast.Slice(), ast.Constant(None)], ast.Load())
        node = ast.Subscript(atom.node, index, ast.Load())
        yield Atom(ast.unparse(node), node, atom.value[:, None])


def differences(want: Host, atoms: Sequence[Atom], constants: Constants, module: str | None) -> Iterator[Missing]:
    """Yield the terms that `want` may be: a multiple of an array in scope, of a product of two, or of a projection."""
    want = want.astype("float64")
    if not numpy.linalg.norm(want):
        return
    single = want.size == 1
    if single:  # numbers, of which a loop makes many
        arrays = [a for a in atoms if a.value.size == 1 and a.value.dtype.kind == "f"]
    else:
        arrays = [a for a in atoms if a.value.ndim and a.value.size > 1]

    def fitting(node: ast.expr, x: Host, cost: float) -> Iterator[Missing]:
        found = multiple(want, x)
        if found is None or (single and abs(abs(found) - 1.0) > FITS):
            return
        for number in constants.find(found):
            yield Missing(-1 if found < 0 else 1, number, node, False, number.cost + cost)

    for atom in arrays:
        for node, x, cost in _turned(atom):
            if broadcasts(x.shape, want.shape):
                yield from fitting(node, x, cost)
    if module and not single:
        for node, x, cost in _selected(want, atoms, module):
            yield from fitting(node, x, cost)
    few = arrays[:PAIRS]
    for i, a in enumerate(few):
        for j, b in enumerate(few):
            for node, x in _products(a, b, i <= j):
                if x.shape == want.shape:
                    yield from fitting(node, x, 0.7)
            if i != j and broadcasts(a.shape, want.shape) and broadcasts(b.shape, want.shape):
                for form, x, cost in forms(b, module):
                    if form is not b.node:
                        yield from fitting(ast.BinOp(a.node, ast.Mult(), form), a.value * x, 1.2 + cost)
    same = [a for a in few if a.shape == want.shape and a.value.dtype.kind == "f"][:12]
    for a in same:
        for i, b in enumerate(same):
            for c in same[i:]:
                for axis in range(want.ndim):
                    inner = ast.Attribute(ast.BinOp(b.node, ast.Mult(), c.node), "sum", ast.Load())
                    words = [ast.keyword("axis", ast.Constant(axis)), ast.keyword("keepdims", ast.Constant(True))]
                    summed = numpy.sum(b.value * c.value, axis=axis, keepdims=True)
                    yield from fitting(ast.BinOp(a.node, ast.Mult(), ast.Call(inner, [], words)), a.value * summed, 1.2)


def _selected(want: Host, atoms: Sequence[Atom], module: str) -> Iterator[tuple[ast.expr, Host, float]]:
    """Yield the rows or columns with a one where labels in scope say, ``np.eye(p.shape[-1])[y]``, and weighted ones."""
    weights = [a for a in atoms if a.value.size == 1 and a.value.dtype.kind == "f"][:ALIKE]
    alike = [a for a in atoms if a.shape == want.shape and a.value.dtype.kind == "f"]
    for labels in atoms:
        y = labels.value
        if y.dtype.kind not in "iu" or y.ndim != want.ndim - 1 or want.ndim > 2 or not alike:
            continue
        for columns in (False, True)[: want.ndim]:
            size = want.shape[0 if columns else -1]
            if y.shape != (want.shape[-1:] if columns else want.shape[:-1]) or not 0 <= y.min() <= y.max() < size:
                continue
            axis = ast.Constant(0) if columns else ast.UnaryOp(ast.USub(), ast.Constant(1))
            length = ast.Subscript(ast.Attribute(alike[0].node, "shape", ast.Load()), axis, ast.Load())
            eye = ast.Call(ast.Attribute(ast.Name(module, ast.Load()), "eye", ast.Load()), [length], [])
            node, x = ast.Subscript(eye, labels.node, ast.Load()), numpy.eye(size)[y]
            node, x = (ast.Attribute(node, "T", ast.Load()), x.T) if columns else (node, x)
            yield node, x, 0.3
            for weight in weights:  # which differ from round to round: here one may be 1
                yield ast.BinOp(weight.node, ast.Mult(), node), float(weight.value.reshape(())) * x, 0.4


def _turned(atom: Atom) -> Iterator[tuple[ast.expr, Host, float]]:
    x = atom.value.astype("float64")
    yield atom.node, x, 0.0
    if x.ndim == 2:
        yield ast.Attribute(atom.node, "T", ast.Load()), x.T, 0.1
    if x.ndim >= 1:
        for axis in range(x.ndim):
            func = ast.Attribute(atom.node, "sum", ast.Load())
            words = [ast.keyword("axis", ast.Constant(axis)), ast.keyword("keepdims", ast.Constant(True))]
            yield ast.Call(func, [], words), numpy.sum(x, axis=axis, keepdims=True), 0.2
            yield ast.Call(func, [], words[:1]), numpy.sum(x, axis=axis), 0.2


def _products(a: Atom, b: Atom, once: bool) -> Iterator[tuple[ast.expr, Host]]:
    x, y = a.value.astype("float64"), b.value.astype("float64")
    try:
        with numpy.errstate(all="ignore"):
            product, quotient = x * y, x / y
    except ValueError:  # they do not broadcast
        pass
    else:
        yield ast.BinOp(a.node, ast.Div(), b.node), quotient
        if once:
            yield ast.BinOp(a.node, ast.Mult(), b.node), product
    if x.ndim == y.ndim == 2:
        for left, u in ((a.node, x), (ast.Attribute(a.node, "T", ast.Load()), x.T)):
            for right, v in ((b.node, y), (ast.Attribute(b.node, "T", ast.Load()), y.T)):
                if u.shape[1] == v.shape[0]:
                    yield ast.BinOp(left, ast.MatMult(), right), u @ v


def multiple(want: Host, x: Host) -> float | None:
    """Return c where ``want = c x``, None where it is no multiple."""
    if x.shape != want.shape:
        x = numpy.broadcast_to(x, want.shape)
    xx, xw, ww = float(numpy.vdot(x, x)), float(numpy.vdot(x, want)), float(numpy.vdot(want, want))
    if not xx * ww or not xw * xw > 0.999 * xx * ww:  # by far the most are told by their angle; NaN too
        return None
    c = xw / xx
    return c if numpy.linalg.norm(want - c * x) <= FITS * ww**0.5 else None


def broadcasts(a: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    """Whether an array of shape `a` takes part in one of `shape`."""
    try:
        return numpy.broadcast_shapes(a, shape) == shape
    except ValueError:
        return False
