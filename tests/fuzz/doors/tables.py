"""Tables in files."""

import csv
import io
import random
import re
import tempfile
from pathlib import Path

import xnn
from tests.fuzz.expect import Wrong, sentence
from xnn.errors import XnnError


def number(cell: str) -> float:
    """Return the number that a cell is, also with commas between thousands, as docs/howto/tables.md says."""
    return float(cell.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+", cell) else cell)


def is_the_table(rng: random.Random) -> None:
    """A CSV file is what Python's own reader makes of it, or is refused."""
    width, n = rng.randrange(2, 5), rng.randrange(3, 9)
    cell = rng.choice([
        lambda: str(rng.randrange(-9, 9)), lambda: f"{rng.uniform(-1, 1):.3f}", lambda: str(rng.randrange(2**60)),
    ])  # fmt: skip
    label = rng.choice([lambda: rng.choice(["a", "b"]), cell, lambda: str(rng.randrange(2**53, 2**62))])
    rows = [[*[cell() for _ in range(width - 1)], label()] for _ in range(n)]
    odd = rng.random() < 0.5
    if odd:
        rows[rng.randrange(n)][rng.randrange(width)] = rng.choice(
            ["", "NA", "nan", "inf", "1,5", "1e999", "\0", "ü", "1_000", "1,234,567", '"', "x\ny", "-", " 7 ", "None"]
        )
    text = io.StringIO()
    csv.writer(text).writerows([[f"c{i}" for i in range(width)], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_text(text.getvalue(), encoding="utf-8")
        try:
            found = xnn.datasets.load(path)
        except XnnError as error:
            sentence(error)
            if not odd:
                raise Wrong(f"a plain table is refused: {error}") from error
            return
    if isinstance(found.X, xnn.datasets.Frame):  # of the odd cell
        return
    if found.X.tolist() != [[number(c) for c in row[:-1]] for row in rows]:
        raise Wrong("other features than in the file")
    for value, row in zip(found.y.tolist(), rows, strict=True):
        if str(value) != row[-1].strip() and float(value) != number(row[-1]):
            raise Wrong(f"target {value!r} of {row[-1]!r}")
    if len(set(found.y.tolist())) != len({row[-1].strip() for row in rows}) and not odd:
        raise Wrong("targets of the file are merged")
