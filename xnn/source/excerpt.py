"""A place as compilers show it: where it is, the line, and the part of it underlined."""

from .place import Place


def excerpt(place: Place, label: str = "", mark: str = "^") -> list[str]:
    r"""Return the lines that show a place: its name, the source, and a mark under the part that is meant.

    Examples
    --------
    >>> print("\n".join(excerpt(Place("net.py", 7, 10, 7, 12, "dh", "", ("    dz = dh * h\n",)), "wrong")))
     --> net.py:7:10
      |
    7 |     dz = dh * h
      |          ^^ wrong
    """
    width = len(str(place.end_line))
    bar = " " * width + " |"
    lines = [f"{' ' * width}--> {place}", bar]
    for number, text in enumerate(place.lines, place.line):
        lines.append(f"{number:>{width}} | {text.rstrip()}")
    if place.line == place.end_line and place.lines:
        text = place.lines[0].rstrip()
        # Tabs stay tabs, so that the mark stands under what it means.
        blank = "".join("\t" if c == "\t" else " " for c in text[: place.column - 1])
        lines.append(f"{bar} {blank}{mark * max(1, place.end_column - place.column)} {label}".rstrip())
    elif label:
        lines.append(f"{bar} {label}")
    return lines
