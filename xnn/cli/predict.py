"""``xnn predict``."""

import csv
import io
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ..files import write_whole
from .data import for_model
from .options import FILES, Backend, Device, Drop, must_be_writable


def predict(
    model: Annotated[Path, typer.Argument(help="What `xnn train --save` wrote.")],
    data: Annotated[Path, typer.Option(help=f"{FILES}, with the features of training.")],
    drop: Drop = None,
    output: Annotated[Path | None, typer.Option(help="A CSV file; standard output if not given.")] = None,
    probabilities: Annotated[bool, typer.Option("--probabilities", help="One column a class.")] = False,
    backend: Backend = "numpy",
    device: Device = None,
) -> None:
    """Predict with a saved model; prints one row a sample, as CSV."""
    from .. import training

    must_be_writable(output)
    found = training.load(model, backend, device)
    X = for_model(found, data, drop).X
    rows: Any = found.predict_proba(X) if probabilities else found.predict(X)
    if rows.ndim == 1:
        rows, header = rows[:, None], ["prediction"]
    elif probabilities and found.classes is not None:
        header = [str(value) for value in found.classes.tolist()]
    else:
        header = [f"{'probability' if probabilities else 'prediction'} {i}" for i in range(rows.shape[1])]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows.tolist())
    if output is None:
        sys.stdout.write(text.getvalue())
    else:
        write_whole(output, [text.getvalue().encode()])
