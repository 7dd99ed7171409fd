"""What functions keep from one call to the next, beside their arguments: found, and put back before each call.

It may lie in global names, in closures, in default arguments, in attributes of functions, classes, modules and objects:
whatever the code of the two functions, and of those that they call, can reach by name. Generators of random numbers are
not put back: what they draw is to be different each time.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Protocol

import numpy

from ...backends import to_host, unwrap
from ...source import is_users_file
from ..same import CALLS, same
from .calls import Program
from .tree import Host, copied, is_array, is_object, walk

MOST = 100_000  # numbers in one array that is looked at: data, more likely than not
ITEMS = 10_000  # of a list or a dict
OTHERS = {*sys.stdlib_module_names, "xnn", "numpy", "torch", "jax", "jaxlib", "cupy"}  # whose classes keep nothing
NEAR = 0.1  # share of their size by which parameters are moved, to see whether what is kept depends on them


class State(Protocol):
    """One thing that may be changed by a call, as it was."""

    def changed(self) -> bool:
        """Whether it is no longer as it was."""
        ...

    def now(self) -> list[Host]:
        """Return the numbers that are in it, not in what it holds."""
        ...

    def put_back(self) -> None:
        """Make it what it was."""
        ...


class Numbers:
    """The numbers in an array."""

    def __init__(self, array: Any) -> None:
        self.array, self.was = array, copied(array)

    def changed(self) -> bool:
        """Whether any is another."""
        return not _equal(to_host(self.array), to_host(self.was))

    def now(self) -> list[Host]:
        """Return a copy of them."""
        return [numpy.array(to_host(self.array))]

    def put_back(self) -> None:
        """Write them over the array."""
        self.array[...] = self.was


class Names:
    """What some names, keys, attributes or places in a list stand for: which objects, not what these hold."""

    def __init__(self, read: Callable[[], dict[Any, Any]], write: Callable[[dict[Any, Any]], object]) -> None:
        self.read, self.write = read, write
        self.was = read()

    def changed(self) -> bool:
        """Whether anything has come, gone or been replaced."""
        now = self.read()
        return now.keys() != self.was.keys() or any(now[key] is not value for key, value in self.was.items())

    def now(self) -> list[Host]:
        """Return the numbers and the arrays that have come or been replaced."""
        new = [x for key, x in self.read().items() if key not in self.was or self.was[key] is not x]
        return [numpy.array(to_host(x)) for x in new if isinstance(x, (int, float)) or is_array(x)]

    def put_back(self) -> None:
        """Let them stand for what they did."""
        self.write(self.was)


class Memory:
    """What two functions keep: called before each call, it makes that call the first.

    Attributes
    ----------
    before : callable or None
        What the user wants to be called before each call.
    """

    def __init__(self, kept: list[State], before: Callable[[], object] | None) -> None:
        self.kept, self.before = kept, before

    def __call__(self) -> None:
        """Put everything back."""
        for each in self.kept:
            if each.changed():
                each.put_back()
        if self.before is not None:
            self.before()


def remembered(program: Program, kept: Sequence[State]) -> Memory | None:
    """Return what calls of a program change, of all that they reach, and the next ones read; None where it is random.

    What a call leaves behind is remembered of what was computed only if it depends on the parameters. What does not, a
    counter, a seed, the place in a pile of batches, numbers draws: where that alone, put back, makes all calls alike,
    nothing is returned.
    """
    before = program.before
    rng = numpy.random.default_rng(0)
    elsewhere = program.theta + NEAR * program.spread * rng.standard_normal(program.theta.size)
    try:
        _values(program, program.theta)
        changed = [each for each in kept if each.changed()]
        left: list[list[list[Host]]] = []
        for theta in (program.theta, elsewhere):
            Memory(changed, before)()
            _values(program, theta)
            left.append([each.now() for each in changed])
        drawn = [each for each, a, b in zip(changed, *left, strict=True) if _all_equal(a, b)]
        if len(drawn) == len(changed) or _is_steady(program, drawn):
            return None
        return Memory(changed, before) if _is_steady(program, changed) else None
    except Exception:  # it will be told when they are looked at
        return None
    finally:
        program.before = before
        Memory(list(kept), None)()


def _is_steady(program: Program, kept: list[State]) -> bool:
    """Whether all calls are alike once some things are put back before each."""
    before = program.before
    program.before = Memory(kept, before)
    try:
        first, *others = (_values(program, program.theta) for _ in range(3))
    finally:
        program.before = before
    return all(same(a, b, CALLS) for other in others for a, b in zip(first, other, strict=True))


def _values(program: Program, theta: Host) -> list[Host | None]:
    """Return the loss and the gradients, each of a call of its own."""
    loss = numpy.asarray(program.loss_at(theta))
    if program.gradients is None:
        return [loss]
    # By name or in order: what they are compared with is what they were.
    return [loss, *(numpy.array(to_host(x)) for _, x in walk(program.gradients_at(theta), whole=True))]


def _all_equal(a: list[Host], b: list[Host]) -> bool:
    return len(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b, strict=True))


def _equal(a: Host, b: Host) -> bool:
    return numpy.array_equal(a, b, equal_nan=a.dtype.kind == "f" and b.dtype.kind == "f")


def reached(functions: list[Any]) -> Iterator[State]:
    """Yield all that functions of the user's can change."""
    todo, met = list(functions), dict[int, Any]()
    while todo:
        x = todo.pop()
        if id(x) in met or x is None or isinstance(x, (str, bytes, int, float, complex)):
            continue
        met[id(x)] = x  # what an identity stands for must live on
        if isinstance(x, (list, deque)):
            if len(x) <= ITEMS:
                yield Names(lambda x=x: dict(enumerate(x)), lambda was, x=x: _refill(x, was))
                todo += x
        elif isinstance(x, dict):
            if len(x) <= ITEMS:
                yield Names(lambda x=x: dict(x), lambda was, x=x: _refill(x, was))
                todo += x.values()
        elif isinstance(x, (tuple, set, frozenset)):
            todo += x if len(x) <= ITEMS else ()
        elif is_array(x):
            if isinstance(x, numpy.ndarray) and x.dtype.kind == "O":
                todo += x.reshape(-1).tolist()
            elif x.size <= MOST if isinstance(x, numpy.ndarray) else numpy.prod(tuple(x.shape)) <= MOST:
                yield Numbers(x)
        elif isinstance(x, MethodType):
            todo += [x.__func__, x.__self__]
        elif isinstance(x, CellType):
            yield Names(lambda x=x: _content(x), lambda was, x=x: _fill(x, was))
            todo += _content(x).values()
        elif isinstance(plain := unwrap(x), FunctionType) and is_users_file(plain.__code__.co_filename):
            names = _names(plain.__code__)
            yield from _attributes(plain.__globals__, names)
            todo += [plain.__globals__[name] for name in names if name in plain.__globals__]
            modules = [m for name in names if isinstance(m := plain.__globals__.get(name), ModuleType)]
            modules += [m for cell in plain.__closure__ or () if isinstance(m := _content(cell).get(0), ModuleType)]
            for module in modules:
                if is_users_file(getattr(module, "__file__", None) or "site-packages"):
                    yield from _attributes(vars(module), names)
                    todo += [vars(module)[name] for name in names if name in vars(module)]
            todo += [*(plain.__closure__ or ()), plain.__defaults__, plain.__kwdefaults__, vars(plain)]
        elif isinstance(x, type):
            if x.__module__.partition(".")[0] not in OTHERS:
                own = [name for name in vars(x) if not name.startswith("__")]
                yield Names(
                    lambda x=x, own=own: {name: vars(x)[name] for name in own if name in vars(x)},
                    lambda was, x=x: [setattr(x, name, value) for name, value in was.items()],  # type: ignore[arg-type]
                )
                todo += [vars(x)[name] for name in own]
                todo += x.__mro__[1:-1]
        elif isinstance(x, (staticmethod, classmethod)):
            todo.append(x.__func__)
        elif isinstance(x, property):
            todo.append(x.fget)
        elif type(x).__module__.partition(".")[0] == "xnn":
            around = getattr(x, "around", ())  # one of the checker's own around the user's
            todo += around if isinstance(around, tuple) else [around]
        elif is_object(x) or (is_dataclass(x) and hasattr(x, "__dict__")):
            todo += [vars(x), type(x)]


def _attributes(space: dict[str, Any], names: list[str]) -> Iterator[State]:
    yield Names(lambda: {name: space[name] for name in names if name in space}, space.update)


def _names(code: CodeType) -> list[str]:
    """Return the global names and the attributes that code mentions, that of functions within it too."""
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return list(dict.fromkeys([*code.co_names, *(name for part in inner for name in _names(part))]))


def _refill(x: Any, was: dict[Any, Any]) -> None:
    x.clear()
    if isinstance(x, dict):
        x.update(was)
    else:
        x.extend(was.values())


def _content(cell: CellType) -> dict[int, Any]:
    try:
        return {0: cell.cell_contents}
    except ValueError:  # it is empty
        return {}


def _fill(cell: CellType, was: dict[int, Any]) -> None:
    if was:
        cell.cell_contents = was[0]
