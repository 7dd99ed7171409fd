"""Options that several commands have, and how their text is read. The names that help lists need no import of NumPy."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from ..errors import OptionError
from ..files import check_writable
from ..names import BackendName


def choice(told: Any, help: str, *also: str) -> Any:
    """Return an option that takes one of the names of a ``Literal``: its help lists them, and so does completion.

    The command itself refuses other names, with the nearest known one. `also` are names that stand before them.
    """
    names = [*also, *get_args(told)]
    return typer.Option(help=help.format(names=listed(names)), autocompletion=_beginning(names))


def listed(names: list[str]) -> str:
    """Return names as help shows them."""
    return ", ".join(names)


def _beginning(names: list[str]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        # Where names are listed with commas, what stands before the last comma is kept.
        before, comma, begun = incomplete.rpartition(",")
        return [f"{before}{comma}{name}" for name in names if name.startswith(begun)]

    return complete


FILES = "A .csv, .tsv, .csv.gz, .parquet, .npz or .npy file, or - for CSV from standard input"
Data = Annotated[Path | None, typer.Option(help=f"{FILES}; the embedded digits if not given.")]
Drop = Annotated[list[str] | None, typer.Option(help="Column to leave out; may be repeated.")]
SaveReport = Annotated[Path | None, typer.Option(help="Write the report here too, as one .html page.")]
Backend = Annotated[str, choice(BackendName, "{names}: see `xnn backends`.")]
Device = Annotated[str | None, typer.Option(help="One of the backend's devices, such as cuda:0.")]


def named(kind: str, text: str, table: Any) -> Any:
    """Turn ``"cosine:warmup=2,final=0.1"`` into ``Cosine(warmup=2.0, final=0.1)``."""
    from ..nn.tables import named as part

    name, _, options = text.partition(":")
    values = {}
    for option in filter(None, options.split(",")):
        key, equals, value = option.partition("=")
        if not equals:
            raise OptionError(f"--{kind} {text}: options are written name=value, got {option!r}.")
        values[key.strip()] = _value(value.strip())
    return part(kind, name, table, **values)


def _value(text: str) -> bool | int | float:
    if text in ("true", "false"):
        return text == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    raise OptionError(f"option values are numbers, true or false, got {text!r}.")


def whole_numbers(name: str, text: str) -> tuple[int, ...]:
    """Return ``"128,64"`` as numbers."""
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise OptionError(
            f"--{name} must be whole numbers with commas between them, as in 128,64, got {text!r}."
        ) from None


def names(text: str | None) -> list[str] | None:
    """Return ``"accuracy,absolute_error"`` as names, None for None."""
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def must_be_writable(path: Path | None) -> None:
    """Refuse a path that cannot be written before the work is done rather than after."""
    if path is not None:
        check_writable(path)
