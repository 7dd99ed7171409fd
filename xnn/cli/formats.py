"""What a command found, printed: for people, for editors, for GitHub."""

import sys
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from ..errors import UnknownNameError
from .options import choice

if TYPE_CHECKING:
    from ..doctor import Diagnosis
    from ..gradcheck import GradientReport

FormatName = Literal["text", "json", "github"]
Format = Annotated[str, choice(FormatName, "text; json, for editors; or github, for notes beside a pull request.")]


def check_format(name: str) -> None:
    """Raise UnknownNameError for what is no format."""
    if name not in get_args(FormatName):
        raise UnknownNameError("format", name, get_args(FormatName))


def apart(format: str) -> AbstractContextManager[Any]:
    """Keep what a user's program prints out of what another program is to read."""
    return nullcontext() if format == "text" else redirect_stdout(sys.stderr)


def show(format: str, command: str, file: Path, found: "GradientReport | Diagnosis", **more: Any) -> None:
    """Print what was found: in colour on a terminal that has colours, else as plain text, or for a program to read."""
    from ..formats import as_github, as_json

    if format == "json":
        text = as_json(command, str(file), found.ok, found.verdict, found.findings, **more)
    elif format == "github":
        text = as_github(str(file), found.ok, found.verdict, found.findings)
    else:
        from rich.console import Console

        console = Console(highlight=False, markup=False, emoji=False)
        if console.is_terminal:
            console.print(found)
            return
        text = str(found)
    if text:
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        typer.echo(text.encode(encoding, "backslashreplace").decode(encoding))
