"""A held-out corpus: gradient programs as different people write them, with and without a planted bug."""

from dataclasses import replace

from . import columns, exercise, objects, outside, pairs, regression, softmaxrows, textbook

MODULES = (exercise, columns, pairs, softmaxrows, regression, objects, textbook, outside)


def buggy():
    """Every program with a bug, made afresh; `planted` holds the codes that are true of it."""
    out = []
    for module in MODULES:
        for make, kwargs, codes in module.BUGGY:
            program = make(**kwargs)
            name = f"two bugs: {program.name}" if "+" in kwargs["bug"] else program.name
            rest = ",".join(f"{k}={v}" for k, v in kwargs.items() if k != "bug")
            out.append(replace(program, name=f"{name} [{rest}]" if rest else name, planted=tuple(codes)))
    return out


def right():
    """Every right program, made afresh."""
    return [replace(make(**kwargs), planted=()) for module in MODULES for make, kwargs in module.RIGHT]


def judged():
    """The right programs for plain differences, which say nothing at a corner or where the gradient is exactly 0."""
    beyond = ("zero=True", "blank=True", "still=True")
    return [(p, 1e-5, 1e-6) for p in right() if not any(mark in p.name for mark in beyond)]
