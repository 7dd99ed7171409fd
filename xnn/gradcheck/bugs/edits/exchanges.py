"""Edits in several places at once: two operands change places, or another one stands in all places of one."""

import ast
from collections.abc import Iterator

from .context import Context
from .edit import Edit, Operand, settled
from .operands import far


def is_exchange(edit: Edit) -> bool:
    """Whether an edit lets two operands change places."""
    pairs = [(ast.unparse(old), ast.unparse(new)) for old, new in edit.changes if isinstance(new, ast.AST)]
    return len(pairs) > 1 and all(pair[::-1] in pairs for pair in pairs)


def exchanges(context: Context, root: ast.AST) -> Iterator[Edit]:
    """Edit all uses of an operand in an expression or statement."""
    uses: dict[str, list[Operand]] = {}
    for node in ast.walk(root):
        if isinstance(node, Operand) and (text := ast.unparse(node)) in context.by_text:
            uses.setdefault(text, []).append(node)
    for text, nodes in uses.items():
        yield from _places(context, root, uses, text)
        if len(nodes) > 1:
            for atom in context.atoms:
                if atom.text != text and atom.shape == context.by_text[text].shape:
                    changes = tuple((n, atom.node) for n in nodes)
                    yield Edit(root, changes, "wrong-operand", 2.6 + far(text, atom.text), atom.text)
                    if context.by_text[text].value.dtype.kind == "i" == atom.value.dtype.kind:
                        new = settled(ast.BinOp(nodes[0], ast.Mult(), atom.node), nodes[0])
                        changes = tuple((n, new) for n in nodes)
                        yield Edit(root, changes, "wrong-step", 3.0, ast.unparse(new))
    yield from _repeated(context, root)


def _places(context: Context, root: ast.AST, uses: dict[str, list[Operand]], a: str) -> Iterator[Edit]:
    """Let an operand and another of its shape change places."""
    first, here = uses[a], context.by_text[a]
    for b, second in uses.items():
        there = context.by_text[b]
        inside = any(n is s or n in ast.walk(s) or s in ast.walk(n) for n in first for s in second)
        if a < b and here.shape == there.shape and not inside:
            changes = [(n, there.node) for n in first] + [(n, here.node) for n in second]
            code = "transposed" if here.value.ndim == 0 and here.value.dtype.kind == "i" else "wrong-operand"
            yield Edit(root, tuple(changes), code, 2.4, f"{a} and {b}")


def _repeated(context: Context, root: ast.AST) -> Iterator[Edit]:
    """Take another operand in an operation that stands there several times."""
    repeated: dict[str, list[ast.BinOp]] = {}
    for node in ast.walk(root):
        if isinstance(node, ast.BinOp) and not any(
            isinstance(n, (ast.Call, ast.BinOp)) for n in (node.left, node.right)
        ):
            repeated.setdefault(ast.unparse(node), []).append(node)
    for nodes in repeated.values():
        for side in ("left", "right") if len(nodes) > 1 else ():
            here = context.by_text.get(ast.unparse(getattr(nodes[0], side)))
            if here is None:
                continue
            for atom in context.atoms:
                alike = atom.shape == here.shape and atom.value.dtype == here.value.dtype
                if alike and atom.text != here.text:
                    changes = tuple((getattr(node, side), atom.node) for node in nodes)
                    yield Edit(root, changes, "wrong-operand", 2.5 + far(here.text, atom.text), atom.text)
