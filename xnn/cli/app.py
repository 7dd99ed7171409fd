"""All commands as one application, and how it ends: a user's mistake is one sentence and exit code 2."""

import os
import signal
import sys
import warnings
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from .. import __version__
from ..errors import XnnError
from . import environment
from .backends import backends
from .check import check
from .completion import complete_at_the_first_tab
from .diagnose import diagnose
from .evaluate import evaluate
from .info import info
from .predict import predict
from .ranks import silence
from .train import train


class Commands(TyperGroup):
    """The commands; Ctrl-C in any of them ends with exit code 130, whatever the version of Typer."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(128 + signal.SIGINT) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Neural networks written by hand, on every array library.",
)
for command in (train, predict, evaluate, info, check, diagnose, backends):
    app.command(command.__name__)(command)
complete_at_the_first_tab()


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"xnn {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say it.")] = False,
) -> None:
    """Take what belongs to no command."""


def run() -> None:
    """Run the command line; a user's mistake ends with one sentence on standard error and exit code 2."""
    launched = environment.launched()
    if launched and launched.rank and sys.argv[1:2] == ["train"] and "--no-mpi" not in sys.argv:
        silence()
    with warnings.catch_warnings():
        warnings.showwarning = _say_warning
        try:
            try:
                app(prog_name="xnn")
            finally:
                sys.stdout.flush()
        except XnnError as error:
            _fail(str(error))
        except MemoryError as error:  # outside what computes: in reading a file, say
            _fail(f"out of memory: {str(error) or 'nothing is left'}: give fewer rows.")
        except OSError as error:  # standard output is full, or closed
            _fail(f"standard output cannot be written: {error.strerror or error}.")


def _fail(sentence: str) -> None:
    with suppress(OSError):
        typer.echo(f"error: {sentence}", err=True)
    with suppress(OSError):  # what could not be written is not tried again when the process ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(2)


def _say_warning(message: Warning | str, *where: Any) -> None:
    """Say a warning as errors are said: where in the source it arose helps nobody here."""
    typer.echo(f"warning: {message}", err=True)
