"""The user's two functions, called safely: on copies, in double precision, in their own library."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from copy import copy
from functools import cached_property
from typing import Any

import numpy

from ...backends import place_like, to_host
from .cost import lines_of
from .forms import is_number, parameters, stored, unbound
from .perturb import can_move_together, perturbed
from .samples import count_samples
from .tree import Host, Structure, is_array, is_leaf, like, replace, walk

CALLS = 2500  # of a loss, however little it seems to cost
AFFORDED = 400_000  # lines of Python, or what costs as much
NOTHING = 1e-3  # root mean square below which a tensor counts as zero
NUMBERS = 10_000  # that are computed, by a library, while Python runs a line


class Raised(Exception):
    """One of the user's functions raised, or returned no number."""

    def __init__(self, who: str, error: Exception | str) -> None:
        super().__init__(str(error))
        self.who = who
        self.error = error


class Program:
    """A loss and its gradients, over a flat float64 vector of parameters.

    Parameters
    ----------
    loss, gradients : callable
        ``loss(params, *data)`` returns one number, ``gradients(params, *data)`` the structure of `params`.
    params : Any
        See :class:`~xnn.gradcheck.program.tree.Structure`.
    data : tuple
        Handed on to both; floating arrays among it in double precision.
    before : callable, optional
        Called before each call of either function.
    """

    def __init__(
        self,
        loss: Callable[..., Any],
        gradients: Callable[..., Any] | None,
        params: Any,
        data: tuple[Any, ...] = (),
        names: Sequence[str] | None = None,
        before: Callable[[], object] | None = None,
    ) -> None:
        self.loss = unbound(loss, params)
        self.gradients = None if gradients is None else unbound(gradients, params)
        self.data = tuple(upcast(item) for item in data)
        self.before = before
        chosen = None if self.gradients is None else parameters(self.loss, self.gradients, params, self.fresh_data)
        self.structure = Structure(params, names, chosen)
        self.leaves = self.structure.leaves
        self.theta = self.structure.vector()
        self.careful = True  # until the functions were seen to leave the data alone: each call gets a copy of them
        self.calls = [0]  # of the loss, shared by the same program on other data

    @property
    def evaluations(self) -> int:
        """How often the loss was called."""
        return self.calls[0]

    def on(self, data: tuple[Any, ...]) -> "Program":
        """Return the same program on other data."""
        other = copy(self)
        other.data = data
        other.__dict__.pop("cost", None)
        return other

    @cached_property
    def spread(self) -> Host:
        """How far to move each parameter: its tensor's root mean square, at least 0.05.

        A tensor that is all but zero is moved by 0.5: near 0 a wrong derivative, ``1 - z**2`` for tanh, looks right.
        """
        size = numpy.empty_like(self.theta)
        for leaf in self.leaves:
            part = self.theta[leaf.slice]
            rms = float(numpy.sqrt(numpy.mean(part * part)))
            size[leaf.slice] = max(rms, 0.05) if rms > NOTHING else 0.5
        return size

    def affords(self, calls: int, share: float = 1.0) -> bool:
        """Whether so many calls of the loss, for one purpose, are about a second's work at most, or a share of it."""
        return calls <= share * CALLS and calls * self.cost <= share * AFFORDED

    @cached_property
    def cost(self) -> float:
        """What one call of the loss costs: the lines of Python that it runs, and what its numbers are worth in lines.

        The numbers are those of a dense network, samples times parameters.
        """
        with self.structure.place.scope():
            params, data = self.structure.at(self.theta), self.lent_data()
            lines = lines_of(lambda: self.number(params, data))
        return lines + (count_samples(self.data) or 1) * self.structure.size / NUMBERS

    def fresh_data(self, data: tuple[Any, ...] | None = None) -> tuple[Any, ...]:
        """Return copies of the data."""
        return tuple(upcast(item) for item in (self.data if data is None else data))

    def lent_data(self, data: tuple[Any, ...] | None = None) -> tuple[Any, ...]:
        """Return the data as the two functions may have them: copies, unless they leave them alone."""
        return self.fresh_data(data) if self.careful else self.data if data is None else data

    def loss_at(self, theta: Host, data: tuple[Any, ...] | None = None) -> float:
        """Return the loss at `theta`, on a fresh copy of it."""
        with self.structure.place.scope():
            return self.number(self.structure.at(theta), self.lent_data(data))

    def gradients_at(self, theta: Host, data: tuple[Any, ...] | None = None) -> Any:
        """Return what `gradients` returns at `theta`, on a fresh copy of it."""
        assert self.gradients is not None
        return self.call_gradients(lambda: (self.structure.at(theta), self.lent_data(data)))

    def call_gradients(self, arguments: Callable[[], tuple[Any, tuple[Any, ...]]]) -> Any:
        """Call `gradients` on ``params, data = arguments()``."""
        assert self.gradients is not None
        # Some write by hand, some let their library differentiate, which its scope may switch off: then without.
        for scope in (self.structure.place.scope(), nullcontext()):
            with scope:
                try:
                    params, data = arguments()
                    if self.before is not None:
                        self.before()
                    returned = self.gradients(params, *data)
                    return stored(params, self.structure.paths) if returned is None else returned
                except Exception as error:
                    raised = Raised("gradients", error)
        raise raised from raised.error  # type: ignore[misc]

    def along(self, theta: Host, data: tuple[Any, ...] | None = None) -> "PerturbedLoss":
        """Return the loss as a function of a vector that the caller moves in place."""
        return PerturbedLoss(self, theta, data)

    def number(self, params: Any, data: tuple[Any, ...]) -> float:
        """Call the user's loss, and return what it gives as a float."""
        self.calls[0] += 1
        try:
            if self.before is not None:
                self.before()
            value = self.loss(params, *data)
        except Exception as error:
            raise Raised("loss", error) from error
        return as_number(value)


class PerturbedLoss:
    """The loss at ``buffer``, which the caller changes between calls: nothing is copied that need not be."""

    def __init__(self, program: Program, theta: Host, data: tuple[Any, ...] | None) -> None:
        self.program = program
        self.buffer = theta.copy()
        self.data = program.fresh_data(data)
        leaves, place = program.leaves, program.structure.place
        with place.scope():
            self.parts = [leaf.like_the_users(leaf.cut(self.buffer), place) for leaf in leaves]
        # NumPy arrays are views of the buffer: one tree serves every call.
        self.shared = all(isinstance(part, numpy.ndarray) and part.base is not None for part in self.parts)
        self.shared = self.shared and all(numpy.shares_memory(part, self.buffer) for part in self.parts)
        self.tree = program.structure.rebuild(self.parts)
        self.stale = set(range(len(leaves)))  # leaves that may have moved since they were converted

    def __call__(self, changed: int | None = None) -> float:
        """Return the loss; `changed` is the index of the only leaf that moved since the last call, if known."""
        program = self.program
        with program.structure.place.scope():
            if program.careful:
                return program.number(program.structure.at(self.buffer), program.fresh_data(self.data))
            if not self.shared:
                place = program.structure.place
                every = set(range(len(self.parts)))
                for i in every if changed is None else self.stale | {changed}:
                    leaf = program.leaves[i]
                    self.parts[i] = leaf.like_the_users(leaf.cut(self.buffer).copy(), place)
                self.stale = every if changed is None else {changed}
                self.tree = program.structure.rebuild(self.parts)
            return program.number(self.tree, self.data)

    def stepped(self, indices: Host, steps: Host, leaf: int | None, order: Iterable[int]) -> Host:
        """Return the losses, shape (k, s), where one entry at a time is moved by each of its steps.

        `leaf` holds all `indices`; `order` counts up to k, and may show how far it has come.
        """
        program = self.program
        if leaf is not None and not program.careful and can_move_together(program.loss):
            start = program.leaves[leaf].start
            with program.structure.place.scope():
                tree = program.structure.at(self.buffer)
                program.calls[0] += steps.size
                return perturbed(program.loss, tree, leaf, indices - start, steps, *self.data)  # type: ignore[arg-type]
        values = numpy.empty(steps.shape)
        for k in order:
            kept = self.buffer[indices[k]]
            for j, step in enumerate(steps[k]):
                self.buffer[indices[k]] = kept + step
                values[k, j] = self(leaf)
            self.buffer[indices[k]] = kept
        return values


def as_number(value: Any) -> float:
    """Return a loss as a float: it may be an array with one entry, or the first of several things returned."""
    if isinstance(value, tuple) and value and is_number(value[0]):
        value = value[0]
    if isinstance(value, (float, int)):
        return float(value)
    try:
        host = to_host(value)
    except Exception as error:
        raise Raised("loss", f"returned {type(value).__name__}, not a number") from error
    if host.size != 1 or host.dtype.kind not in "fiub":
        what = f"an array of shape {host.shape}" if host.size != 1 else type(value).__name__
        raise Raised("loss", f"returned {what}, not one number")
    return float(host.reshape(()))


def upcast(item: Any) -> Any:
    """Copy the arrays in one item of data; floating ones to double precision."""
    return replace(item, _upcast_array)


def _upcast_array(x: Any) -> Any:
    if not is_array(x):
        return list(x) if isinstance(x, list) else x
    host = to_host(x)
    place = place_like(x, dtype="float64")
    if host.dtype.kind == "O" and is_leaf(x):
        host = host.astype("float64")
    with place.scope():
        return like(x, place.floats(host.copy()) if host.dtype.kind == "f" else place.asarray(host.copy()))


def host_data(data: tuple[Any, ...]) -> list[Host]:
    """Return every array in the data, as host memory."""
    return [to_host(x) for _, x in walk(data)]
