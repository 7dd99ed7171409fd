"""The user's program as the doctor handles it: called safely on copies, on parts of its data, at other parameters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy

from ..backends import place_like, to_host
from ..gradcheck.parts import (
    Checked,
    Host,
    Network,
    Observed,
    Program,
    Raised,
    Structure,
    Trace,
    count_samples,
    dense_network,
    forward,
    gradient_at,
    host_data,
    lines_of,
    sample_arrays,
    take_samples,
    upcast,
    walk,
)
from ..quiet import quiet
from .limits import LINE, PRODUCT, WEIGHTS_LARGE
from .targets import Targets, as_rows, read_targets

FEW = 24  # samples that are enough to recover a network from
MANY = 200  # so many are used where a few alone have no loss
PROBED = 4  # samples on which the cost of a call is counted, and twice as many


@dataclass(frozen=True)
class Functions:
    """What the user gave. All but the first two may be missing."""

    loss: Callable[..., Any]
    gradients: Callable[..., Any]
    predict: Callable[..., Any] | None = None
    accuracy: Callable[..., Any] | None = None
    step: Callable[..., Any] | None = None
    learning_rate: float | None = None


class Subject:
    """A program under examination, over a flat float64 vector of its parameters.

    Attributes
    ----------
    program : Program
    theta : array, shape (N,)
        The user's parameters.
    data : tuple
        ``X, y``, others between them or none beside X, floating arrays in double precision.
    samples : int or None
        How many there are; None where X and y do not say.
    checked : Checked or None
        What came of the check of the gradients, once there was one.
    """

    def __init__(
        self, functions: Functions, params: Any, data: tuple[Any, ...], before: Callable[[], object] | None = None
    ) -> None:
        self.functions, self.given = functions, data
        self.program = Program(functions.loss, functions.gradients, params, data, before=before)
        self.theta = self.program.theta
        self.data = self.program.data
        self.checked: Checked | None = None
        self._start: dict[str, Any] = {}  # loss and gradient at `theta` on all of the data
        self.samples = self._count()

    @property
    def gradient_ok(self) -> bool:
        """Whether the gradient was checked, and is right."""
        return self.checked is not None and self.checked.report.ok and bool(self.checked.report.tensors)

    @property
    def seen(self) -> Observed:
        """How the functions behave."""
        return Observed() if self.checked is None else self.checked.seen

    # --- the data

    def _count(self) -> int | None:
        """Return the number of samples, None where X and y do not say it.

        Where both axes of X and y are of one length each, that of the inputs is one that the parameters have too. Of X
        alone, the samples lie along the axis of which the loss takes a part.
        """
        arrays = list(self.host)
        samples = count_samples(self.data)
        if not self.has_targets and samples is not None:
            lengths = [samples, *arrays[0].shape]
            return next((n for n in lengths if n > 1 and self._takes_part(n)), None)
        if samples is not None and arrays[1].shape == (1,) and arrays[0].shape == (samples,):
            return None  # one sample, whose entries are no samples
        if {x.ndim for x in arrays} == {2} and arrays[0].shape == arrays[1].shape:
            first, last = arrays[0].shape
            weights = {n for leaf in self.program.leaves if len(leaf.shape) == 2 for n in leaf.shape}
            if first in weights and last not in weights:
                return last
        return samples

    def _takes_part(self, samples: int) -> bool:
        """Whether the loss is a number on half of so many samples too."""
        return bool(numpy.isfinite(self.loss(self.theta, take_samples(self.data, samples, range(samples // 2)))))

    @property
    def has_targets(self) -> bool:
        """Whether y stands apart from X: it need not in what learns its own inputs, or is given pairs."""
        return len(self.data) > 1

    @cached_property
    def host(self) -> tuple[Host, Host]:
        """X and y as host arrays; y is X where there is no other."""
        if self.has_targets:
            found = [numpy.asarray(to_host(item)) for item in (self.data[0], self.data[-1])]
        else:
            found = sample_arrays(self.data) or [numpy.empty(0)]
        return found[0], found[-1]

    @cached_property
    def rows(self) -> Host | None:
        """The inputs as rows, shape (samples, features); None where that cannot be told."""
        return as_rows(self.host[0], self.samples)

    @cached_property
    def targets(self) -> Targets:
        """What is to be learnt."""
        return read_targets(self.host[1], self.samples) if self.has_targets else Targets(None)

    @property
    def in_columns(self) -> bool:
        """Whether each column of X is a sample."""
        X = self.host[0]
        return X.ndim == 2 and X.shape[0] != self.samples

    def part(self, which: Sequence[int]) -> tuple[Any, ...]:
        """Return the data of the samples `which`."""
        return take_samples(self.data, self.samples, which)

    def exchanged(self, which: Sequence[int], others: Sequence[int]) -> tuple[Any, ...]:
        """Return the data of the samples `which` with the targets of `others`."""
        return (*self.part(which)[:-1], self.part(others)[-1])

    def count_in(self, data: tuple[Any, ...]) -> int:
        """Return the number of samples in a part of the data, 1 where that cannot be told."""
        return self.samples or 1 if data is self.data else count_samples(data) or 1

    def with_inputs(self, X: Host, data: tuple[Any, ...] | None = None) -> tuple[Any, ...]:
        """Return the data with other inputs, of the user's own library."""
        like = self.data[0]
        if isinstance(like, list):
            entries = X.tolist()
            if not self.has_targets and isinstance(like[0], (tuple, list)) and len(self.host[0]) == len(like):
                pairs = (data or self.data)[0]  # of a sample and its target
                return ([type(pair)((x, *pair[1:])) for x, pair in zip(entries, pairs, strict=True)],)
            return (entries, *(data or self.data)[1:])
        place = place_like(like, dtype="float64")
        with place.scope():
            return (place.floats(X), *(data or self.data)[1:])

    def choose(self, count: int) -> list[int]:
        """Choose `count` samples: both ends of the targets among them, every class before any twice, no row twice."""
        assert self.samples is not None
        order = numpy.random.default_rng(0).permutation(self.samples)
        labels = self.targets.labels
        if labels is None:
            values = self.targets.rows
            labels = numpy.zeros(self.samples) if values is None else numpy.argsort(numpy.argsort(values[:, 0])) // max(
                1, self.samples // 4
            )  # fmt: skip
        turn: dict[Any, int] = {}
        keys = []
        for i in order:
            turn[labels[i]] = turn.get(labels[i], -1) + 1
            keys.append((turn[labels[i]], labels[i] not in (labels.max(), labels.min())))
        order = order[sorted(range(len(order)), key=lambda k: keys[k])]
        if self.rows is not None:
            firsts = numpy.sort(numpy.unique(self.rows[order], axis=0, return_index=True)[1])
            order = order[firsts] if len(firsts) >= 2 else order
        return [int(i) for i in order[:count]]

    # --- the functions

    def loss(self, theta: Host, data: tuple[Any, ...] | None = None) -> float:
        """Return the loss, NaN where it raises."""

        def fresh() -> float:
            try:
                with quiet():
                    return self.program.loss_at(theta, data)
            except Raised:
                return float("nan")

        return self._once("loss", fresh) if self._is_start(theta, data) else fresh()

    def gradient(self, theta: Host, data: tuple[Any, ...] | None = None) -> Host | None:
        """Return the user's gradient as one vector; None where it raises or has not the parameters' shapes."""
        if self._is_start(theta, data) and self.checked is not None:  # how to call it is known then
            return self._once("gradient", lambda: self._gradient(theta, data))
        return self._gradient(theta, data)

    def _is_start(self, theta: Host, data: tuple[Any, ...] | None) -> bool:
        """Whether these are the user's own parameters and data, which every check looks at."""
        return theta is self.theta and (data is None or data is self.data)

    def _once(self, name: str, made: Callable[[], Any]) -> Any:
        if name not in self._start:
            self._start[name] = made()
        return self._start[name]

    def _gradient(self, theta: Host, data: tuple[Any, ...] | None) -> Host | None:
        with quiet():
            parts = gradient_at(self.program, self.seen, theta, data)
        if parts is None:
            return None
        flat = []
        for leaf, part in zip(self.program.leaves, parts, strict=True):
            if part is None or part.size != leaf.size:
                return None
            flat.append(part.reshape(-1))
        found = numpy.concatenate(flat)
        found.setflags(write=False)  # several may look at it
        return found

    def cost(self, data: tuple[Any, ...]) -> float:
        """Return what a call of loss and gradient costs on `data`: counted, so that it is the same everywhere."""
        count, (fixed, each) = self.count_in(data), self._lines
        return LINE * (fixed + each * count) + PRODUCT * count * self.theta.size

    @cached_property
    def _lines(self) -> tuple[float, float]:
        """How many lines of Python one call of loss and gradient runs, and how many more for each sample."""
        theta = self.theta.copy()  # at their own parameters nothing would be called again

        def count(data: tuple[Any, ...]) -> float:
            with quiet():  # around them, or what silences the first warnings would be counted too
                return lines_of(lambda: (self.loss(theta, data), self.gradient(theta, data)))

        if self.samples is None or self.samples <= 2 * PROBED:
            return count(self.data), 0.0
        which = self.choose(2 * PROBED)
        few, twice = (count(self.part(part)) for part in (which[: len(which) // 2], which))
        each = (twice - few) / max(1, len(which) - len(which) // 2)
        return max(0.0, few - each * (len(which) // 2)), max(0.0, each)

    def update(self, theta: Host, data: tuple[Any, ...] | None = None) -> Host | str:
        """Return the parameters after the user's own step, or what went wrong."""
        assert self.functions.step is not None
        structure = self.program.structure
        with quiet(), structure.place.scope():
            params = structure.at(theta)
            self.redraw()
            try:
                returned = self.functions.step(params, *self.program.fresh_data(data))
            except Exception as error:
                return f"step raises {type(error).__name__}: {error}"
        parts = _parts(structure, params if returned is None else returned)
        if len(parts) != len(structure.leaves):  # a method may return the loss, or nothing of use
            after = _parts(structure, params)
            if numpy.array_equal(numpy.concatenate([part.reshape(-1) for part in after]), theta):
                return f"step returned {len(parts)} tensors for {len(structure.leaves)} parameters"
            parts = after
        for leaf, part in zip(structure.leaves, parts, strict=True):
            if part.size != leaf.size:
                return f"step turns {leaf.name}, of shape {leaf.shape}, into shape {part.shape}"
        return numpy.concatenate([part.reshape(-1) for part in parts])

    def predict(self, theta: Host, X: Any) -> Host | str:
        """Return the user's predictions, or what went wrong."""
        assert self.functions.predict is not None
        structure = self.program.structure
        with quiet(), structure.place.scope():
            self.redraw()
            try:
                return numpy.asarray(to_host(self.functions.predict(structure.at(theta), upcast(X)))).astype("float64")
            except Exception as error:
                return f"predict raises {type(error).__name__}: {error}"

    def redraw(self) -> None:
        """Make what draws draw the same again."""
        if self.program.before is not None:
            self.program.before()

    def near(self, share: float, seed: int = 0) -> Host:
        """Return parameters off the user's own by `share` of each tensor's size, at random."""
        noise = numpy.random.default_rng(seed).standard_normal(self.theta.size)
        return self.theta + share * self.program.spread * noise

    # --- the network

    @cached_property
    def network(self) -> Network | None:
        """The dense network that reproduces the loss on a few samples, or None where none does.

        The check of the gradients looks for one where they are wrong; it is looked for once.
        """
        if self.checked is not None and self.checked.network is not None:
            return self.checked.network
        if self.samples is None:
            return None
        data = self.part(self.choose(FEW)) if self.samples > FEW else self.data
        if not numpy.isfinite(self.loss(self.theta, data)) and self.samples <= MANY:
            data = self.data
        size = self.program.spread
        calm = self.theta * numpy.minimum(1.0, 0.3 / size)  # where outputs saturate, an epsilon hides the loss
        with quiet():
            for theta in (calm, self.theta) if size.max() > WEIGHTS_LARGE else (self.theta,):
                found = dense_network(self.program.leaves, theta, lambda theta: self.loss(theta, data), host_data(data))
                if found is not None:
                    return found
        return None

    def traces(self, theta: Host, which: Sequence[int] | None = None) -> list[Trace] | None:
        """Return every layer's forward pass on the samples `which`, or None where the network is not known."""
        network, X = self.network, self.rows
        if network is None or X is None:
            return None
        width = network.layout[0].W.shape[0]
        if X.shape[1] == width + 1:  # a column of ones that serves as bias
            X = X[:, 1:] if numpy.all(X[:, 0] == 1) else X[:, :-1]
        if X.shape[1] != width:
            return None
        X = (X if which is None else X[list(which)]).astype(float)
        with quiet():
            return forward(network.layout, network.activations, network.head, theta[None], X)

    def targets_of(self, units: int) -> Host | None:
        """Return the targets as a network of `units` outputs meets them, shape (samples, units)."""
        rows, labels = self.targets.rows, self.targets.labels
        if rows is not None and rows.shape[1] == units:
            return rows
        if labels is None:
            return None
        base = 1 if labels.min() == 1 and labels.max() == units else 0
        if labels.min() < base or labels.max() - base >= units:
            return None
        return numpy.eye(units)[labels - base]

    @cached_property
    def matrices(self) -> list[int]:
        """The leaves that look like weights: two axes, both longer than 1."""
        return [i for i, leaf in enumerate(self.program.leaves) if len(leaf.shape) == 2 and min(leaf.shape) > 1]

    @property
    def structure(self) -> Structure:
        """The user's parameters."""
        return self.program.structure


def _parts(structure: Structure, tree: Any) -> list[Host]:
    """Return the parameters in a tree as host arrays: by their names, else all that it holds."""
    own = structure.own(tree)
    if len(own) != len(structure.leaves):
        own = [x for _, x in walk(tree)]
    parts = [to_host(x).astype("float64") for x in own]
    return parts if len(parts) == len(structure.leaves) else [part for part in parts if part.size]
