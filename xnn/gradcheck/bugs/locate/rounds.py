"""In which order loops of `gradients` pass what loops of the loss passed, told by the values that both use.

A loop that runs back takes each sequence from its end, a tree's from its root to its leaves: whatever it reads of the
forward pass shows which round belongs to which.
"""

from collections import Counter
from collections.abc import Sequence

from ...program.tree import Host
from ...recording.runs import Record
from ...same import mark

Order = tuple[int, ...]  # by round of `gradients`, that of the loss
Mark = tuple[float, float]  # by which an array is known again
MOST = 300  # rounds of a loop whose order is looked for


def rounds(record: Record, forward: Record) -> list[Order]:
    """Return the orders that are met, the most frequent first."""
    by_size: dict[tuple[int, ...], list[dict[Mark, int]]] = {}
    for others in forward.values.values():
        if 1 < len(others) <= MOST:
            numbers = {mark(other): k for k, other in enumerate(others)}
            if len(numbers) == len(others):  # else one may be several
                by_size.setdefault(_sizes(others), []).append(numbers)
    found: Counter[Order] = Counter()
    for values in record.values.values():
        known = by_size.get(_sizes(values))
        marks = [mark(value) for value in values] if known else []
        for numbers in known or ():
            if len(order := tuple(numbers[each] for each in marks if each in numbers)) == len(set(order)) == len(marks):
                found[order] += 1
    return [order for order, _ in found.most_common()]


def _sizes(values: Sequence[Host]) -> tuple[int, ...]:
    """Return the sizes of what is passed, sorted: of layers in one loop, the last comes first on the way back."""
    return tuple(sorted(value.size for value in values))
