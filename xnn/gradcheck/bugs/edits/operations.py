"""Edits of an operation: its sign, a factor or a term too much, the order of a product of matrices; of a number."""

import ast
from collections.abc import Iterator

from .edit import Edit, one, power, transposed

COMPARISONS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.NotEq)
BOUNDS = ({ast.Gt, ast.GtE}, {ast.Lt, ast.LtE})
ELEMENTS = 8  # of a tuple below which any two are exchanged


def operation(node: ast.BinOp) -> Iterator[Edit]:
    """Edit an operation of two operands."""
    left, right, op = node.left, node.right, node.op
    if isinstance(op, (ast.Add, ast.Sub)):
        other = ast.Sub() if isinstance(op, ast.Add) else ast.Add()
        yield one(node, ast.BinOp(left, other, right), "sign", 1.0)
        yield one(node, left, "path-twice", 2.0, ast.unparse(right))
        yield one(node, right, "path-twice", 2.0, ast.unparse(left))
        if isinstance(op, ast.Sub):
            yield one(node, ast.BinOp(right, ast.Sub(), left), "sign", 1.2)
    elif isinstance(op, ast.Mult):
        yield one(node, left, "factor-extra", 1.5, ast.unparse(right))
        yield one(node, right, "factor-extra", 1.5, ast.unparse(left))
        yield one(node, ast.BinOp(left, ast.Div(), right), "factor-extra", 2.0, ast.unparse(right))
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult):  # a (1 - a), in one go
            both = ast.BinOp(left.right, ast.Mult(), right)
            yield one(node, left.left, "factor-extra", 1.7, ast.unparse(both))
    elif isinstance(op, ast.Div):
        yield one(node, left, "factor-extra", 1.5, f"1 / {ast.unparse(right)}")
        yield one(node, ast.BinOp(left, ast.Mult(), right), "factor-extra", 2.0, ast.unparse(right))
        if not isinstance(right, ast.Constant):
            yield one(right, power(right, 0.5), "factor-extra", 2.2, f"1 / {ast.unparse(power(right, 0.5))}")
            yield one(right, power(right), "factor-missing", 2.2, f"1 / {ast.unparse(right)}")
    elif isinstance(op, ast.Pow):
        yield one(node, left, "factor-extra", 2.0, ast.unparse(left))
    elif isinstance(op, ast.MatMult):
        yield one(node, ast.BinOp(right, ast.MatMult(), left), "transposed", 2.0)
        yield one(node, ast.BinOp(transposed(left), ast.MatMult(), right), "transposed", 1.5)
        yield one(node, ast.BinOp(left, ast.MatMult(), transposed(right)), "transposed", 1.5)
        yield one(node, ast.BinOp(transposed(right), ast.MatMult(), left), "transposed", 2.2)
        yield one(node, ast.BinOp(right, ast.MatMult(), transposed(left)), "transposed", 2.2)


def number(node: ast.Constant) -> Iterator[Edit]:
    """Take a number near another, its double or its half."""
    value = node.value
    assert isinstance(value, (int, float))
    new = [value + 1, value - 1, -value, 2 * value, value / 2 if isinstance(value, float) or value % 2 else value // 2]
    for other in dict.fromkeys(new):
        if other != value:
            code = "sign" if other == -value else "factor-missing" if abs(other) > abs(value) else "factor-extra"
            yield one(node, ast.Constant(other), code, 1.6, repr(other))


def comparison(node: ast.Compare) -> Iterator[Edit]:
    """Compare in another way: numbers, as what text says is no matter of degree."""
    if any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (node.left, *node.comparators)):
        return
    own = type(node.ops[0])
    for op in COMPARISONS:
        if own is not op:
            bound = {own, op} in BOUNDS  # whether the bound itself is in it
            new = ast.Compare(node.left, [op()], node.comparators)
            yield one(node, new, "some-entries", 1.7 if bound else 2.0)


def elements(node: ast.List | ast.Tuple) -> Iterator[Edit]:
    """Let two elements change places."""
    count = len(node.elts)
    for i in range(count if count < ELEMENTS else 0):
        for j in range(i + 1, count):
            if not any(isinstance(node.elts[k], (ast.Slice, ast.Constant)) for k in (i, j)):
                changes = ((node.elts[i], node.elts[j]), (node.elts[j], node.elts[i]))
                what = f"{ast.unparse(node.elts[i])} and {ast.unparse(node.elts[j])}"
                yield Edit(node, changes, "wrong-operand", 1.8, what)
