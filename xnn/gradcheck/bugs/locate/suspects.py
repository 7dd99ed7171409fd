"""Which values of `gradients` may be at fault: those that lead to wrong gradients, and if possible to no right one."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import numpy

from ....source import Site
from ...program.tree import Host
from ...recording.runs import Nudge
from ...same import identical
from .around import function_around
from .point import NUDGE, Point


@dataclass
class Suspect:
    """A value that leads to wrong gradients alone.

    Attributes
    ----------
    site : Site
        Where it arises.
    values : list of array
        One an occurrence.
    leads : frozenset of int
        The tensors whose gradients change with it.
    times : list of int
        When it was passed.
    """

    site: Site
    values: list[Host]
    leads: frozenset[int]
    times: list[int]

    @property
    def first(self) -> int:
        """When it is passed for the first time."""
        return self.times[0]

    @property
    def is_handed_on(self) -> bool:
        """Whether it is an argument of a call, and neither assigned nor returned."""
        return not self.site.root and not is_element(self.site)

    @property
    def number(self) -> int:
        """Of its site."""
        return self.site.number

    def last_before(self, when: int) -> int:
        """Return when it is passed for the last time up to a time, 0 where it is not."""
        return max((t for t in self.times if t <= when), default=0)


def find_suspects(point: Point, wrong: frozenset[int]) -> Iterator[list[Suspect]]:
    """Yield the suspects in the order in which they are passed, then more of them, each time.

    Those that lead to wrong gradients alone; then all, as a function that computes right gradients too may be at fault.
    Values of the forward pass are none, but at last those that the loss does not use: ``error = out - y``.
    """
    handed = _handed(point)
    known = point.known
    times = point.record.times
    found: list[Suspect] = []
    alike: set[int] = set()
    for number, values in sorted(point.record.values.items(), key=lambda item: times[item[0]][0]):
        site = point.runs.sites[number]
        if not (site.root or is_element(site) or id(site.node) in handed):
            continue
        if any(v.dtype.kind != "f" for v in values) and not _is_whole_numbers(site, values):
            continue
        if known.has(values):
            if _is_load(site.node) or (number in point.forward.record.values and not _is_idle(point, site)):
                continue
            alike.add(number)
        leads = point.truth.but_zero(_leads(point, number, values))
        if leads & wrong:
            found.append(Suspect(site, values, leads, times[number]))
    right = frozenset(i for i, part in enumerate(point.truth.parts) if not part.zero) - wrong - point.truth.ignored
    unlike = [s for s in found if s.number not in alike]
    pure = [s for s in unlike if not s.leads & right]
    wider = [*pure, *(s for s in found if s.number in alike and not s.leads & right)]
    if not point.truth.ignored:  # else what leads to the most wrong gradients is looked for
        yield pure
        if len(unlike) > len(pure):
            yield unlike
    if len(wider) > len(pure) or point.truth.ignored:
        yield wider


def _is_idle(point: Point, site: Site) -> bool:
    """Whether the loss computes a value that it does not use: a derivative that its function returns beside it."""
    returns = (n.value for n in ast.walk(function_around(point.runs, site)) if isinstance(n, ast.Return))
    if not any(isinstance(value, (ast.Tuple, ast.Dict, ast.List)) for value in returns):
        return False
    return site.number in point.forward.values and not point.forward.slope(site.number)


def _is_whole_numbers(site: Site, values: list[Host]) -> bool:
    """Whether whole numbers are computed with, as of labels: ``ds = -tags``; no indices, which have no adjoint."""
    computed = isinstance(site.node, (ast.BinOp, ast.UnaryOp))
    return computed and site.root and all(v.dtype.kind == "i" and v.ndim for v in values)


def _is_load(node: ast.AST) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))


def _handed(point: Point) -> set[int]:
    """Return what is handed to a function of the user's, by the nodes' identities: as good as assigned to a name."""
    followed = [source.node for _, source in point.runs.tracked.met.values()]
    names = {name for node in followed if (name := getattr(node, "name", None)) is not None}
    return {
        id(part)
        for function in followed for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", None)) in names
        for part in (*call.args, *(keyword.value for keyword in call.keywords))
    }  # fmt: skip


def _leads(point: Point, number: int, values: list[Host]) -> frozenset[int]:
    """Return the tensors that change with what passes a site."""
    us: list[Host | None] = []
    for v in values:
        size = float(numpy.sqrt(numpy.mean(v * v))) if v.size else 0.0
        us.append((abs(v) + (size or 1.0)) * point.rng.standard_normal(v.shape))
    moved = point.runs.gradients({number: Nudge(us, NUDGE)})
    if moved is None:
        return frozenset(range(len(point.gradients)))
    pairs = enumerate(zip(point.gradients, moved, strict=True))
    return frozenset(i for i, (before, after) in pairs if not _unmoved(before, after))


def _unmoved(before: Host | None, after: Host | None) -> bool:
    if before is None or after is None:
        return before is after
    return identical([before], [after])


def is_element(site: Site) -> bool:
    """Whether a value is one of several that a statement returns or assigns, as in ``dict(W=dW, b=db)``."""
    value = getattr(site.statement, "value", None)
    if isinstance(site.statement, ast.Expr) and isinstance(value, ast.Call) and len(value.args) == 1:
        value = value.args[0]  # as of ``grads.append({"W": dW, "b": db})``
    if isinstance(value, ast.Dict):
        return site.node in value.values
    if isinstance(value, ast.Call) and _makes_a_container(value.func):
        return site.node in (*value.args, *(keyword.value for keyword in value.keywords))
    return isinstance(value, (ast.Tuple, ast.List)) and site.node in value.elts


def _makes_a_container(function: ast.expr) -> bool:
    """Whether a call makes an object of its arguments: classes have capital letters."""
    name = getattr(function, "id", getattr(function, "attr", ""))
    return name == "dict" or name.lstrip("_")[:1].isupper()
