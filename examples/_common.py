"""What the examples share: their options, their tables, their pictures, and a sentence instead of a traceback."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from xnn.errors import BackendError, FileError, XnnError

# Okabe and Ito's palette, which colour-blind readers can tell apart.
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"

_console = Console(markup=False, highlight=False)


def options(doc: str | None, dtype: str = "float32") -> argparse.ArgumentParser:
    """Make a parser with the options that every example has; `doc` is the script's docstring."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", default="numpy", help="numpy, torch, jax, cupy or array_api_strict (%(default)s)")
    parser.add_argument("--device", help="one of the backend's devices, such as cuda:0 (the backend's default)")
    parser.add_argument("--dtype", default=dtype, help="float32 or float64 (%(default)s)")
    parser.add_argument(
        "--output", type=Path, default=Path(__file__).parent / "output", metavar="FOLDER", help="for pictures"
    )
    return parser


def count(text: str) -> int:
    """Read an option that is a whole number, at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number, at least 1, got {text!r}")
    return int(text)


def seed(text: str) -> int:
    """Read an option that is a whole number, at least 0."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number, at least 0, got {text!r}")
    return int(text)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a small table: the first column names the row, the others are figures."""
    drawn = Table(title=title, title_justify="left", title_style="bold", min_width=40)
    for i, column in enumerate(columns):
        drawn.add_column(column, justify="right" if i else "left")
    for row in rows:
        drawn.add_row(*[str(cell) for cell in row])
    _console.print()
    _console.print(drawn)


def say(text: str) -> None:
    """Print a paragraph, wrapped to the terminal."""
    _console.print()
    _console.print(text)


def new_figure(width: float, height: float) -> Any:
    """Make a matplotlib figure that needs no display."""
    try:
        from matplotlib.figure import Figure  # not pyplot, which would look for a screen
    except ModuleNotFoundError:
        raise BackendError("the picture needs matplotlib: pip install matplotlib") from None
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Any, folder: Path, name: str) -> Path:
    """Write the figure to `folder`, which is made if need be, and say where it is."""
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise FileError(f"{path} cannot be written ({error.strerror}): choose a folder with --output.") from None
    _console.print(f"\nPicture: {path}", soft_wrap=True)
    return path


def run(main: Callable[[], object]) -> None:
    """Run an example; a mistake of the user's ends it with one sentence and exit code 2."""
    try:
        main()
    except XnnError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
