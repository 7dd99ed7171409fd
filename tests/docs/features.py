"""What the tests of the table of features share: its rows, and how a cell is compared with what is found."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

import xnn

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "features.md"
X, Y = xnn.datasets.circle(n=120, seed=0)


class Features(dict[str, Callable[..., Any]]):
    """Functions by the row of the table that each tries, in the table's order."""

    def __call__(self, row: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def kept(function: Callable[..., Any]) -> Callable[..., Any]:
            self[row] = function
            return function

        return kept


def rows() -> dict[str, list[str]]:
    """Return the cells of each row, by its first one."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return {name: others for name, *others in cells}


def column(peer: str) -> dict[str, str]:
    """Return the cells of one column, by the first of each row."""
    heads = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    place = [head.strip() for head in heads.strip("|").split("|")].index(peer) - 1
    return {name: cells[place] for name, cells in rows().items()}


def word(found: Any) -> Any:
    """Return yes and no for booleans."""
    return {True: "yes", False: "no"}.get(found, found)


def step_ratio(weights: Iterable[list[Any]], losses: Any, rate: float) -> float:
    """Return ``rate |g|^2`` over the loss that a step ``W -= rate g`` costs: 1 where g is its gradient.

    `weights` are those before and behind the second step, and `losses` those before the first, second and third.
    """
    moved = sum(float(np.sum((np.asarray(b) - np.asarray(a)) ** 2)) for a, b in zip(*weights, strict=True))
    return moved / rate / (losses[1] - losses[2])
