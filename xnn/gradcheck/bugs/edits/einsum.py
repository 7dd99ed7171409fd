"""Edits of the subscripts of ``einsum``."""

import ast
from collections.abc import Iterator, Sequence

from .edit import Edit, one


def subscripts(node: ast.Constant) -> Iterator[Edit]:
    """Exchange two letters of one operand or of the result, or one for another; of no other string."""
    text = str(node.value)
    if "->" not in text or not text.replace("->", "").replace(",", "").replace(" ", "").replace(".", "").isalpha():
        return
    inputs, _, out = text.replace(" ", "").partition("->")
    parts = [*inputs.split(","), out]
    letters = sorted({c for p in parts for c in p if c.isalpha()})
    for k, part in enumerate(parts):
        for i in range(len(part)):
            for j in range(i + 1, len(part)):
                swapped = list(part)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                yield one(node, _joined(parts, k, "".join(swapped)), "transposed", 1.5)
        for i in range(len(part)):
            for letter in letters:
                if letter != part[i]:
                    other = part[:i] + letter + part[i + 1 :]
                    if len(set(other)) == len(other):
                        yield one(node, _joined(parts, k, other), "transposed", 2.0)


def _joined(parts: Sequence[str], k: int, new: str) -> ast.Constant:
    parts = [*parts[:k], new, *parts[k + 1 :]]
    return ast.Constant(f"{','.join(parts[:-1])}->{parts[-1]}")
