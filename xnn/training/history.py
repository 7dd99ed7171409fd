"""What a run leaves behind: one float an epoch."""

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import BackendError
from ..files import as_path, check_writable, told


@dataclass
class History:
    """The course of a run; every list has one float for each finished epoch.

    Attributes
    ----------
    loss, validation_loss : list of float
        With the penalty; the training loss is the mean over the epoch's batches as they were met, so it lags the
        weights by half an epoch. The validation list is empty without validation data.
    metrics, validation_metrics : dict of str to list of float
        In regression in y's own units, also where the loss is that of standardized targets.
    learning_rate : list of float
        At the epoch's first step.
    seconds : list of float
        Wall time of the epoch.
    """

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    validation_metrics: dict[str, list[float]] = field(default_factory=dict)
    learning_rate: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def accuracy(self) -> list[float]:
        """Share of training samples classified rightly; empty in regression."""
        return self.metrics.get("accuracy", [])

    @property
    def validation_accuracy(self) -> list[float]:
        """Share of validation samples classified rightly; empty in regression and without validation data."""
        return self.validation_metrics.get("accuracy", [])

    @property
    def epochs(self) -> int:
        """Finished epochs."""
        return len(self.loss)

    def _repr_html_(self) -> str:
        from .showing import curves, epochs, page

        return page("History", epochs(self), *curves(self))

    def plot(self, path: str | Path | None = None) -> Any:
        """Draw the loss, and beside it each metric, against the epochs.

        Parameters
        ----------
        path : str or Path, optional
            A file to write, such as ``"history.png"``.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        BackendError
            If matplotlib is not installed.
        FileError
            If the file cannot be written, or ends in no format that matplotlib draws.
        """
        require_matplotlib()
        from matplotlib.figure import Figure

        panels = {"loss": (self.loss, self.validation_loss)} | {
            name: (values, self.validation_metrics.get(name, [])) for name, values in self.metrics.items()
        }
        figure = Figure(figsize=(4.8 * len(panels), 3.6), layout="constrained")
        for i, (name, (training, validation)) in enumerate(panels.items()):
            axes = figure.add_subplot(1, len(panels), i + 1)
            for label, values in (("training", training), ("validation", validation)):
                if values:
                    axes.plot(range(1, len(values) + 1), values, label=label, marker="." if len(values) < 30 else "")
            axes.set(xlabel="epoch", title=name.replace("_", " "))
            axes.grid(alpha=0.3)
            axes.legend()
        if path is not None:
            with told(as_path(path), "written"):
                figure.savefig(check_writable(as_path(path)), dpi=150)
        return figure


def require_matplotlib() -> None:
    """Raise BackendError, with what to do, if there is nothing to draw with."""
    if find_spec("matplotlib") is None:
        raise BackendError("plots need matplotlib: pip install matplotlib")
