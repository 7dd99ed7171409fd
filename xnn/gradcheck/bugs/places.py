"""Places in words, for the templates of the catalogue."""

from collections.abc import Sequence

import numpy

from ..program.tree import Host


def entries(mask: Host) -> str:
    """Say which entries are meant: rows, columns or single entries."""
    if mask.ndim == 1:
        index = [int(i) for i in numpy.nonzero(mask)[0]]
        return _numbered("entry", index, len(mask))
    rows = [int(i) for i in numpy.nonzero(numpy.all(mask, axis=1))[0]]
    columns = [int(i) for i in numpy.nonzero(numpy.all(mask, axis=0))[0]]
    covered = numpy.zeros_like(mask)
    covered[rows] = True
    covered[:, columns] = True
    parts = [_numbered("row", rows, len(mask))] if rows else []
    parts += [_numbered("column", columns, mask.shape[1])] if columns else []
    left = numpy.argwhere(mask & ~covered)
    if len(left):
        shown = ", ".join(str([int(i) for i in entry]) for entry in left[:4])
        parts.append(
            f"{len(left)} entries ({shown}{', ...' if len(left) > 4 else ''})" if len(left) > 1 else f"entry {shown}"
        )
    return " and ".join(parts)


def _numbered(what: str, index: Sequence[int], count: int) -> str:
    if len(index) == 1:
        place = {0: "the first ", count - 1: "the last "}.get(index[0], "")
        return f"{place}{what} ({index[0]})" if place else f"{what} {index[0]}"
    plural = "entries" if what == "entry" else f"{what}s"
    return f"{plural} {', '.join(map(str, index[:5]))}{', ...' if len(index) > 5 else ''}"
