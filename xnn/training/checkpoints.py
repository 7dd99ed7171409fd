"""A run written down as it goes, in a file that is also a model's, and resumed from there."""

from pathlib import Path
from threading import Thread
from typing import Any

from ..arguments import flag, number
from ..backends import Place
from ..errors import FileError, OptionError, XnnError
from ..files import as_path, check_writable
from .describing import describe, params_as_tensors
from .inputs import Samples
from .run import Run
from .state import check_same, describe_run, identity, on_host, restore
from .storage import BROKEN, Description, Tensors, read, write
from .team import Team


class Checkpoint:
    """Where and how often a run is written down.

    Parameters
    ----------
    path : str or Path
    every : float
        Epochs from one time to the next; 0.25 is four times an epoch. A time is left out while the file of the one
        before is still being written.
    resume : bool
        Whether to go on from the file, where there is one.
    team : Team, optional
        Of these processes rank 0 alone reads and writes.
    """

    def __init__(self, path: Any, every: Any = 1, resume: Any = False, team: Team | None = None) -> None:
        self.path = as_path(path, "checkpoint")
        self._every = number("every", every, "a positive number of epochs")
        if not 0.0 < self._every < float("inf"):
            raise OptionError(f"every must be a positive number of epochs, got {every!r}.")
        self._resume = flag("resume", resume)
        self._team = team
        self._is_mine = team is None or team.rank == 0
        if self._is_mine:
            check_writable(self.path)
        self._place: Place | None = None
        self._call: Description = {}
        self._next = 0.0  # epochs done when it is time again
        self._thread: Thread | None = None
        self._error: XnnError | None = None

    def begin(self, run: Run, samples: Samples, validation: tuple[Any, ...], place: Place) -> None:
        """Let `run` stand where the file's stood, if it is to be resumed; it must be of a call like this one."""
        assert run.options is not None
        self._place, self._call = place, identity(run.options, samples, validation)
        describe_model(run)  # what no file can hold is told before the training, not after
        if self._resume and (found := self._read()):
            description, tensors = found
            try:
                check_same(description["call"], self._call, self.path)
                restore(run, description["run"], tensors, place)
            except XnnError:
                raise
            except BROKEN as error:
                what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
                raise FileError(f"{self.path} is no checkpoint that this call can resume: {what}.") from None
        self._next = _stands(run) + self._every

    @property
    def described(self) -> tuple[str, float, bool]:
        """The path, how often, and whether to resume: what several processes must share."""
        return str(self.path), self._every, self._resume

    def _read(self) -> tuple[Description, Tensors] | None:
        """Return what the file holds, None where there is none yet."""
        found = read(self.path) if self._is_mine and self.path.exists() else None
        return found if self._team is None else self._team.from_first(found)

    def offer(self, run: Run) -> None:
        """Write the run down if it is time, beside the training."""
        if not self._is_mine:
            return
        if _stands(run) < self._next - 1e-9 or (self._thread is not None and self._thread.is_alive()):
            return
        self._next = _stands(run) + self._every
        self.close()
        self._raise()
        self._thread = Thread(target=self._write, args=self._described(run), name="xnn checkpoint")
        self._thread.start()

    def last(self, run: Run) -> None:
        """Write down how the run ended."""
        if not self._is_mine:
            return
        self.close()
        self._raise()
        self._write(*self._described(run))
        self._raise()

    def close(self) -> None:
        """Wait for what is being written."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _described(self, run: Run) -> tuple[Description, Tensors]:
        assert self._place is not None
        description, tensors = describe_whole(run, self._place)
        return description | {"call": self._call}, tensors

    def _write(self, description: Description, tensors: Tensors) -> None:
        try:
            write(Path(self.path), description, tensors)
        except XnnError as error:
            self._error = error

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error


def _stands(run: Run) -> float:
    return run.epoch + run.done / run.steps


def describe_model(run: Run) -> tuple[Description, Tensors]:
    """Describe the model that a run's weights would make, but for them."""
    assert run.network is not None
    model = run.network(None)
    description, tensors = describe(model.mlp, model.task, model.scaling, model.feature_names, model.table)
    return description | {"dtype": model.place.dtype}, tensors


def describe_whole(run: Run, place: Place) -> tuple[Description, Tensors]:
    """Describe a run with its model; the arrays are copies."""
    description, tensors = describe_model(run)
    about, arrays = describe_run(run, place)
    weights = params_as_tensors(on_host(run.kept_params, place))
    return description | {"run": about}, tensors | weights | arrays
