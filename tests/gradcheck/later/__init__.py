"""A corpus held out: gradient programs in many hands, buggy ones with the bug that was planted, and right ones."""

from dataclasses import replace

from . import (
    augmented,
    beyond,
    boards,
    closures,
    coursera,
    deep,
    hard,
    infinite,
    layers,
    longhand,
    octave,
    pairs,
    records,
    sequences,
    snippets,
    stacks,
    statistics,
)

MODULES = (
    augmented,
    beyond,
    boards,
    closures,
    coursera,
    deep,
    hard,
    infinite,
    layers,
    longhand,
    octave,
    pairs,
    records,
    sequences,
    snippets,
    stacks,
    statistics,
)


def buggy():
    """Fresh programs at every call: some keep a state (buffers, random draws)."""
    return [replace(make(**kwargs), planted=codes) for module in MODULES for make, kwargs, codes in module.BUGGY]


def right():
    return [make(**kwargs) for module in MODULES for make, kwargs in module.RIGHT]
