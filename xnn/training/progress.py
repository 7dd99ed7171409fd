"""What the user sees of a run: a bar while it goes, or lines, and its figures."""

import sys
import time
from html import escape
from typing import Any, ClassVar, Protocol

from ..errors import OptionError
from .callbacks import Callback
from .run import Run

PROGRESS = ("auto", "bar", "lines")
MOST_LINES = 50  # of a run of many epochs


def as_progress(progress: Any) -> "Progress | None":
    """Return what shows a run, or None for False; raises OptionError for all but the names and True."""
    if progress is False:
        return None
    if progress is not True and (not isinstance(progress, str) or progress not in PROGRESS):
        raise OptionError(f"progress must be {', '.join(map(repr, PROGRESS))}, True or False, got {progress!r}.")
    return Progress("auto" if progress is True else progress)


class Shown(Protocol):
    """Where a run is shown."""

    def move(self, run: Run, done: float) -> None:
        """Show how many epochs are done."""

    def epoch(self, run: Run) -> None:
        """Show the figures of an epoch that is done."""

    def close(self) -> None:
        """Show nothing from here on."""


class Progress(Callback):
    """The epochs with the latest figures, on standard error.

    Parameters
    ----------
    kind : {"auto", "bar", "lines"}
        "auto": a bar on a terminal and in a notebook, lines elsewhere.
    """

    every_step: ClassVar[bool] = False

    def __init__(self, kind: str = "auto") -> None:
        self.kind = kind
        self._shown: Shown | None = None
        self._moved = 0.0

    def on_start(self, run: Run) -> None:
        """Begin to show the run."""
        if self.kind == "lines":
            self._shown = Lines(run)
        elif in_notebook():
            self._shown = NotebookBar(run)
        elif self.kind == "bar" or sys.stderr.isatty():
            self._shown = TerminalBar(run)
        else:
            self._shown = Lines(run)

    def on_step(self, run: Run) -> None:
        """Move the bar, ten times a second: moving it costs as much as a small network's step."""
        if self._shown is not None and time.monotonic() - self._moved > 0.1:
            self._moved = time.monotonic()
            self._shown.move(run, run.step / run.steps)

    def on_epoch(self, run: Run) -> None:
        """Show the epoch's figures."""
        if self._shown is not None:
            self._shown.epoch(run)

    def on_end(self, run: Run) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.close()


class TerminalBar:
    """A bar that is gone when the run has ended."""

    def __init__(self, run: Run) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.table import Column

        self._bar = Progress(
            TextColumn("epoch"),
            MofNCompleteColumn(),
            BarColumn(bar_width=16),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}", table_column=Column(ratio=1, no_wrap=True, overflow="crop")),
            console=Console(stderr=True, force_terminal=True),
            transient=True,
            expand=True,  # the figures take what the others leave, and are cut where that is too little
        )
        self._task = self._bar.add_task("", total=run.epochs, figures="")
        self._bar.start()

    def move(self, run: Run, done: float) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=done)

    def epoch(self, run: Run) -> None:
        """Show the epoch's figures."""
        self._bar.update(self._task, completed=run.epoch, figures=figures(run))

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


class NotebookBar:
    """A bar in a cell's output, by IPython alone: other bars need ipywidgets."""

    def __init__(self, run: Run) -> None:
        from IPython.display import HTML, display  # there, where there is a notebook

        self._html, self._figures = HTML, ""
        self._handle: Any = display(self._html(self._bar(run, run.epoch)), display_id=True)

    def _bar(self, run: Run, done: float) -> str:
        bar = f'<progress max="{run.epochs}" value="{done:.2f}" style="vertical-align: middle"></progress>'
        return f"<div>epoch {int(done)}/{run.epochs} {bar} {escape(self._figures)}</div>"

    def move(self, run: Run, done: float) -> None:
        """Move the bar."""
        self._handle.update(self._html(self._bar(run, done)))

    def epoch(self, run: Run) -> None:
        """Show the epoch's figures, which stay when the run has ended."""
        self._figures = figures(run)
        self.move(run, run.epoch)

    def close(self) -> None:
        """Leave the bar where it is."""


class Lines:
    """A line an epoch, for a log; of many epochs a few, and the last."""

    def __init__(self, run: Run) -> None:
        self._every = max(1, -(-run.epochs // MOST_LINES))

    def move(self, run: Run, done: float) -> None:
        """Show nothing within an epoch."""

    def epoch(self, run: Run) -> None:
        """Write the epoch's figures."""
        if run.epoch % self._every == 0 or run.epoch == run.epochs or run.stopped:
            width = len(str(run.epochs))
            print(f"epoch {run.epoch:{width}}/{run.epochs} {figures(run)}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Show nothing more."""


def in_notebook() -> bool:
    """Whether IPython runs here with a front end that draws HTML."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return hasattr(shell, "kernel")


def figures(run: Run) -> str:
    """Say the last epoch's figures in one short line, each in training and, behind a slash, held out."""
    history = run.history
    pairs = [("loss", history.loss, history.validation_loss)]
    pairs += [(name, values, history.validation_metrics.get(name, [])) for name, values in history.metrics.items()]
    return " ".join(
        f"{name.replace('_', ' ')} " + "/".join(figure(name, values[-1]) for values in both if values)
        for name, *both in pairs
        if both[0]
    )


def figure(name: str, value: float) -> str:
    """Say a number as its kind is read: an accuracy in percent."""
    return f"{value:.2%}" if "accuracy" in name else f"{value:.4g}"
