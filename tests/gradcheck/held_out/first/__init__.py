"""Programs written after the namer was finished, without sight of it: plain NumPy, as people write it."""

from . import dicts, layers, lists, nasty, unrolled

MODULES = (unrolled, dicts, lists, layers)


def buggy():
    return [make(**kwargs, planted=codes) for module in MODULES for make, kwargs, codes in module.BUGGY]


def right():
    programs = [make(**kwargs) for module in MODULES for make, kwargs in module.RIGHT]
    return programs + [make() for make in nasty.RIGHT]


def corners():
    """Right programs at a corner, where plain differences say nothing."""
    return [make() for make in nasty.CORNERS]


def judged():
    """The right programs for plain differences: the step, and how far off they may be."""
    single = "nasty: single precision"
    return [(p, 3e-2, 1e-2) if p.name == single else (p, 1e-5, 1e-6) for p in right()]
