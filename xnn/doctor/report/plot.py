"""The history of a run on one page: losses, gradient norms, updates, and what the units do."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...plots.axes import COLOURS, require_matplotlib
from ..run.history import Pairs, RunHistory, Series

CHANGE = "change of the weights by a step, of their size"
MOST = 8  # lines in a panel, the first and the last layers


class Theme(NamedTuple):
    """Colours of a page."""

    text: str
    grid: str
    lines: tuple[str, ...]
    good: str


# The dark page's lines are lighter.
LIGHT = Theme(
    "#1f2328",
    "#d0d7de",
    COLOURS,
    "#009E73",
)
DARK = Theme(
    "#e6edf3",
    "#30363d",
    ("#56B4E9", "#FF8A4C", "#3DDBA4", "#E79BC6", "#F0E442", "#9CC9F5", "#BBBBBB", "#B89CF0"),
    "#3DDBA4",
)


class Panel(NamedTuple):
    """One picture: a title, lines with their names, whether the axis is logarithmic."""

    title: str
    lines: dict[str, Pairs]
    log: bool
    empty: str


def panels(history: RunHistory) -> list[Panel]:
    """Sort the history into panels."""
    shares = {f"{name} dead": pairs for name, pairs in history.dead.items()}
    shares |= {f"{name} saturated": pairs for name, pairs in history.saturated.items()}
    shares = {name: pairs for name, pairs in shares.items() if max(value for _, value in pairs) > 0} or shares
    losses = {"loss": history.loss, "validation": history.validation_loss}
    norms, changes = _weights(history, history.gradient_norm), _weights(history, history.update_ratio)
    return [
        Panel("loss", {name: pairs for name, pairs in losses.items() if pairs}, True, "no loss was recorded"),
        Panel("norm of the gradient", norms, True, "no gradients were recorded"),
        Panel(CHANGE, changes, True, "no parameters were recorded"),
        Panel("share of units dead or saturated", _few(shares), False, "no activations were recorded"),
    ]


def _weights(history: RunHistory, series: Series) -> dict[str, Pairs]:
    """Return a line a layer: that of its weights, where they can be told from the biases."""
    return _few({name: series[name] for name in history.matrices if name in series} or series)


def _few(series: Series) -> dict[str, Pairs]:
    names = list(series)
    if len(names) > MOST:
        names = [*names[: MOST // 2], *names[-MOST // 2 :]]
    return {name: series[name] for name in names}


def draw(history: RunHistory, theme: Theme = LIGHT) -> Any:
    """Return a matplotlib figure of four panels."""
    require_matplotlib()
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(figsize=(11, 7.2), layout=ConstrainedLayoutEngine(h_pad=0.12), facecolor="none")
    for i, panel in enumerate(panels(history)):
        _draw(figure.add_subplot(2, 2, i + 1), panel, theme)
    if theme is LIGHT:
        figure.set_facecolor("white")
    return figure


def _draw(axes: Any, panel: Panel, theme: Theme) -> None:
    axes.set_facecolor("none")
    axes.set_title(panel.title, color=theme.text, fontsize=11)
    axes.tick_params(colors=theme.text, which="both", labelsize=9)
    for spine in axes.spines.values():
        spine.set_color(theme.grid)
    axes.grid(color=theme.grid, linewidth=0.6)
    if not panel.lines:
        axes.set(xticks=[], yticks=[])
        axes.text(0.5, 0.5, panel.empty, ha="center", va="center", color=theme.text, transform=axes.transAxes)
        return
    for (name, pairs), colour in zip(panel.lines.items(), theme.lines * 2, strict=False):
        steps, heights = [step for step, _ in pairs], [value for _, value in pairs]
        axes.plot(steps, heights, label=name, color=colour, linewidth=1.4, marker="." if len(pairs) < 30 else "")
    axes.set_xlabel("step", color=theme.text, fontsize=9)
    everything = [value for pairs in panel.lines.values() for _, value in pairs]
    if panel.log and _spans(everything):
        axes.set_yscale("log")
    if not panel.log:
        axes.set_ylim(-0.03, 1.03)
    if panel.title == CHANGE:
        axes.axhline(1e-3, color=theme.good, linewidth=1, linestyle=":", label="about right")
    # Beside the lines, never over them.
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.02), fontsize=8, labelcolor=theme.text, frameon=False)


def _spans(values: Sequence[float]) -> bool:
    """Whether all are positive and a decade apart, so that a logarithmic axis says more."""
    finite = [value for value in values if value == value and abs(value) != float("inf")]
    return bool(finite) and min(finite) > 0 and max(finite) > 10 * min(finite)
