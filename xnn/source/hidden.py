"""Functions of the user's that no call shows: properties, and methods that stand behind operators."""

import functools
import operator
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

NAMES = ("add", "sub", "mul", "truediv", "matmul", "pow")
BEHIND = frozenset(f"__{side}{name}__" for name in NAMES for side in ("", "r"))
PROPERTIES = (property, functools.cached_property)


def hidden(names: dict[str, Any], is_users: Callable[[str], bool]) -> frozenset[str]:
    """Return the names of the properties, and of the operators, of the user's classes that global names lead to."""
    found: set[str] = set()
    for cls in _classes(names, is_users):
        for name, member in vars(cls).items():
            if isinstance(member, PROPERTIES):
                found.add(name)
            elif name in BEHIND:
                found.add(name.strip("_"))
    return frozenset(found)


def _classes(names: dict[str, Any], is_users: Callable[[str], bool]) -> Iterator[type]:
    """Yield the user's classes that can be reached by global names, through functions, classes and modules."""
    todo, met = [names], set[int]()
    while todo:
        here = todo.pop()
        if id(here) in met:
            continue
        met.add(id(here))
        for value in list(here.values()):
            if isinstance(value, ModuleType):
                if (file := getattr(value, "__file__", None)) and is_users(file):
                    todo.append(vars(value))
                continue
            methods = [value] if isinstance(value, FunctionType) else []
            if isinstance(value, type):
                methods = [method for method in vars(value).values() if isinstance(method, FunctionType)]
                if any(is_users(method.__code__.co_filename) for method in methods) or value.__module__ == here.get(
                    "__name__"
                ):
                    yield value
            homes = (method.__globals__ for method in methods[:1] if is_users(method.__code__.co_filename))
            todo += [home for home in homes if home is not here]


def read(follow: Callable[[Any], Any], base: Any, name: str) -> Any:
    """Return an attribute, a property's function followed."""
    member = next((vars(cls)[name] for cls in type(base).__mro__ if name in vars(cls)), None)
    if isinstance(member, property) and member.fget is not None:
        return follow(member.fget)(base)
    if isinstance(member, functools.cached_property) and name not in vars(base):
        vars(base)[name] = follow(member.func)(base)
    return getattr(base, name)


def operate(follow: Callable[[Any], Any], name: str, a: Any, b: Any) -> Any:
    """Return what an operator makes of two operands, the methods behind it followed."""
    ways = [(a, b, f"__{name}__"), (b, a, f"__r{name}__")]
    if type(b) is not type(a) and issubclass(type(b), type(a)):
        ways.reverse()
    for one, other, method in ways:
        behind = getattr(type(one), method, None)
        if isinstance(behind, FunctionType) and (made := follow(behind)(one, other)) is not NotImplemented:
            return made
    return getattr(operator, name)(a, b)
