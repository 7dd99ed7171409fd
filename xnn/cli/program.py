"""A user's Python file as a program to check: run, with what it defines."""

import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

from ..errors import FileError


def program_of(file: Path) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """Return what a file defines, and its data as a tuple."""
    program = _run(file, ("loss", "gradients", "params"))
    data = program.get("data", ())
    return program, tuple(data) if isinstance(data, (tuple, list)) else (data,)


def reseed_of(program: dict[str, Any]) -> Any:
    """Return what makes a program draw the same at each call: a seed, or a function, that it calls ``reseed``."""
    reseed = program.get("reseed")
    return reseed if callable(reseed) or type(reseed) is int else None


def _run(file: Path, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Run a Python file, with its own folder to import from, and return what it defines."""
    if not file.is_file():
        raise FileError(f"there is no file {file} (looked in {Path.cwd()}): check the name.")
    sys.path.insert(0, str(file.parent))
    try:
        defined = runpy.run_path(str(file), run_name=file.stem)
    except (Exception, SystemExit) as error:  # whatever a user's own program does
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        line = getattr(error, "lineno", None) or (lines[-1] if lines else None)
        where = f", line {line}" if line else ""
        raise FileError(f"{file}{where}: {type(error).__name__}: {error}. Correct it, so that the file runs.") from None
    if missing := [name for name in wanted if name not in defined]:
        raise FileError(f"{file} defines no {missing[0]}: it must define {', '.join(wanted)} and may define data.")
    return defined
