"""The derivative of each operation, as text: `g` flows back into `y = f(a, b)`, the rule says what into an operand.

The formulas are those of any table of derivatives (Griewank and Walther, Evaluating Derivatives, 2008, table 3.3).
`np` stands for the user's array library.
"""

import ast
import copy
from collections.abc import Mapping

from .product import product

# By operator: what flows into the left and into the right operand.
OPERATORS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("g", "g"),
    ast.Sub: ("g", "-g"),
    ast.Mult: ("g * b", "g * a"),
    ast.Div: ("g / b", "-g * y / b"),
}
# By the number of axes of the operands.
PRODUCTS = {
    (2, 2): ("g @ b.T", "a.T @ g"),
    (2, 1): ("np.outer(g, b)", "a.T @ g"),
    (1, 2): ("b @ g", "np.outer(a, g)"),
    (1, 1): ("g * b", "g * a"),
}
OUTER = ("g @ b", "a @ g")
STACKED = ("g @ np.swapaxes(b, -1, -2)", "np.swapaxes(a, -1, -2) @ g")
# By function: of one array, what flows into it.
FUNCTIONS = {
    "exp": "g * y", "expm1": "g * (y + 1)", "log": "g / a", "log1p": "g / (1 + a)", "log2": "g / (a * np.log(2))",
    "sqrt": "g / (2 * y)", "square": "g * 2 * a", "reciprocal": "-g / a ** 2", "tanh": "g * (1 - y ** 2)",
    "sin": "g * np.cos(a)", "cos": "-g * np.sin(a)", "sinh": "g * np.cosh(a)", "cosh": "g * np.sinh(a)",
    "arctan": "g / (1 + a ** 2)", "abs": "g * np.sign(a)", "fabs": "g * np.sign(a)", "absolute": "g * np.sign(a)",
    "negative": "-g", "float": "g", "asarray": "g", "array": "g", "copy": "g",
    "ravel": "g.reshape(a.shape)", "flatten": "g.reshape(a.shape)", "reshape": "g.reshape(a.shape)",
    "squeeze": "g.reshape(a.shape)", "expand_dims": "g.reshape(a.shape)",
}  # fmt: skip
CLIP = "g * ((a > low) & (a < high))"
# Of two.
PAIRS = {
    "add": ("g", "g"), "subtract": ("g", "-g"), "multiply": ("g * b", "g * a"),
    "divide": ("g / b", "-g * y / b"), "maximum": ("g * (a > b)", "g * (b > a)"),
    "minimum": ("g * (a < b)", "g * (b < a)"), "logaddexp": ("g / (1 + np.exp(b - a))", "g / (1 + np.exp(a - b))"),
}  # fmt: skip
# Of a reduction: `n` entries are one, from which `c` is what they are without their mean; `g` and the result `r` have
# the axes again that were reduced.
REDUCTIONS = {
    "sum": "g", "mean": "g / n", "var": "g * 2 * c / n", "std": "g * c / (n * r)", "prod": "g * r / a",
}  # fmt: skip
# An operand, from the result and the other one.
SOLVED: dict[type[ast.operator], tuple[str, str]] = {
    ast.Mult: ("y / b", "y / b"), ast.Div: ("y * b", "b / y"), ast.Add: ("y - b", "y - b"), ast.Sub: ("y + b", "b - y"),
}  # fmt: skip
# What has no derivative, or none but zero.
CONSTANT = frozenset((
    "argmax", "argmin", "argsort", "sign", "floor", "ceil", "round", "zeros_like", "ones_like", "empty_like", "len",
    "range", "isnan", "isfinite", "shape", "print", "array_equal", "allclose",
))  # fmt: skip


def filled(rule: str, parts: Mapping[str, ast.expr]) -> ast.expr:
    """Return a rule with expressions in the place of its names."""
    return product(ast.fix_missing_locations(_Filled(parts).visit(ast.parse(rule, mode="eval").body)))


class _Filled(ast.NodeTransformer):
    def __init__(self, parts: Mapping[str, ast.expr]) -> None:
        self.parts = parts

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        twice = node.attr == "T" and isinstance(node.value, ast.Attribute) and node.value.attr == "T"
        return node.value.value if twice else node  # type: ignore[attr-defined]

    def visit_Name(self, node: ast.Name) -> ast.expr:
        part = self.parts.get(node.id)
        return node if part is None else copy.deepcopy(part)
