"""What a case expects, and what it is made of."""

import random
from collections.abc import Callable
from typing import Any

import numpy

from tests.fuzz.values import table
from xnn.errors import XnnError


class Wrong(Exception):
    """A case that ended otherwise than it should."""


def refused(work: Callable[[], Any], what: str) -> None:
    """Expect one sentence."""
    try:
        work()
    except XnnError as error:
        sentence(error)
        return
    raise Wrong(f"not refused: {what}")


def sentence(error: XnnError) -> None:
    text = str(error)
    if "\n" in text or len(text) < 15 or "Traceback" in text:
        raise Wrong(f"no sentence: {text!r}")


def samples(rng: random.Random) -> tuple[numpy.ndarray, numpy.ndarray, str]:
    """Return a table, a target and what it is."""
    n, features = rng.randrange(8, 40), rng.randrange(1, 5)
    X = table(rng, n, features)
    kind = rng.choice(["sigmoid", "softmax", "squares", "squares of two"])
    if kind.startswith("squares"):
        y = X @ numpy.random.default_rng(rng.randrange(99)).normal(size=(features, 2)) + 3.0
        return X, y if kind == "squares of two" else y[:, 0], "squares"
    classes = 2 if kind == "sigmoid" else 3
    y = numpy.arange(n) % classes
    names = [numpy.array(["b", "a", "cc"]), numpy.array([5, -2, 9]), numpy.array([7, 8, 200], "uint8")]
    return X, (y == 1 if kind == "sigmoid" and rng.random() < 0.3 else rng.choice(names)[y]), kind
