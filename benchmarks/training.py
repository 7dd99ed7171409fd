"""Training beside the peers: six settings, a step and an epoch and a prediction, and what xnn was to reach."""

from collections.abc import Iterator
from statistics import median
from typing import Any, NamedTuple

from . import peers
from .race import Race, Runner, ratio
from .setting import SETTINGS, Setting

OTHERS = ("hand-written NumPy", "scikit-learn", "thinc", "torch")  # whom xnn on NumPy was to beat
OURS = ("xnn, NumPy", "xnn, torch", "xnn, JAX")


class Goal(NamedTuple):
    what: str
    ratio: float  # reached
    at_most: float  # asked for


def measure(chosen: tuple[Setting, ...] = SETTINGS) -> Iterator[dict[str, Any]]:
    """Race all that are installed over each setting; microseconds are medians over the rounds."""
    here = [name for name in peers.PEERS if peers.missing(name) is None]
    runners = [Runner(name) for name in here]
    for setting in chosen:
        race = Race(runners, setting)
        epochs, steps = race.measure("epochs"), race.measure("steps", rounds=3)
        racing = [runner for runner in runners if not runner.name.startswith("floor")]
        predictions = Race(racing, setting, built=True).measure("predict", rounds=3)
        yield {
            "setting": str(setting),
            "batch": setting.batch_size,
            "microseconds a step of an epoch": _medians(epochs),
            "microseconds a step alone": _medians(steps),
            "microseconds to predict a sample": _medians(predictions, setting.samples),
            "goals": [goal._asdict() for goal in goals(setting, epochs)],
            "share of the turns in which other programs were busy": round(race.disturbed / max(1, race.turns), 2),
        }
    for runner in runners:
        runner.close()


def goals(setting: Setting, times: dict[str, list[float]]) -> list[Goal]:
    """Compare epochs with what was to be reached, as medians of ratios within a round."""
    small, large = len(setting.sizes) == 3, setting.sizes[1] == 1024
    wanted = [("xnn, NumPy", [name for name in OTHERS if name in times], 0.95)]
    if large:
        wanted.append(("xnn, NumPy", ["floor, NumPy"], 1.25 if setting.optimizer == "sgd" else 1.5))
    wanted.append(("xnn, JAX", ["JAX + optax"], 0.7 if small else 1.0))
    wanted.append(("xnn, torch", ["torch"], 1.0))
    found = []
    for name, to, at_most in wanted:
        if name in times and all(other in times for other in to):
            best = min(to, key=lambda other: median(times[other]))
            found.append(Goal(f"{name} / {best}", ratio(times, name, best), at_most))
    ours = [name for name in OURS if name in times]
    rivals = [name for name in times if name not in OURS and not name.startswith("floor")]
    fastest = min(ours, key=lambda name: median(times[name]))
    rival = min(rivals, key=lambda name: median(times[name]))
    found.append(Goal(f"best, {fastest} / {rival}", ratio(times, fastest, rival), 1.0))
    return found


def _medians(times: dict[str, list[float]], samples: int = 1) -> dict[str, float]:
    return {name: round(median(values) / samples * 1e6, 3) for name, values in times.items()}
