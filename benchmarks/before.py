"""Steps of xnn as it is beside those of xnn at an earlier commit, each in processes of its own, in turn."""

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from . import peers
from .race import Race, Runner, ratio
from .setting import SETTINGS

ROUNDS = 9
ALLOWED = 1.02
OURS = ("xnn, NumPy", "xnn, torch", "xnn, JAX")
WHAT = {"epochs": "a step of an epoch", "steps": "a step alone"}


class Ratio(NamedTuple):
    setting: str
    backend: str
    what: str
    before: float  # microseconds, the least of the turns
    now: float
    ratio: float  # median over the rounds of now over before
    least: float  # ratio of the least, which other programs disturb less


def measure(commit: str, names: tuple[str, ...] = OURS) -> Iterator[Ratio]:
    """Race this tree with that of a commit, which has the same worker."""
    with tempfile.TemporaryDirectory() as folder:
        _unpack(commit, Path(folder))
        for name in names:
            if peers.missing(name) is not None:
                continue
            runners = [Runner(name, folder=Path(folder)), Runner(name)]
            for runner, when in zip(runners, ("before", "now"), strict=True):
                runner.name = when
            for setting in SETTINGS:
                race = Race(runners, setting)
                for what, told in WHAT.items():
                    times = race.measure(what, ROUNDS)
                    before, now = min(times["before"]), min(times["now"])
                    median_ratio = ratio(times, "now", "before")
                    yield Ratio(str(setting), name, told, before * 1e6, now * 1e6, median_ratio, now / before)
            for runner in runners:
                runner.close()


def _unpack(commit: str, folder: Path) -> None:
    here = Path(__file__).parents[1]
    archive = subprocess.run(["git", "archive", commit], cwd=here, capture_output=True, check=True).stdout
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.seek(0)
        with tarfile.open(fileobj=file) as tar:
            tar.extractall(folder, filter="data")
