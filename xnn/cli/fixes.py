"""``--fix`` and ``--write``, of the commands that find faults."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import OptionError

if TYPE_CHECKING:
    from ..doctor import Diagnosis
    from ..gradcheck import GradientReport

Write = Annotated[bool, typer.Option("--write", help="With --fix: apply it to the file.")]


def must_go_together(fix: bool, write: bool) -> None:
    """Refuse to write what is not looked for."""
    if write and not fix:
        raise OptionError("--write applies what --fix finds: give both.")


def offer_fixes(found: "GradientReport | Diagnosis", write: bool, format: str) -> None:
    """Print the patches that were proven, apart from what another program reads; apply them if that was asked for."""
    if not found.fixes:
        typer.echo("No fix was proven: the findings above say what is known.", err=True)
    for patch in found.fixes:
        typer.echo(f"\n{patch.diff}", nl=False, err=format != "text")
        if write:
            patch.write()
            typer.echo(f"{patch.shown} was changed: check it again.", err=True)
