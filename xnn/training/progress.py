"""What a person sees of a run: a bar while it goes, and its figures."""

import sys
import time
from typing import Any, ClassVar

from .callbacks import Callback
from .run import Run


class Progress(Callback):
    """A bar of the epochs with the latest figures, on standard error; silent where that is no terminal."""

    every_step: ClassVar[bool] = False

    def __init__(self) -> None:
        self._bar: Any = None
        self._moved = 0.0

    def on_start(self, run: Run) -> None:
        """Draw the bar, if there is a terminal to draw it on."""
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.table import Column

        self._bar = Progress(
            TextColumn("epoch"),
            MofNCompleteColumn(),
            BarColumn(bar_width=16),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}", table_column=Column(ratio=1, no_wrap=True, overflow="crop")),
            console=Console(stderr=True),
            transient=True,
            expand=True,  # the figures take what the others leave, and are cut where that is too little
        )
        self._task = self._bar.add_task("", total=run.epochs, figures="")
        self._bar.start()

    def on_step(self, run: Run) -> None:
        """Move the bar, ten times a second: moving it costs as much as a small network's step."""
        if self._bar is not None and time.monotonic() - self._moved > 0.1:
            self._moved = time.monotonic()
            self._bar.update(self._task, completed=run.step / run.steps)

    def on_epoch(self, run: Run) -> None:
        """Show the epoch's figures."""
        if self._bar is not None:
            self._bar.update(self._task, completed=run.epoch, figures=figures(run))

    def on_end(self, run: Run) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


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
