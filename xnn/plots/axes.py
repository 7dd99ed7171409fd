"""What all pictures share: matplotlib if it is there, Axes to draw in, colours and marks."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from ..errors import BackendError

# Okabe and Ito's colours, which colour-blind readers can tell apart; yellow and black replaced by what shows on white
# beside grid and text.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8A6D00", "#56B4E9", "#444444", "#7A4FBF")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")  # a class has one too: colour alone is not enough for everyone
_SLANTED: dict[str, Any] = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
_CHARACTER = 0.085  # inches
_LONGEST = 18  # characters of a name beside an axis


def require_matplotlib() -> None:
    """Raise BackendError, with what to do, if there is nothing to draw with."""
    if find_spec("matplotlib") is None:
        raise BackendError("plots need matplotlib: pip install matplotlib")


def axes_for(ax: Any, size: tuple[float, float] = (5.0, 3.6)) -> Any:
    """Return `ax`, or new Axes of a pyplot figure of `size` inches, which a notebook shows by itself."""
    require_matplotlib()
    if ax is not None:
        return ax
    from matplotlib import pyplot

    return pyplot.subplots(figsize=size, layout="constrained")[1]


def side_by_side(count: int, shown: bool) -> list[Any]:
    """Return Axes in a row: of a pyplot figure if they are to be shown, else of one that nothing keeps open."""
    require_matplotlib()
    size: Any = {"figsize": (4.8 * count, 3.6), "layout": "constrained"}
    if shown:
        from matplotlib import pyplot

        figure = pyplot.figure(**size)
    else:
        from matplotlib.figure import Figure

        figure = Figure(**size)
    return list(figure.subplots(1, count, squeeze=False)[0])


def grid(ax: Any) -> None:
    """Draw a pale grid behind what is drawn."""
    ax.grid(alpha=0.3)
    ax.set_axisbelow(True)


def shortened(value: object) -> str:
    """Return a name as it is written beside an axis."""
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def name_ticks(ax: Any, which: str, names: Sequence[object], most: int) -> None:
    """Write the names at 0, 1, 2, ... of the axis "x" or "y", of more than `most` every so many."""
    every = -(-len(names) // most)
    ticks = range(0, len(names), every)
    texts = [shortened(names[i]) for i in ticks]
    room = ax.bbox.width / ax.figure.dpi / max(len(ticks), 1)  # inches for each
    slanted = which == "x" and max(map(len, texts), default=0) * _CHARACTER > room
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_ticks(list(ticks), texts, **(_SLANTED if slanted else {}))
