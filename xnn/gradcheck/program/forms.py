"""The forms in which people write a loss and its gradients, brought to ``loss(params, *data)`` and ``gradients``.

A network may be an object whose methods compute with its own attributes, and leave the gradients in them. One function
may return the loss and the gradients. A bias may be the plain number 0, beside numbers that are no weights.
"""

from collections.abc import Callable, Sequence
from types import MethodType
from typing import Any

import numpy

from ...backends import to_host
from .tree import copied, holds_objects, is_whole, replace, walk

PREFIXES = ("d", "d_", "grad_", "g_", "grad", "g", "nabla_", "delta_", "D", "dJd", "dL_d", "dLd")
ORDINARY = 0.1  # the size of numbers that neither kill nor saturate what they are weights of
NUDGE = 1e-3  # share of a tensor's size by which it is moved, to see whether the loss moves


def unbound(function: Callable[..., Any], params: Any) -> Callable[..., Any]:
    """Return a method of `params` as a function of it, so that it can be called on a copy; any other as it is."""
    return function.__func__ if isinstance(function, MethodType) and function.__self__ is params else function


def parameters(
    loss: Callable[..., Any], gradients: Callable[..., Any], tree: Any, data: Callable[[], tuple[Any, ...]]
) -> list[str] | None:
    """Return the names of those numbers that are parameters, where not all floats are and nothing else.

    Of an object's numbers, and of whole numbers, those are parameters that have a gradient; by its name where gradients
    have names, else by the order of those that the loss depends on.
    """
    every = list(walk(tree, whole=True))
    if not any(is_whole(x) for _, x in every) and len(every) == len(list(walk(tree))):
        return None
    try:
        own = fresh(tree)
        returned = gradients(own, *data())
    except Exception:  # it will be told when the gradients are looked at
        return None
    names = [name for name, _ in every]
    parts = stored(own, ()) if returned is None else dict(walk(gradients_of(returned), whole=True))
    found = partners(names, parts, plain=returned is not None)
    if found is not None:
        # A whole number that has a whole number for a gradient is a size in both structures.
        there = [
            partner in parts and not (is_whole(x) and is_whole(parts[partner]))
            for (_, x), partner in zip(every, found, strict=True)
        ]
        every = [item for item, its in zip(every, there, strict=True) if its]
        if not holds_objects(tree):
            return [name for name, _ in every] or None
    # What an object keeps aside does not move the loss; nor do, where they start, weights before others that are zero.
    partnered = () if found is None else [name for name, _ in every]
    moving = [(name, x) for name, x in every if _moves(loss, tree, name, data, partnered)]
    if found is not None:
        return [name for name, _ in moving] or None
    if len(moving) == len(parts):
        return [name for name, _ in moving]
    return _in_order(moving, [numpy.size(to_host(x)) for x in parts.values()])


def gradients_of(returned: Any) -> Any:
    """Return the gradients alone of what a function gave back, which may be ``(loss, gradients)``."""
    if isinstance(returned, tuple) and len(returned) == 2 and is_number(returned[0]) and not is_number(returned[1]):
        return returned[1]
    return returned


def stored(params: Any, own: Sequence[str]) -> dict[str, Any]:
    """Return what an object holds besides its parameters `own`: a method may leave the gradients there."""
    return {name: x for name, x in walk(params, whole=True) if name not in own}


def partners(own: Sequence[str], returned: Any, plain: bool = True) -> list[str] | None:
    """Return what the gradients of parameters are called among names that were returned: ``dW1`` for ``W1``.

    With `plain`, a gradient may have its parameter's own name. None where none is there.

    Examples
    --------
    >>> partners(["W", "b"], {"dW": 0, "db": 0, "dX": 0})
    ['dW', 'db']
    >>> partners(["layers[0].W"], {"layers[0].dW": 0})
    ['layers[0].dW']
    """
    best: list[str] | None = None
    most = 0
    for prefix in ("", *PREFIXES) if plain else PREFIXES:
        for names in ([f"{prefix}{name}" for name in own], [_last_part(name, prefix) for name in own]):
            there = sum(name in returned for name in names)
            if there > most:
                best, most = names, there
    return best


def _last_part(name: str, prefix: str) -> str:
    around, dot, last = name.rpartition(".")
    return f"{around}{dot}{prefix}{last}"


def is_number(x: Any) -> bool:
    """Whether `x` is one number, an array with one entry included."""
    return isinstance(x, (float, int)) or (hasattr(x, "shape") and tuple(x.shape) in ((), (1,), (1, 1)))


def fresh(tree: Any) -> Any:
    """Return a copy of anyone's parameters, with copies of all arrays in it."""
    return replace(tree, copied, whole=True)


def _moves(
    loss: Callable[..., Any], tree: Any, name: str, data: Callable[[], tuple[Any, ...]], others: Sequence[str]
) -> bool:
    """Whether the loss changes with one of the numbers or arrays in `tree`, where it is or among `others` at random."""
    for near in [()] if not others else [(), others]:
        try:
            with numpy.errstate(all="ignore"):
                values = [loss(_nudged(tree, each, near), *data()) for each in ("", name)]
        except Exception:
            continue
        before, after = (to_host(value[0] if isinstance(value, tuple) else value) for value in values)
        if numpy.any(before != after) and (not near or numpy.all(numpy.isfinite([before, after]))):
            return True
    return False


def _nudged(tree: Any, name: str, others: Sequence[str]) -> Any:
    """Return a copy with one part moved a little, and with numbers of ordinary size in the parts `others`."""
    names, rng = iter([each for each, _ in walk(tree, whole=True)]), numpy.random.default_rng(0)

    def new(x: Any) -> Any:
        its = next(names)
        if its != name and its not in others:
            return copied(x)
        host = to_host(x).astype("float64") if not isinstance(x, int) else numpy.asarray(float(x))
        noise = rng.standard_normal(host.shape)
        if its in others:
            host = ORDINARY * noise
        moved = host + NUDGE * (abs(host) + 0.1) * noise if its == name else host
        return moved.tolist() if isinstance(x, list) else float(moved) if isinstance(x, (float, int)) else moved

    return replace(tree, new, whole=True)


def _in_order(moving: Sequence[tuple[str, Any]], sizes: Sequence[int]) -> list[str] | None:
    """Return the first of what moves the loss that have the gradients' sizes, in their order."""
    chosen, candidates = [], iter(moving)
    for size in sizes:
        name = next((name for name, x in candidates if numpy.size(to_host(x)) == size), None)
        if name is None:
            return None
        chosen.append(name)
    return chosen
