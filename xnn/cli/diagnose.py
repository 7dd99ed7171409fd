"""``xnn diagnose``."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import FileError
from .fixes import Write, must_go_together, offer_fixes
from .formats import Format, apart, check_format, show
from .options import SaveReport, must_be_writable
from .program import program_of, reseed_of


def diagnose(
    file: Annotated[
        Path,
        typer.Argument(
            help="Python that defines loss(params, X, y), gradients(params, X, y), params, data = (X, y) and, if it "
            "likes, predict(params, X), accuracy(params, X, y), step(params, X, y), learning_rate and reseed()."
        ),
    ],
    fix: Annotated[bool, typer.Option("--fix", help="Show a patch after which the first fault is gone.")] = False,
    write: Write = False,
    format: Format = "text",
    save: SaveReport = None,
) -> None:
    """Find out why a network of yours does not learn; exit code 1 if something is wrong, 2 if it cannot be told."""
    from .. import doctor
    from ..plots.axes import require_matplotlib

    must_go_together(fix, write)
    check_format(format)
    must_be_writable(save)
    if save is not None:
        require_matplotlib()
    with apart(format):
        program, data = program_of(file)
        if not data and {"X", "y"} <= set(program):
            data = program["X"], program["y"]
        if len(data) != 2:
            arrays = "1 array" if len(data) == 1 else f"{len(data)} arrays"
            raise FileError(f"{file} has {arrays} of data: write data = (X, y), the samples and what to learn.")
        # A file may well use these names for numbers.
        options = {name: program[name] for name in ("predict", "accuracy", "step") if callable(program.get(name))}
        if isinstance(program.get("learning_rate"), (int, float)):
            options["learning_rate"] = program["learning_rate"]
        options["reseed"] = reseed_of(program)
        found = doctor.diagnose(program["loss"], program["gradients"], program["params"], *data, **options)
    show(format, "diagnose", file, found, checks=found.checks, measured=found.measured)
    if save is not None:
        found.save(save)
    if fix and not found.ok:
        offer_fixes(found, write, format)
    raise typer.Exit(0 if found.ok else 1 if found.examined else 2)
