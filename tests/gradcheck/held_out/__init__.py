"""Programs written after the namer was finished, without sight of it: plain NumPy, as people write it."""

from . import dicts, layers, lists, nasty, unrolled

MODULES = (unrolled, dicts, lists, layers)
BEHAVIOUR = {"accumulates", "mutates", "nondeterministic"}  # bugs that one gradient need not show


def buggy():
    return [make(**kwargs, planted=codes) for module in MODULES for make, kwargs, codes in module.BUGGY]


def right():
    programs = [make(**kwargs) for module in MODULES for make, kwargs in module.RIGHT]
    return programs + [make() for make in nasty.RIGHT]


def corners():
    return [make() for make in nasty.CORNERS]
