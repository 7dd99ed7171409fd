"""What a factor may come from: the number of samples, and the other sizes that a program has."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ..same import NUMERIC, same


class Factor(NamedTuple):
    """A factor, and what it was seen with.

    Attributes
    ----------
    value : float
        How many times too big the gradient is.
    m : int
        The number of samples.
    sizes : dict of str to int
        What else may have been divided by, in words.
    """

    value: float
    m: int
    sizes: Mapping[str, int]


# How a factor comes about: of the number of samples, and of another size.
OF_SAMPLES: tuple[tuple[str, Callable[[int], float]], ...] = (
    ("it is not divided by the number of samples m, where the loss is", lambda m: m),
    ("it is divided by the number of samples m once too often", lambda m: 1 / m),
    ("it has a factor 2 too many (or the loss a factor 1/2)", lambda m: 2.0),
    ("a factor 2 is missing (or the loss lacks its 1/2)", lambda m: 0.5),
    ("the factor 2/m is missing", lambda m: m / 2),
    ("the factor 1/(2m) is missing", lambda m: 2 * m),
    ("it is divided by 2m once too often", lambda m: 1 / (2 * m)),
    ("it has the factor 2/m twice", lambda m: 2 / m),
    ("it is not divided by m, twice", lambda m: m**2),
    ("it is divided by m twice too often", lambda m: 1 / m**2),
    ("it is divided by m - 1 where m belongs", lambda m: m / (m - 1) if m > 1 else 0.0),
    ("a factor 4 is too many", lambda m: 4.0),
    ("a factor 4 is missing", lambda m: 0.25),
)
OF_SIZES: tuple[tuple[str, Callable[[int, int], float]], ...] = (
    ("it is divided by {size} where m belongs", lambda m, size: m / size),
    ("it is divided by {size}", lambda m, size: 1 / size),
    ("the division by {size} is missing, or it is multiplied by it", lambda m, size: size),
    ("it is divided by m and by {size}, once too often", lambda m, size: 1 / (m * size)),
    ("neither m nor {size} is divided by", lambda m, size: m * size),
)
SHOWN = 2  # readings at most: numbers that happen to be equal here say nothing


def times(factor: float) -> str:
    """Say how many times too big or too small something is."""
    return f"{factor:.6g} times too big" if abs(factor) > 1 else f"{1 / factor:.6g} times too small"


def readings(seen: Sequence[Factor]) -> str:
    """Say what a factor may be, from its values with one or more numbers of samples, the likeliest first."""
    first = seen[0]

    def fits(expected: Callable[[Factor], float]) -> bool:
        return abs(expected(first) - 1) > 1e-9 and all(same(f.value, expected(f), NUMERIC) for f in seen)

    found = [text for text, value in OF_SAMPLES if first.m and fits(lambda f, value=value: value(f.m))]
    for text, value in OF_SIZES:
        sizes = [size for size in first.sizes if fits(lambda f, v=value, size=size: v(f.m, f.sizes[size]))]
        found += [text.format(size=" or ".join(sizes))] if sizes else []
    counts = ", ".join(["samples", *(size.rpartition(" ")[2] for size in first.sizes)])
    return "; or ".join(found[:SHOWN]) or f"that is not a number of {counts}"
