"""What flows from an expression of the loss into an operand: the rule of its operation, in the user's names."""

import ast
from collections.abc import Callable

from .....source import called
from ....program.tree import Host
from .rules import CLIP, FUNCTIONS, OPERATORS, OUTER, PAIRS, PRODUCTS, REDUCTIONS, STACKED, filled

Write = Callable[[ast.expr], ast.expr | None]
Value = Callable[[ast.expr], Host | None]
Axes = tuple[int, ...] | None
Centred = Callable[[ast.expr, Axes], ast.expr | None]


class Pullback:
    """The rules, for one place of `gradients`.

    Parameters
    ----------
    write : callable
        What an expression of the loss is called there, None where it has no name.
    value : callable
        What an expression of the loss is, None where that is unknown.
    alike : callable
        What has the shape of an expression of the loss, there.
    module : str or None
        The name of the array library.
    centred : callable, optional
        What an expression of the loss is called there without its mean along some axes, None where it has no name.
    """

    def __init__(
        self, write: Write, value: Value, alike: Write, module: str | None, centred: Centred = lambda node, axes: None
    ) -> None:
        self.write, self.value, self.alike, self.module, self.centred = write, value, alike, module, centred

    def through(self, parent: ast.expr, child: ast.expr, g: ast.expr) -> ast.expr | None:
        """Return what flows from an expression into a part of it, None where there is no rule."""
        match parent:
            case ast.BinOp(op=ast.MatMult()):
                return self._product(parent.left, parent.right, child, g)
            case ast.BinOp(op=ast.Pow()) if child is parent.left:
                return self._power(parent, g)
            case ast.BinOp() if type(parent.op) in OPERATORS:
                return self._pair(OPERATORS[type(parent.op)], parent, parent.left, parent.right, child, g)
            case ast.UnaryOp(op=ast.USub()):
                return filled("-g", {"g": g})
            case ast.Attribute(attr="T"):
                return filled("g.T", {"g": g})
            case ast.Subscript() if child is parent.value and is_only_spread(parent.slice):
                return self.filled("g.reshape(a.shape)", g, a=child)
            case ast.Call():
                return self._call(parent, child, g)
            case _:
                return None

    def _power(self, power: ast.BinOp, g: ast.expr) -> ast.expr | None:
        """Return what flows into the base of a power, whose exponent is a number."""
        try:
            k = ast.literal_eval(power.right)
        except ValueError:
            return None
        rule = "g * 2 * a" if k == 2 else "g / (2 * y)" if k == 0.5 else f"g * {k} * a ** {k - 1}"
        return self.filled(rule, g, a=power.left, y=power)

    def _call(self, call: ast.Call, child: ast.expr, g: ast.expr) -> ast.expr | None:
        name = called(call)
        operands = [*call.args]
        if isinstance(call.func, ast.Attribute) and child is call.func.value:
            operands.insert(0, child)
        if name in REDUCTIONS and operands and child is operands[0]:
            return self._reduction(name, call, child, operands[1:2], g)
        if name in FUNCTIONS and operands and child is operands[0]:
            return self.filled(FUNCTIONS[name], g, a=child, y=call)
        if name == "where" and len(operands) == 3 and child in operands[1:]:
            rule = "np.where(a, g, 0)" if child is operands[1] else "np.where(a, 0, g)"
            return self.filled(rule, g, a=operands[0]) or g  # a mask without a name may make no difference
        if name == "clip" and len(operands) == 3 and child is operands[0]:
            return self.filled(CLIP, g, a=child, low=operands[1], high=operands[2])
        if name == "einsum":
            return self._einsum(call, child, g)
        if len(operands) != 2:
            return None
        if name in ("dot", "matmul"):
            return self._product(operands[0], operands[1], child, g)
        if name == "outer":
            return self._pair(OUTER, call, operands[0], operands[1], child, g)
        return self._pair(PAIRS[name], call, operands[0], operands[1], child, g) if name in PAIRS else None

    def _pair(
        self, rules: tuple[str, str], parent: ast.expr, a: ast.expr, b: ast.expr, child: ast.expr, g: ast.expr
    ) -> ast.expr | None:  # fmt: skip
        return self.filled(rules[0] if child is a else rules[1], g, a=a, b=b, y=parent)

    def _product(self, a: ast.expr, b: ast.expr, child: ast.expr, g: ast.expr) -> ast.expr | None:
        x, y = self.value(a), self.value(b)
        if x is None or y is None:
            return None
        return self._pair(PRODUCTS.get((x.ndim, y.ndim), STACKED), a, a, b, child, g)

    def _einsum(self, call: ast.Call, child: ast.expr, g: ast.expr) -> ast.expr | None:
        """Return what flows into an operand of a sum of products: one of the result and the other operands."""
        subscripts, operands = call.args[0], call.args[1:]
        text = subscripts.value if isinstance(subscripts, ast.Constant) else None
        if not isinstance(text, str) or "->" not in text or "." in text:
            return None
        given, _, result = text.replace(" ", "").partition("->")
        letters = given.split(",")
        mine = [k for k, operand in enumerate(operands) if operand is child]
        if len(mine) != 1 or len(letters) != len(operands):
            return None
        own, others = letters.pop(mine[0]), [operand for operand in operands if operand is not child]
        if len(set(own)) < len(own) or not set(own) <= set("".join([result, *letters])):
            return None  # a diagonal, or a sum over an axis that nothing else has
        names = [f"b{k}" for k in range(len(others))]
        rule = f"np.einsum('{','.join([result, *letters])}->{own}', {', '.join(['g', *names])})"
        return self.filled(rule, g, **dict(zip(names, others, strict=True)))

    def _reduction(
        self, name: str, call: ast.Call, a: ast.expr, rest: list[ast.expr], g: ast.expr
    ) -> ast.expr | None:  # fmt: skip
        """Return what flows into what is summed: `g` again along the axes that were reduced."""
        value, written, like = self.value(a), self.write(a), self.alike(a)
        if value is None:
            return None
        words = {word.arg: word.value for word in call.keywords}
        axis = rest[0] if rest else words.get("axis", words.get("dim"))
        keeps = isinstance(kept := words.get("keepdims"), ast.Constant) and bool(kept.value)
        number, mean, result, over = "s.size", "a.mean()", "", None
        if axis is not None and not (isinstance(axis, ast.Constant) and axis.value is None):
            try:
                axes = ast.literal_eval(axis)
            except ValueError:
                return None
            many = [axes] if isinstance(axes, int) else list(axes)
            over = tuple(many)
            number = " * ".join(f"s.shape[{k}]" for k in many)
            mean = f"a.mean(axis={axes!r}, keepdims=True)"
            leading = sorted(k % value.ndim for k in many) == list(range(len(many)))
            if not keeps and not leading and value.ndim > len(many):
                result = f"a.{name}(axis={axes!r}, keepdims=True)"
                g = filled(f"np.expand_dims(g, {axes!r})", {"g": g, **self._library()})
        rule = REDUCTIONS[name]
        r = self.write(call) if not result and "r" in names_of(rule) else _filled(result, a=written)
        c = self.centred(a, over) if "c" in names_of(rule) else None
        c = c or _filled(f"a - {mean}", a=written)
        parts = {"g": g, "a": written, "n": _filled(number, s=like), "c": c, "r": r}
        known = {part: node for part, node in parts.items() if node is not None}
        return filled(rule, known) if names_of(rule) <= set(known) else None

    def filled(self, rule: str, g: ast.expr, **parts: ast.expr) -> ast.expr | None:
        """Fill a rule in, with what it reads written in the names of `gradients`."""
        reads = names_of(rule)
        found = {"g": g, **self._library()}
        for name, part in parts.items():
            if name in reads:
                written = self.write(part)
                if written is None:
                    return None
                found[name] = written
        return None if "np" in reads and self.module is None else filled(rule, found)

    def _library(self) -> dict[str, ast.expr]:
        return {"np": ast.Name(self.module, ast.Load())} if self.module else {}


def names_of(rule: str) -> set[str]:
    """Return what a rule reads."""
    return {node.id for node in ast.walk(ast.parse(rule)) if isinstance(node, ast.Name)}


def _filled(rule: str, **parts: ast.expr | None) -> ast.expr | None:
    """Fill a rule in, None where a part or the rule itself is missing."""
    known = {name: node for name, node in parts.items() if node is not None}
    return filled(rule, known) if rule and len(known) == len(parts) else None


def is_only_spread(index: ast.expr) -> bool:
    """Whether an index takes all there is, with axes of length 1 put in."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return all(
        (isinstance(part, ast.Slice) and part.lower is part.upper is part.step is None)
        or (isinstance(part, ast.Constant) and part.value in (None, ...))
        or (isinstance(part, ast.Attribute) and part.attr == "newaxis")
        for part in parts
    )
