"""What a run leaves behind: one float an epoch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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

    def append(
        self,
        training: tuple[float, Mapping[str, float]],
        validation: tuple[float, Mapping[str, float]] | None,
        learning_rate: float,
        seconds: float,
    ) -> None:
        """Write an epoch down: loss and metrics of the training samples and, if there are any, of the others."""
        for figures, losses, metrics in (
            (training, self.loss, self.metrics), (validation, self.validation_loss, self.validation_metrics),
        ):  # fmt: skip
            if figures is not None:
                losses.append(figures[0])
                for name, value in figures[1].items():
                    metrics.setdefault(name, []).append(value)
        self.learning_rate.append(learning_rate)
        self.seconds.append(seconds)

    def _repr_html_(self) -> str:
        from .showing import curves, epochs, page

        return page("History", epochs(self), *curves(self))

    def plot(self, path: str | Path | None = None) -> Any:
        """Draw the loss, and beside it each metric, against the epochs: :func:`xnn.plots.history` of each.

        Parameters
        ----------
        path : str or Path, optional
            A file to write, such as ``"history.png"``; without, a figure of pyplot's, which a notebook shows.

        Returns
        -------
        tuple of matplotlib.axes.Axes
            The loss first; their figure is ``axes[0].figure``.

        Raises
        ------
        BackendError
            If matplotlib is not installed.
        FileError
            If the file cannot be written, or ends in no format that matplotlib draws.
        """
        target = None if path is None else check_writable(as_path(path))  # told before anything is drawn
        axes = self.panels(target is None)
        if target is not None:
            with told(target, "written"):
                axes[0].figure.savefig(target, dpi=150)
        return axes

    def panels(self, shown: bool) -> tuple[Any, ...]:
        """Draw one Axes a quantity side by side, in a figure that pyplot shows, or in one that is only kept."""
        from ..plots import history  # not with every run
        from ..plots.axes import side_by_side

        quantities = ("loss", *self.metrics)
        axes = side_by_side(len(quantities), shown)
        return tuple(history(self, name, ax=ax) for name, ax in zip(quantities, axes, strict=True))
