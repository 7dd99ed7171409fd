"""The bar chart of the training times, for the page of benchmarks."""

from pathlib import Path
from typing import Any

from .results import RESULTS

COLOURS = {"floor": "0.8", "xnn": "tab:orange"}


def draw(rows: list[dict[str, Any]], caption: str, path: Path = RESULTS / "training.png") -> None:
    """Draw one panel a setting: microseconds a step of an epoch, one bar a competitor."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = (len(rows) + 1) // 2
    figure = Figure(figsize=(13, 8 if len(rows) > 1 else 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(min(2, len(rows)), columns, squeeze=False)
    for i, row in enumerate(rows):
        panel = panels[i % 2][i // 2]
        times = row["microseconds a step of an epoch"]
        names = list(times)[::-1]
        colours = [COLOURS.get(name.split(",")[0], "tab:blue") for name in names]
        bars = panel.barh(names, [times[name] for name in names], color=colours)
        panel.bar_label(bars, [f"{times[name]:,.0f}" for name in names], padding=3, fontsize=8)
        panel.set_title(f"{row['setting']}, batch {row['batch']}", fontsize=10)
        panel.set_xlim(right=1.18 * max(times.values()))
        panel.tick_params(labelsize=8)
        panel.spines[["top", "right"]].set_visible(False)
    for panel in figure.axes[len(rows) :]:
        panel.set_visible(False)
    figure.supxlabel("microseconds a training step, median; less is better", fontsize=9)
    figure.suptitle(caption, fontsize=9)
    figure.savefig(path, dpi=110)
