"""The user's own functions within a run: an error in one says which it was, and what was trained is not lost."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, TypeVar
from weakref import ref

from ..errors import CallbackError
from .callbacks import AfterEpoch, Callback
from .metrics import METRICS, Metric
from .run import Run

F = TypeVar("F", bound=Callable[..., Any])
_EVENTS = ("on_start", "on_step", "on_epoch", "on_end")


class Own(Callback):
    """Knows the run, and so the epoch in which a metric or a callback of the user's raises."""

    every_step: ClassVar[bool] = False

    def __init__(self) -> None:
        self._run: Callable[[], Run | None] = lambda: None

    def on_start(self, run: Run) -> None:
        """Remember the run, but leave its memory to the others."""
        self._run = ref(run)

    def metric(self, name: str, metric: Metric) -> Metric:
        """Return a metric that does the same; xnn's own are left alone."""
        return metric if metric in METRICS.values() else self._blame(f"metric {name!r}", metric)

    def callback(self, callback: Callback) -> Callback:
        """Return a callback that does the same; xnn's own are left alone."""
        function = callback.function if isinstance(callback, AfterEpoch) else callback
        if type(function).__module__.startswith("xnn."):
            return callback
        what = f"callback {getattr(function, '__name__', type(function).__name__)!r}"
        same = Callback()
        setattr(same, "every_step", callback.every_step)  # noqa: B010 - a variable of the class
        for event in _EVENTS:
            method = getattr(callback, event)
            if getattr(method, "__func__", None) is not getattr(Callback, event):
                setattr(same, event, self._blame(what, method, finished=event in ("on_epoch", "on_end")))
        return same

    def _blame(self, what: str, function: F, finished: bool = False) -> F:
        @wraps(function)
        def call(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except MemoryError:  # no fault of the function's, and told as any other
                raise
            except Exception as error:
                run = self._run()
                epoch = run.epoch + (not finished) if run else 1
                said = str(error).strip().partition("\n")[0].rstrip(".")
                blame = CallbackError(
                    f"your {what} raised {type(error).__name__} in epoch {epoch}{f' ({said})' if said else ''}: "
                    "mend it; what was trained until then is this error's result, and its model error.result.model."
                )
                blame.result = run and _cut(run)
                raise blame from error

        return call  # pyright: ignore[reportReturnType]


def _cut(run: Run) -> Run:
    """Take from the history what it has of an epoch that was not finished."""
    history = run.history
    tables = (history.metrics, history.validation_metrics)
    lists = [history.loss, history.validation_loss, history.learning_rate, history.seconds]
    for values in lists + [values for table in tables for values in table.values()]:
        del values[run.epoch :]
    return run
