"""``xnn info``."""

from pathlib import Path
from typing import Annotated

import typer


def info(model: Annotated[Path, typer.Argument(help="What `xnn train --save` wrote, or a checkpoint.")]) -> None:
    """Say what a saved model is: its network, its task, its classes, and what each column of its table becomes."""
    from .. import training

    typer.echo(str(training.load(model)))
