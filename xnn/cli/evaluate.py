"""``xnn evaluate``."""

from pathlib import Path
from typing import Annotated

import typer

from ..names import MetricName
from .data import for_model
from .options import FILES, Backend, Device, Drop, choice, names


def evaluate(
    model: Annotated[Path, typer.Argument(help="What `xnn train --save` wrote.")],
    data: Annotated[Path, typer.Option(help=f"{FILES}, with the features and the target of training.")],
    target: Annotated[str, typer.Option(help="Column that was learnt: name or index.")] = "-1",
    drop: Drop = None,
    metrics: Annotated[
        str | None, choice(MetricName, "{names}; several with commas between them. What suits the task if not given.")
    ] = None,
    backend: Backend = "numpy",
    device: Device = None,
) -> None:
    """Measure a saved model on a file, beside the best constant prediction for it."""
    from .. import training

    found = training.load(model, backend, device)
    table = for_model(found, data, drop, target)
    typer.echo(str(found.evaluate(table.X, table.y, names(metrics))))
