"""A pure function recorded for each set of shapes, and from then on replayed with no Python in between.

A recording is bound to memory: it reads its inputs and writes its results where they lay when it was made. This file
sees to that, whatever makes the recording; on CuPy it is a CUDA graph.
"""

import operator
from collections.abc import Callable
from typing import Any, Protocol

from .namespaces import Array
from .tree import flatten, unflatten


class Unrecordable(Exception):
    """The function does what cannot be recorded, such as waiting for the device."""


class Recorder(Protocol):
    """What a library does for a recording."""

    def scalar(self, value: float, like: list[Array]) -> Array:
        """Return an array of shape () that holds `value`: an integer, or of the precision of the floats in `like`."""
        ...

    def copied(self, array: Array) -> Array:
        """Return a copy."""
        ...

    def warm_up(self, work: Callable[[], None]) -> None:
        """Do the work as it would be recorded."""
        ...

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        """Record the work without doing it, and return what does it; raise Unrecordable where that is not possible."""
        ...


class Replayed:
    """A pure function, recorded at the second call with the same shapes.

    The first call is a rehearsal: it compiles what must be, and shows at the second which inputs are other arrays then.
    Those get memory of their own that they are copied to; what stays the same array, as the data set does, is read
    where it lies. Donated arguments are updated where they are. Numbers become arrays of shape (), so that they may
    change. A function that cannot be recorded is called as it is.

    Parameters
    ----------
    function : callable
        Its first results have the structures of the donated arguments, and take their memory.
    donate : tuple of int
        The arguments whose memory the results take, in the order of the results.
    recorder : Recorder
    """

    def __init__(self, function: Callable[..., Any], donate: tuple[int, ...], recorder: Recorder) -> None:
        self._function, self._donate, self._recorder = function, donate, recorder
        self._recordings: dict[Any, Recording] = {}
        self.why_not: str | None = None  # it cannot be recorded
        self._last: Recording | None = None

    def __call__(self, *arguments: Any) -> Any:
        """Return what the function returns, in memory that no later call writes to but for what was donated."""
        if self.why_not is not None:
            return self._function(*arguments)
        if self._last is not None and self._last.fits(arguments):
            return self._last.again()
        leaves, structure = flatten(arguments)
        key = structure, tuple([_kind(leaf) for leaf in leaves])
        recording = self._recordings.get(key)
        if recording is None:
            owners = self._owners(arguments)
            recording = self._recordings[key] = Recording(self._function, structure, leaves, owners, self._recorder)
            return recording.warm_up()
        try:
            results = recording.play(leaves)
            recording.expect(arguments, self._donate, results)
            self._last = recording
            return results
        except Unrecordable as error:
            self.why_not, self._last = str(error), None
            self._recordings.clear()
            return self._function(*arguments)

    def _owners(self, arguments: tuple[Any, ...]) -> list[int]:
        """Return the indices of the leaves whose memory the first results take, in order."""
        ranges, count = [], 0
        for argument in arguments:
            size = len(flatten(argument)[0])
            ranges.append(range(count, count + size))
            count += size
        return [index for i in self._donate for index in ranges[i]]


class Recording:
    """A function at one set of shapes: the memory of its inputs and results, and what replays it."""

    def __init__(
        self, function: Callable[..., Any], structure: Any, leaves: list[Any], owners: list[int], recorder: Recorder
    ) -> None:
        self._function, self._structure, self._owners, self._recorder = function, structure, owners, recorder
        self._numbers = {i: leaf for i, leaf in enumerate(leaves) if _is_number(leaf)}
        self._inputs = [recorder.scalar(leaf, leaves) if _is_number(leaf) else leaf for leaf in leaves]
        self._own = {*owners, *self._numbers}  # inputs whose memory is ours to write to
        self._results: list[Any] = []
        self._result_structure: Any = None
        self._replay: Callable[[], None] | None = None
        # What the next call most likely has as arguments.
        self._expected: tuple[Any, ...] = ()
        self._donated: tuple[Any, ...] = ()
        self._parts: list[tuple[Any, tuple[Any, ...]]] = []
        self._rest: Any = None

    def warm_up(self) -> Any:
        """Call the function on the first inputs."""
        self._recorder.warm_up(self._work)
        return self._returned()

    def play(self, leaves: list[Any]) -> Any:
        """Call the function on these inputs by its recording."""
        if self._take_in(leaves) or self._replay is None:
            self._replay = self._recorder.record(self._work)
        self._replay()
        return self._returned()

    def expect(self, arguments: tuple[Any, ...], donate: tuple[int, ...], results: tuple[Any, ...]) -> None:
        """Remember what the next call most likely has as arguments: these, with what was returned for the donated."""
        self._donated = results[: len(donate)]
        expected = list(arguments)
        for i, result in zip(donate, self._donated, strict=True):
            expected[i] = result
        self._expected = tuple(expected)
        self._parts = [(part, tuple(part)) for part in _exchangeable(expected)]
        kind, keys, parts = self._result_structure
        self._rest = kind, keys, parts[len(donate) :]

    def fits(self, arguments: tuple[Any, ...]) -> bool:
        """Whether these are the expected arguments: seen quicker than each of their leaves."""
        for given, expected in zip(arguments, self._expected, strict=True):
            if given is not expected and not (_is_number(given) and _is_number(expected) and given == expected):
                return False
        return all(len(now) == len(then) and all(map(operator.is_, now, then)) for now, then in self._parts)

    def again(self) -> Any:
        """Call the function on the expected arguments."""
        assert self._replay is not None
        self._replay()
        return (*self._donated, *unflatten(self._rest, self._others()))

    def _take_in(self, leaves: list[Any]) -> bool:
        """Bring inputs to where they are read; return whether one is read elsewhere than before."""
        elsewhere = False
        for i, (given, bound) in enumerate(zip(leaves, self._inputs, strict=True)):
            if given is bound:
                continue
            if _is_number(given):
                if self._numbers.get(i) != given:
                    bound[...] = self._numbers[i] = given
            elif i in self._own:
                bound[...] = given
                self._numbers.pop(i, None)
            else:
                self._inputs[i] = self._recorder.copied(given)
                self._own.add(i)
                elsewhere = True
        return elsewhere

    def _work(self) -> None:
        results = self._function(*unflatten(self._structure, self._inputs))
        leaves, self._result_structure = flatten(results)
        for i, owner in enumerate(self._owners):
            if leaves[i] is not self._inputs[owner]:
                self._inputs[owner][...] = leaves[i]
            leaves[i] = self._inputs[owner]
        self._results = leaves

    def _returned(self) -> Any:
        return unflatten(self._result_structure, self._results[: len(self._owners)] + self._others())

    def _others(self) -> list[Any]:
        """Copy the results that are not donated: the next call writes over the recording's own."""
        return [
            self._recorder.copied(leaf) if hasattr(leaf, "shape") else leaf
            for leaf in self._results[len(self._owners) :]
        ]


def _exchangeable(tree: Any) -> list[Any]:
    """Return the contents of the lists and dicts in a tree, as they are whenever one looks."""
    if isinstance(tree, dict):
        own, parts = [tree.values()], tree.values()
    elif isinstance(tree, (list, tuple)):
        own, parts = [tree] if isinstance(tree, list) else [], tree
    else:
        return []
    return own + [found for part in parts for found in _exchangeable(part)]


def _is_number(leaf: Any) -> bool:
    return isinstance(leaf, (int, float))


def _kind(leaf: Any) -> Any:
    """Return what recordings of two leaves share: a number and an array of shape () are read alike."""
    if leaf is None:
        return None
    if isinstance(leaf, int):
        return (), "i"
    if isinstance(leaf, float):
        return (), "f"
    return tuple(leaf.shape), leaf.dtype.kind if leaf.ndim == 0 else leaf.dtype
