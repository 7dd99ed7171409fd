"""What was found, for editors and for CI: JSON, and the workflow commands of GitHub Actions.

The JSON is one object:

============  ========================================================================================================
``version``   1; a later version may add names, a name that changes its meaning gives another number
``command``   ``"check"`` or ``"diagnose"``
``file``      the file that was checked
``ok``        whether nothing is wrong; notes are no faults
``verdict``   one sentence
``findings``  a list, what to change first at its beginning; each has the names of :class:`xnn.gradcheck.Finding`
``tensors``   of ``check``: by name ``ok``, ``shape``, ``relative_error``, ``tolerance``, ``worst_index``, ``checked``,
              ``total``
``checks``    of ``diagnose``: by name ``"done"``, or why it was left out
``measured``  of ``diagnose``: numbers by name
============  ========================================================================================================

A finding has ``code``, ``parameter``, ``message``, ``advice``, ``evidence``, ``certainty``, ``note`` (true of what is
worth knowing but no fault), ``stands``, ``belongs``, ``residual``, and its place: ``file``, ``line``, ``column``,
``end_line``, ``end_column``, ``source``, ``function``, each null where there is none. ``because`` is such a place, or
null. ``fix`` is a proven patch, with ``file``, ``line``, ``diff`` and ``proof``, or null. Lines and columns are
counted from 1, in characters, and the end column is the first one behind the place. Paths are relative to the working
directory where they lie below it, with ``/``. What is no finite number is null.
"""

import json
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from .findings import Finding
from .source import nearest

VERSION = 1


def as_json(command: str, file: str, ok: bool, verdict: str, findings: Iterable[Finding], **more: Any) -> str:
    """Return what a command found as JSON."""
    told = {
        "version": VERSION,
        "command": command,
        "file": nearest(file),
        "ok": ok,
        "verdict": verdict,
        "findings": [_finding(finding) for finding in findings],
        **more,
    }
    return json.dumps(_plain(told), indent=2, allow_nan=False)


def _finding(finding: Finding) -> dict[str, Any]:
    told = finding.to_dict()
    for place in (told, told["because"] or {}):
        if place.get("file"):
            place["file"] = nearest(place["file"])
    return told


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value if value is None or isinstance(value, (str, int)) else str(value)


def as_github(file: str, ok: bool, verdict: str, findings: Iterable[Finding]) -> str:
    """Return what was found as commands that make GitHub Actions write it beside the lines of a pull request.

    A fault is an error and a note a notice. What has no place is told of the file that was checked.
    """
    commands = [_command(finding, file) for finding in findings]
    if not ok and not any(command.startswith("::error") for command in commands):
        commands.append(f"::error file={_property(nearest(file))}::{_data(verdict)}")
    return "\n".join(commands)


def _command(finding: Finding, file: str) -> str:
    place = finding.place
    where: dict[str, Any] = {"file": nearest(place.file if place else file)}
    if place:
        where |= {"line": place.line, "endLine": place.end_line}
        if place.line == place.end_line:  # GitHub takes columns within one line only
            where |= {"col": place.column, "endColumn": place.end_column}
    where["title"] = f"{finding.code} [{finding.parameter}]" if finding.parameter else finding.code
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in where.items())
    text = "\n".join(
        line.text.strip() for line in finding.lines() if line.role in ("belongs", "because", "fix", "evidence")
    )
    message = f"{finding.message}\n{text}".strip()
    return f"::{'notice' if finding.is_note else 'error'} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
