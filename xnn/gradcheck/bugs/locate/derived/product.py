"""Products and sums as people write them: ``-2 * a * b / n`` for ``(1 / n) * -(2 * b) * a``."""

import ast
from dataclasses import dataclass, field


@dataclass
class Product:
    """A product: a number, and what is multiplied and divided by, each with how often."""

    number: float = 1
    powers: dict[str, int] = field(default_factory=dict[str, int])
    nodes: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])

    def take(self, node: ast.expr, k: int = 1) -> None:
        """Multiply by an expression, to a power."""
        match node:
            case ast.BinOp(op=ast.Mult()):
                self.take(node.left, k)
                self.take(node.right, k)
            case ast.BinOp(op=ast.Div()):
                self.take(node.left, k)
                self.take(node.right, -k)
            case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=int(power))) if power > 0:
                self.take(node.left, k * power)
            case ast.UnaryOp(op=ast.USub()):
                self.number *= (-1) ** abs(k)
                self.take(node.operand, k)
            case ast.Constant(value=int() | float() as value) if value and not isinstance(value, bool):
                number = self.number * float(value) ** k
                self.number = int(number) if number == int(number) else number
            case _:
                text = ast.unparse(node)
                self.nodes.setdefault(text, node)
                self.powers[text] = self.powers.get(text, 0) + k

    def expression(self) -> ast.expr:
        """Write it: the number, what is multiplied by, what is divided by."""
        above = [_power(self.nodes[text], k) for text, k in self.powers.items() if k > 0]
        below = [_power(self.nodes[text], -k) for text, k in self.powers.items() if k < 0]
        size = abs(self.number)
        if size != 1 and size < 1 and (1 / size).is_integer():
            below.insert(0, ast.Constant(int(1 / size)))
        elif size != 1:
            above.insert(0, ast.Constant(size))
        above = above or [ast.Constant(1)]
        found = above[0]
        for part in above[1:]:
            found = ast.BinOp(found, ast.Mult(), part)
        if below:
            under = below[0]
            for part in below[1:]:
                under = ast.BinOp(under, ast.Mult(), part)
            found = ast.BinOp(found, ast.Div(), under)
        if self.number < 0 and _is_condition(found):
            return ast.BinOp(ast.Constant(-1), ast.Mult(), found)  # truth values have no sign
        return ast.UnaryOp(ast.USub(), found) if self.number < 0 else found


def _is_condition(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr))
    )


def product(node: ast.expr) -> ast.expr:
    """Return an expression with its factors in order: equal ones above and below are left out."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div))) and not isinstance(
        node, ast.UnaryOp
    ):
        return node
    found = Product()
    found.take(node)
    return ast.fix_missing_locations(found.expression())


def added(a: ast.expr, b: ast.expr) -> ast.expr:
    """Return a sum: ``(a - b) / n`` for ``a / n + -(b / n)``."""
    first, second = Product(), Product()
    first.take(a)
    second.take(b)
    if first.powers == second.powers and first.powers:
        first.number += second.number
        return ast.fix_missing_locations(first.expression()) if first.number else ast.Constant(0)
    op: ast.operator = ast.Add()
    if isinstance(b, ast.UnaryOp) and isinstance(b.op, ast.USub):
        op, b = ast.Sub(), b.operand
    if _is_quotient(a) and _is_quotient(b) and ast.unparse(a.right) == ast.unparse(b.right):  # type: ignore[attr-defined]
        inner = ast.BinOp(a.left, op, b.left)  # type: ignore[attr-defined]
        return ast.fix_missing_locations(ast.BinOp(inner, ast.Div(), a.right))  # type: ignore[attr-defined]
    if isinstance(op, ast.Add) and isinstance(b, ast.BinOp) and isinstance(b.op, (ast.Add, ast.Sub)):
        return ast.fix_missing_locations(ast.BinOp(added(a, b.left), b.op, b.right))
    return ast.fix_missing_locations(ast.BinOp(a, op, b))


def _is_quotient(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)


def _power(node: ast.expr, k: int) -> ast.expr:
    return node if k == 1 else ast.BinOp(node, ast.Pow(), ast.Constant(k))
