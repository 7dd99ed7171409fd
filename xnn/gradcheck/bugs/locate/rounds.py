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
MOST = 300  # rounds of a loop whose order is looked for


def rounds(record: Record, forward: Record) -> list[Order]:
    """Return the orders that are met, the most frequent first."""
    by_size: dict[tuple[int, int], list[Sequence[Host]]] = {}
    for others in forward.values.values():
        if 1 < len(others) <= MOST:
            by_size.setdefault((len(others), others[0].size), []).append(others)
    found: Counter[Order] = Counter()
    for values in record.values.values():
        for others in by_size.get((len(values), values[0].size), ()):
            order = _order(values, others)
            found.update([order] if order is not None else [])
    return [order for order, _ in found.most_common()]


def _order(values: Sequence[Host], others: Sequence[Host]) -> Order | None:
    """Return which of the others each value is, None where one is none of them or may be several."""
    numbers = {mark(other): k for k, other in enumerate(others)}
    if len(numbers) < len(others):
        return None
    order = tuple(numbers.get(mark(value), -1) for value in values)
    return order if sorted(order) == list(range(len(others))) else None
