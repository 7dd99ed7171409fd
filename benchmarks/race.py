"""Competitors side by side: each in its own process, in turn, round after round; ratios of neighbours, then medians."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from math import isnan
from pathlib import Path
from statistics import median
from typing import Any

from .setting import Setting

ROUNDS = 5
TURN = 0.2  # seconds of work a turn
GPU_TURN = 0.05  # on a GPU, where what else the processors do matters less
REST = 0.05  # until the threads of the one before have stopped spinning
DISTURBED = 0.1  # the share of the machine that other programs may have
PATIENCE = 60.0  # seconds that a setting waits for them
# Of the losses of the first and the twentieth step: all compute the same.
TOLERANCES = {"float32": 2e-3, "TF32": 1e-2, "bf16": 5e-2}


class Runner:
    """A competitor's process; of the tree in `folder`, where one is given."""

    def __init__(self, name: str, environment: dict[str, str] | None = None, folder: Path | None = None) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.worker", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | (environment or {}),
            cwd=folder,
        )

    def ask(self, **command: Any) -> dict[str, Any]:
        self.tell(**command)
        return self.answer()

    def tell(self, **command: Any) -> None:
        assert self.process.stdin is not None
        print(json.dumps(command), file=self.process.stdin, flush=True)

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"error: {self.name} ended with exit code {self.process.wait()}.")
        return json.loads(answer)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


class Race:
    """All competitors over one setting."""

    def __init__(self, runners: Iterable[Runner], setting: Setting, built: bool = False) -> None:
        self.runners, self.setting = list(runners), setting
        self.turns, self.disturbed, self.patience = 0, 0, PATIENCE
        if not built:
            answers = {runner.name: runner.ask(do="build", setting=setting) for runner in self.runners}
            if wrong := self.strangers({name: answer["losses"] for name, answer in answers.items()}):
                sys.exit(f"error: on {self.setting} these compute something else than the others: {wrong}.")

    def strangers(self, every: dict[str, list[float]]) -> dict[str, list[float]]:
        """Return the competitors, with their losses, that do not compute the same as the others."""
        known = {name: losses for name, losses in every.items() if not any(map(isnan, losses))}
        expected = known["hand-written NumPy"] if "hand-written NumPy" in known else next(iter(known.values()))
        tolerance = TOLERANCES[self.setting.precision]
        return {
            name: losses
            for name, losses in known.items()
            if any(abs(a - b) > tolerance * abs(b) for a, b in zip(losses, expected, strict=True))
        }

    def measure(self, what: str, rounds: int = ROUNDS) -> dict[str, list[float]]:
        """Return the seconds of each competitor's turns, round by round."""
        counts = {}
        for runner in self.runners:
            seconds = runner.ask(do=what, setting=self.setting, count=3)["seconds"]
            unit = median(seconds) * (self.setting.steps if what == "epochs" else 1)
            counts[runner.name] = max(2, round((TURN if self.setting.device is None else GPU_TURN) / unit))
        times: dict[str, list[float]] = {runner.name: [] for runner in self.runners}
        for turn in range(rounds):
            first = turn % len(self.runners)
            for runner in self.runners[first:] + self.runners[:first]:
                times[runner.name].append(self._turn(runner, what, counts[runner.name]))
        return times

    def _turn(self, runner: Runner, what: str, count: int) -> float:
        """Return the median of a turn's times, when other programs are quiet, or have not been for too long."""
        time.sleep(REST)
        while self.patience > 0 and _busy_share(REST) > DISTURBED:
            self.patience -= REST
        before, started = _busy(), time.perf_counter()
        answer = runner.ask(do=what, setting=self.setting, count=count)
        elapsed = time.perf_counter() - started
        others = _busy() - before - answer["cpu"]
        self.turns += 1
        self.disturbed += others > DISTURBED * elapsed * (os.cpu_count() or 1) + 0.02  # the kernel counts in hundredths
        return median(answer["seconds"])


def ratio(times: dict[str, list[float]], name: str, to: str | list[str]) -> float:
    """Return the median over the rounds of `name`'s time over that of `to`, or over the best of several."""
    others = [to] if isinstance(to, str) else to
    best = min(others, key=lambda other: median(times[other]))
    return median(a / b for a, b in zip(times[name], times[best], strict=True))


def _busy_share(seconds: float) -> float:
    before = _busy()
    time.sleep(seconds)
    return (_busy() - before) / seconds / (os.cpu_count() or 1)


def _busy() -> float:
    """Return the seconds that all processors together were busy since the start; 0 where Linux does not tell."""
    try:
        with open("/proc/stat", encoding="utf-8") as file:
            fields = [int(field) for field in file.readline().split()[1:]]
    except OSError:
        return 0.0
    user, nice, system, _, _, irq, softirq, steal = fields[:8]
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
