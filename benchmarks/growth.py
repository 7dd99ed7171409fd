"""A step's time on NumPy against width, depth, batch and samples, with the floor, its matrix products, drawn in."""

from statistics import median
from typing import Any, NamedTuple

from .peers.floors import NumpyFloor
from .peers.ours import XnnNumpy
from .results import RESULTS
from .setting import Setting

REPEATS = 5
WORK = 0.1  # seconds a repeat


class Point(NamedTuple):
    axis: str
    value: int
    xnn: float  # microseconds a step of an epoch
    floor: float


def settings() -> dict[str, dict[int, Setting]]:
    """Vary one of four numbers, from a 784-256-256-10 network with batches of 128."""
    optimizer = "sgd"

    def network(width: int = 256, depth: int = 2, batch: int = 128, samples: int = 0) -> Setting:
        return Setting((784, *[width] * depth, 10), batch, samples or max(2560, 10 * batch), optimizer)

    return {
        "width": {n: network(width=n) for n in (32, 64, 128, 256, 512, 1024, 2048)},
        "depth": {n: network(depth=n) for n in (1, 2, 4, 8, 16, 32)},
        "batch": {n: network(batch=n) for n in (16, 32, 64, 128, 256, 512, 1024)},
        "samples": {n: network(samples=n) for n in (1280, 2560, 5120, 10240, 20480, 40960)},
    }


def measure() -> list[Point]:
    return [
        Point(axis, value, *_times(setting)) for axis, points in settings().items() for value, setting in points.items()
    ]


def _times(setting: Setting) -> tuple[float, float]:
    found = []
    for peer in (XnnNumpy(setting), NumpyFloor(setting)):
        epoch = median(peer.epochs(2))
        count = max(1, round(WORK / epoch))
        found.append(median(s for _ in range(REPEATS) for s in peer.epochs(count)) / setting.steps * 1e6)
    return found[0], found[1]


def draw(points: list[dict[str, Any]], caption: str) -> None:
    """Draw both times against each axis, on logarithmic scales: a straight line of slope 1 is proportional growth."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 3.8), layout="constrained")
    FigureCanvasAgg(figure)
    axes = list(dict.fromkeys(point["axis"] for point in points))
    for panel, axis in zip(figure.subplots(1, len(axes), sharey=True), axes, strict=True):
        here = [point for point in points if point["axis"] == axis]
        values = [point["value"] for point in here]
        panel.loglog(values, [point["xnn"] for point in here], "o-", color="tab:orange", label="xnn, NumPy")
        panel.loglog(values, [point["floor"] for point in here], "s--", color="0.5", label="floor: matrix products")
        panel.set_xlabel({"width": "units a layer", "depth": "hidden layers"}.get(axis, axis))
        panel.set_xticks(values, [f"{value:,}" for value in values], fontsize=8)
        panel.minorticks_off()
        panel.grid(alpha=0.3)
    figure.axes[0].set_ylabel("microseconds a step, SGD")
    figure.axes[0].legend(fontsize=8)
    figure.suptitle(caption, fontsize=8)
    figure.savefig(RESULTS / "growth.png", dpi=110)
