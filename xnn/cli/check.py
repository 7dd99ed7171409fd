"""``xnn check``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import OptionError
from .formats import Format, apart, check_format, show
from .options import SaveReport, must_be_writable
from .program import program_of, reseed_of

if TYPE_CHECKING:
    from ..gradcheck import GradientReport


def check(
    file: Annotated[
        Path, typer.Argument(help="Python that defines loss, gradients, params and, if it likes, data and reseed().")
    ],
    thorough: Annotated[bool, typer.Option("--thorough", help="Every entry, with error estimates.")] = False,
    seed: Annotated[int, typer.Option()] = 0,
    fix: Annotated[bool, typer.Option("--fix", help="Show a patch after which every gradient is right.")] = False,
    write: Annotated[bool, typer.Option("--write", help="With --fix: apply it to the file.")] = False,
    format: Format = "text",
    save: SaveReport = None,
) -> None:
    """Check a hand-written gradient and name the bug; exit code 1 if it is wrong, 2 if the file cannot be used."""
    from ..gradcheck import check_gradients

    if write and not fix:
        raise OptionError("--write applies what --fix finds: give both.")
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
        _fixed(report, write)
    raise typer.Exit(0 if report.ok else 1 if report.tensors else 2)


def _fixed(report: "GradientReport", write: bool) -> None:
    """Print the patches that were proven, and apply them if that was asked for."""
    if not report.fixes:
        typer.echo("No fix was proven: the findings above say what is known.", err=True)
    for patch in report.fixes:
        typer.echo(f"\n{patch.diff}", nl=False)
        if write:
            patch.write()
            typer.echo(f"{patch.shown} was changed: check it again.", err=True)
