"""Several processes that train one network: each takes its share of every batch, and all decide alike.

The loop knows a :class:`Reduction`, which sums arrays over the processes, and nothing of what carries the messages.
"""

from contextlib import suppress
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable
from zlib import crc32

import numpy as np

from ..backends import Array, to_host
from ..errors import DataError, OptionError, RankError, XnnError
from ..nn import leaves

if TYPE_CHECKING:
    from .run import Run


@runtime_checkable
class Reduction(Protocol):
    """What a training on several processes needs of them. All call the same methods in the same order.

    Attributes
    ----------
    rank, size : int
        Which process this is, from 0, and how many there are.
    """

    rank: int
    size: int

    def sum(self, array: Array) -> Array:
        """Return the sum of a vector over all processes, to each the same bits. The memory of `array` may be reused."""
        ...

    def gather(self, value: Any) -> list[Any]:
        """Return the plain values of all processes, by rank, to each."""
        ...

    def end(self, error: BaseException) -> None:
        """Say an error that the others do not know of, and end all processes: they wait for this one."""
        ...


class _Failure(NamedTuple):
    sentence: str


class Team:
    """The processes of a run. As a context, it has an error in one of them end all.

    Until :attr:`stepping`, an error is told at the next exchange, and the others raise :class:`RankError`. Later they
    are in the midst of a sum that this process will never join, and only an end of the whole job reaches them.
    """

    def __init__(self, reduction: Reduction) -> None:
        self._reduction = reduction
        self.rank, self.size = reduction.rank, reduction.size
        self.stepping = False
        self.sum = reduction.sum

    def __enter__(self) -> "Team":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None or getattr(error, "is_announced", False):
            return
        if self.stepping or not isinstance(error, Exception):
            self._reduction.end(error)
        else:
            with suppress(RankError):
                self.exchange(
                    _Failure(str(error) if isinstance(error, XnnError) else f"{type(error).__name__}: {error}")
                )
        _told(error)

    def exchange(self, value: Any) -> list[Any]:
        """Return the plain values of all processes; if one of them has failed instead, raise RankError."""
        found = self._reduction.gather(value)
        for rank, each in enumerate(found):
            if isinstance(each, _Failure):
                raise _told(RankError(f"rank {rank} of {self.size}: {each.sentence}"))
        return found

    def begin(self) -> None:
        """Begin with the steps, when all are ready."""
        self.exchange(None)
        self.stepping = True

    def from_first(self, value: Any) -> Any:
        """Return the value that rank 0 has."""
        return self.exchange(value if self.rank == 0 else None)[0]

    def check_alike(self, call: dict[str, Any]) -> None:
        """Raise OptionError unless all processes were called alike; `call` is what must be the same, by name."""
        calls = self.exchange(call)
        for rank, other in enumerate(calls):
            if name := next((name for name in calls[0] if other.get(name) != calls[0][name]), None):
                raise _told(
                    OptionError(
                        f"rank {rank} has another {name} than rank 0, {_short(other.get(name))} instead of "
                        f"{_short(calls[0][name])}: start all ranks with the same program, call and files."
                    )
                )

    def check_enough(self, samples: int, batch_size: int) -> None:
        """Raise an error if a process would never have a sample of a full batch."""
        if samples < self.size:
            raise _told(DataError(f"{samples} samples are fewer than the {self.size} ranks: start at most {samples}."))
        if batch_size < self.size:
            raise _told(
                OptionError(
                    f"batch_size={batch_size} is that of all ranks together, fewer than the {self.size} ranks: "
                    f"give at least {self.size}."
                )
            )

    def confirm(self, run: "Run") -> None:
        """Make sure that all have the same weights, and agree on whether to stop."""
        states = self.exchange((_checksum(run.params), run.stopped, run.signal))
        if len({weights for weights, _, _ in states}) > 1:
            raise _told(
                RankError(
                    f"the weights of the ranks are no longer the same after epoch {run.epoch}: use processors of one "
                    "kind and one version of every library on all nodes."
                )
            )
        _stop(run, [state[1:] for state in states])

    def agree_to_stop(self, run: "Run") -> None:
        """Learn why to stop, where some process wants to."""
        _stop(run, self.exchange((run.stopped, run.signal)))


def as_team(comm: Any) -> Team | None:
    """Return the team of an MPI communicator, or of a :class:`Reduction`; None where there is one process."""
    if comm is None:
        return None
    if type(comm).__module__.partition(".")[0] == "mpi4py":
        # Imported by name, as the package above this one that knows MPI, and only where there is a communicator.
        comm = import_module("xnn.interop.mpi").MPIReduction(comm)
    if not isinstance(comm, Reduction):
        raise OptionError(f"comm must be a communicator of mpi4py, such as MPI.COMM_WORLD, got {comm!r}.")
    return None if comm.size == 1 else Team(comm)


def share(samples: int, team: Team | None) -> tuple[int, int]:
    """Return where this process' share of so many samples begins and ends: shares differ by one sample at most."""
    if team is None:
        return 0, samples
    return samples * team.rank // team.size, samples * (team.rank + 1) // team.size


def _stop(run: "Run", wishes: list[tuple[str | None, int | None]]) -> None:
    why = next((why for why, _ in wishes if why), None)
    if why is None:
        return  # a signal may have come since all were asked: it stays, and counts the next time
    run.stopped, run.agreed = why, True
    run.signal = next((number for _, number in wishes if number), None)


def _checksum(params: Any) -> int:
    found = 0
    for leaf in leaves(params):
        found = crc32(np.ascontiguousarray(to_host(leaf)).reshape(-1).view(np.uint8).data, found)
    return found


def _told(error: Any) -> Any:
    """Mark an error as one that all processes know of."""
    error.is_announced = True
    return error


def _short(value: Any) -> str:
    return repr(value) if len(repr(value)) < 80 else f"{repr(value)[:77]}..."
