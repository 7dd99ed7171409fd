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

    for line in lines:
        text = Text.assemble(*((piece.text, STYLES.get(piece.style, "")) for piece in line.pieces))
        text.rstrip()
        if line.role in ("source", "underline"):
            text.no_wrap, text.overflow = True, "ignore"
            yield text
            continue
        hang = line.hang if line.hang < width // 2 else 0
        for i, part in enumerate(text.wrap(console, max(1, width - hang))):
            part.rstrip()
            yield Text(" " * hang).append_text(part) if i and part.plain.strip() else part
