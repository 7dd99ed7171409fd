"""The user's own functions within a run: called in their order, and an error in one says which it was."""

from collections.abc import Sequence
from functools import wraps

from ..backends import Array
from ..errors import CallbackError
from .callbacks import AfterEpoch, Callback
from .metrics import METRICS, Metric
from .run import Run

EVENTS = ("on_start", "on_step", "on_epoch", "on_end")


class Calls:
    """A run's callbacks, in their order, by what they wait for."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        self._waiting = {event: [c for c in callbacks if _waits(c, event)] for event in EVENTS}

    @property
    def every_step(self) -> bool:
        """Whether a callback wants to see every step."""
        return any(callback.every_step for callback in self._waiting["on_step"])

    def tell(self, event: str, run: Run) -> None:
        """Tell all that wait for `event`."""
        for callback in self._waiting[event]:
            call(callback, event, run)

    def end(self, run: Run) -> None:
        """Tell each that the run has ended, whatever another does; then raise the first error."""
        errors: list[BaseException] = []
        for callback in self._waiting["on_end"]:
            try:
                call(callback, "on_end", run)
            except BaseException as error:
                errors.append(error)
        if errors:
            raise errors[0]


def _waits(callback: Callback, event: str) -> bool:
    return getattr(getattr(callback, event), "__func__", None) is not getattr(Callback, event)


def call(callback: Callback, event: str, run: Run) -> None:
    """Call a callback's method, and say whose error it was if it raises one."""
    try:
        getattr(callback, event)(run)
    except MemoryError:  # no fault of the function's, and told as any other
        raise
    except Exception as error:
        function = callback.function if isinstance(callback, AfterEpoch) else callback
        if type(function).__module__.startswith("xnn."):
            raise
        name = getattr(function, "__name__", type(function).__name__)
        raise callback_error(f"callback {name!r}", error, run, event in ("on_epoch", "on_end")) from error


class MetricError(Exception):
    """A metric of the user's raised what is this one's cause. It is told by the loop, which knows the epoch."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def own_metric(name: str, metric: Metric) -> Metric:
    """Return a metric that does the same, whose errors say its name; xnn's own are left alone."""
    if metric in METRICS.values():
        return metric

    @wraps(metric)
    def measured(outputs: Array, targets: Array) -> Array:
        try:
            return metric(outputs, targets)
        except MemoryError:
            raise
        except Exception as error:
            raise MetricError(name) from error

    return measured


def callback_error(what: str, error: BaseException, run: Run, finished: bool = False) -> CallbackError:
    """Return the error that says what raised `error`, and in which epoch; what was trained is its result."""
    said = str(error).strip().partition("\n")[0].rstrip(".")
    epoch = run.epoch + (not finished)
    # Where several processes train, all of them end.
    kept = "; what was trained until then is this error's result, and its model error.result.model"
    kept = kept if run.team is None else ""
    told = CallbackError(
        f"your {what} raised {type(error).__name__} in epoch {epoch}{f' ({said})' if said else ''}: fix it{kept}."
    )
    told.result = run
    return told
