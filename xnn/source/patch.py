"""Changes of a syntax tree, written into the text that it was read from: all else of the file stays as it is.

What takes a node's place is rendered from the user's own text where it consists of the user's own nodes. That the text
then reads as the changed tree is checked by reading it.
"""

import ast
import copy
import textwrap
from collections.abc import Iterator, Sequence

from .text import File, Unavailable
from .tree import exchanged

Change = tuple[ast.AST, ast.AST | list[ast.stmt]]  # a node of the file, and what takes its place
COMPOUND = (
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.NamedExpr, ast.Await, ast.Tuple,
    ast.Starred,
)  # fmt: skip


def patched(file: File, changes: Sequence[Change]) -> str:
    """Return a file's text with nodes of its tree exchanged.

    Parameters
    ----------
    file : File
    changes : sequence of (node, node or list of statements)
        A statement may give way to several, itself among them.

    Raises
    ------
    Unavailable
        If no text was found that reads as the changed tree.
    """
    with exchanged(file.tree, changes):
        wanted = _meaning(file.tree)
    for careful in (0, 1, 2):
        text = _spliced(file, changes, careful)
        try:
            if _meaning(ast.parse(text)) == wanted:
                return text
        except SyntaxError:
            continue
    raise Unavailable(f"the change cannot be written into {file.name}")


def _meaning(tree: ast.AST) -> str:
    """Return what two texts share that mean the same: ``-1`` may be a constant in a tree that nobody wrote."""

    class Plain(ast.NodeTransformer):
        def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
            self.generic_visit(node)
            value = getattr(node.operand, "value", None)
            if isinstance(node.op, ast.USub) and isinstance(value, (int, float)) and not isinstance(value, bool):
                return ast.Constant(-value)
            return node

    return ast.dump(Plain().visit(copy.deepcopy(tree)))


def _spliced(file: File, changes: Sequence[Change], careful: int) -> str:
    """Return the text with the changes in it; the more `careful`, the more parentheses."""
    lines = list(file.lines)
    parts = []
    for old, new in changes:
        place = file.place(old)
        if isinstance(new, list):
            if any(each is old for each in new):
                parts += _beside(file, old, new, careful)
                continue
            text = _statements(file, old, new, careful)
        else:
            text = rendered(file, new, careful > 0)
            if isinstance(old, ast.expr) and careful > 1 and isinstance(new, COMPOUND):
                text = f"({text})"
        parts.append((place.line, place.column, place.end_line, place.end_column, text))
    for line, column, end_line, end_column, text in sorted(parts, reverse=True):
        before, after = lines[line - 1][: column - 1], lines[end_line - 1][end_column - 1 :]
        nothing, _, rest = after.partition("\n")
        if not text and not before.strip() and not nothing.strip():  # what follows may have been put there
            lines[line - 1 : end_line] = [rest] if rest else []
        else:
            lines[line - 1 : end_line] = [before + text + after]
    return "".join(lines)


def _beside(file: File, old: ast.AST, new: list[ast.stmt], careful: int) -> Iterator[tuple[int, int, int, int, str]]:
    """Yield what is put before a statement and behind it, which stays: there may be changes within."""
    place, at = file.place(old), next(i for i, each in enumerate(new) if each is old)
    between = _between(file, old)
    if at:
        before = _statements(file, old, new[:at], careful) + between
        yield place.line, place.column, place.line, place.column, before
    if new[at + 1 :]:
        behind = between + _statements(file, old, new[at + 1 :], careful)
        yield place.end_line, place.end_column, place.end_line, place.end_column, behind


def _statements(file: File, old: ast.AST, new: list[ast.stmt], careful: int) -> str:
    """Return statements one beneath the other, at the indentation of the one that they take the place of."""
    between = _between(file, old)
    indent = between.lstrip("\r\n")
    return between.join(textwrap.indent(rendered(file, each, careful > 0), indent).lstrip() for each in new)


def _between(file: File, old: ast.AST) -> str:
    """Return what stands between a statement and the next of its block: an end of line, and the indentation."""
    first = file.lines[file.place(old).line - 1]
    end = "\r\n" if first.endswith("\r\n") else "\n"
    return end + first[: len(first) - len(first.lstrip())]


def rendered(file: File, new: ast.AST, parenthesized: bool = False) -> str:
    """Return a node as text: the user's own parts in the user's own words, the rest as Python's printer has it.

    With `parenthesized`, compound parts of the user's are put in parentheses.
    """
    own = {id(node) for node in ast.walk(file.tree)}
    if id(new) in own:
        return file.place(new).source
    kept: list[ast.AST] = []

    class Names(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.expr) and id(node) in own and not isinstance(node, ast.Starred):
                kept.append(node)
                return ast.Name(f"_xnn_{len(kept) - 1}_", ast.Load())
            return self.generic_visit(copy.copy(node))

        def generic_visit(self, node: ast.AST) -> ast.AST:
            for field, value in ast.iter_fields(node):
                if isinstance(value, list):
                    setattr(node, field, [self.visit(part) if isinstance(part, ast.AST) else part for part in value])
                elif isinstance(value, ast.AST):
                    setattr(node, field, self.visit(value))
            return node

    text = ast.unparse(ast.fix_missing_locations(Names().visit(new)))
    for i, node in enumerate(kept):
        part = file.place(node).source
        text = text.replace(f"_xnn_{i}_", f"({part})" if parenthesized and isinstance(node, COMPOUND) else part)
    return text


def lines_of(changes: Sequence[Change], file: File) -> Iterator[int]:
    """Yield the first line of each change."""
    return iter(sorted(file.place(old).line for old, _ in changes))
