"""``xnn check``."""

from pathlib import Path
from typing import Annotated

import typer

from .fixes import Write, must_go_together, offer_fixes
from .formats import Format, apart, check_format, show
from .options import SaveReport, must_be_writable
from .program import program_of, reseed_of


def check(
    file: Annotated[
        Path, typer.Argument(help="Python that defines loss, gradients, params and, optionally, data and reseed().")
    ],
    thorough: Annotated[bool, typer.Option("--thorough", help="Every entry, with error estimates.")] = False,
    seed: Annotated[int, typer.Option()] = 0,
    fix: Annotated[bool, typer.Option("--fix", help="Show a patch after which every gradient is right.")] = False,
    write: Write = False,
    format: Format = "text",
    save: SaveReport = None,
) -> None:
    """Check a hand-written gradient and name the bug; exit code 1 if it is wrong, 2 if the file cannot be used."""
    from ..gradcheck import check_gradients

    must_go_together(fix, write)
    check_format(format)
    must_be_writable(save)
    with apart(format):
        program, data = program_of(file)
        report = check_gradients(
            program["loss"],
            program["gradients"],
            program["params"],
            *data,
            thorough=thorough,
            seed=seed,
            reseed=reseed_of(program),
        )
    rows = {name: tensor.to_row() for name, tensor in report.tensors.items()}
    show(format, "check", file, report, tensors=rows)
    if save is not None:
        report.save(save)
    if fix and not report.ok:
        offer_fixes(report, write, format)
    raise typer.Exit(0 if report.ok else 1 if report.tensors else 2)
