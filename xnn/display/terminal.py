"""Lines in a terminal: in colour where it has colours, and wrapped at words."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .line import Line, Style

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

STYLES: dict[Style, str] = {
    "code": "bold red",
    "message": "bold",
    "gutter": "blue",
    "marked": "bold",
    "mark": "bold red",
    "label": "bold cyan",
    "belongs": "green",
    "note": "bold yellow",
    "reason": "underline",
}


def drawn(lines: Iterable[Line], console: "Console", width: int) -> Iterator["Text"]:
    """Yield lines as rich draws them, those of source as they are and others wrapped to `width`."""
    from rich.text import Text

    styles = dict(STYLES)
    for line in lines:
        if line.role == "code" and line.pieces[0].style == "note":
            styles |= dict.fromkeys(("code", "mark"), STYLES["note"])
        text = Text.assemble(*((piece.text, styles.get(piece.style, "")) for piece in line.pieces))
        text.rstrip()
        if line.role in ("source", "underline"):
            text.no_wrap, text.overflow = True, "ignore"
            yield text
            continue
        hang = line.hang if line.hang < width // 2 else 0
        for i, part in enumerate(text.split("\n")):
            yield from _wrapped(part, " " * hang, i == 0, console, width)


def _wrapped(text: "Text", hang: str, begins: bool, console: "Console", width: int) -> Iterator["Text"]:
    """Yield a text wrapped at words, indented from its second line on, or from the first if it does not begin there."""
    from rich.text import Text

    if begins:
        first = text.wrap(console, width)[0]
        text = text[len(first) :]
        first.rstrip()
        yield first
        text = text[len(text.plain) - len(text.plain.lstrip()) :]
        if not text:
            return
    for part in text.wrap(console, max(1, width - len(hang))):
        part.rstrip()
        yield Text(hang).append_text(part)
