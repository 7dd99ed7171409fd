"""Held-out programs: plain-NumPy networks in several people's styles, faulty and right."""

from . import column_dicts, layer_objects, ones_column, regressors, sample_loops, softmax_lists, unrolled_course

MODULES = (softmax_lists, column_dicts, unrolled_course, layer_objects, sample_loops, regressors, ones_column)


def buggy():
    """Fresh programs that do not learn, each with the codes of its real cause in `planted`."""
    programs = []
    for module in MODULES:
        for make, kwargs, codes in module.BUGGY:
            program = make(**kwargs)
            program.planted = tuple(codes)
            programs.append(program)
    return programs


def right():
    """Fresh programs that are right and learn."""
    return [make(**kwargs) for module in MODULES for make, kwargs in module.RIGHT]
