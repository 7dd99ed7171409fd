"""A corpus held out: gradient programs in many hands, buggy ones with the bug that was planted, and right ones."""

from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

import numpy as np

from . import hard

MODULES = [import_module(f".{module.name}", __package__) for module in iter_modules(__path__)]


def buggy():
    """Fresh programs at every call: some keep a state (buffers, random draws)."""
    return [replace(make(**kwargs), planted=codes) for module in MODULES for make, kwargs, codes in module.BUGGY]


def right():
    return [make(**kwargs) for module in MODULES for make, kwargs in module.RIGHT]


def judged():
    """The right programs for plain differences: the step, and how far off they may be."""
    rng = np.random.default_rng(5)
    programs = right()
    for p in programs:
        if p.name.startswith("hard, kink"):
            p.params = hard.change(p.params, lambda a: a + 1e-2 * rng.normal(size=a.shape))
        elif p.name.startswith("hard, single-precision loss"):
            p.loss = hard.habits("unused parameter").loss  # the same loss, not rounded
    return [(p, 1e-5, 1e-6) for p in programs]
