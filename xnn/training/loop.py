"""The loop: epochs of steps, until the end, a callback or Ctrl-C says stop."""

import signal
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from math import ceil, isfinite
from typing import Any

import numpy as np

from ..backends import Place
from ..optimizers import Schedule
from .batches import Data
from .callbacks import Callback
from .legs import Legs, compiled
from .run import Run
from .step import Recipe, Tally

_EVALUATION_ROWS = 4096  # a batch without backward pass may be larger


def run_loop(
    recipe: Recipe,
    place: Place,
    params: Any,
    data: Data,
    validation: Data | None,
    schedule: Schedule,
    learning_rate: float,
    epochs: int,
    batch_size: int | None,
    shuffle: np.random.Generator,
    noise: np.random.Generator,
    callbacks: Sequence[Callback],
) -> Run:
    """Train `params`, whose memory is reused, and return the run with the trained ones."""
    functions = compiled(place.backend, recipe)
    watched = any(c.every_step and getattr(c.on_step, "__func__", None) is not Callback.on_step for c in callbacks)
    legs = Legs(recipe, place, functions, params, watched)
    size = batch_size or data.samples
    run = Run(params, epochs, ceil(data.samples / size))
    run.recipe, run.data, run.held_out = recipe, data, validation.samples if validation else 0
    plateau = schedule.init()

    def rate(step: int) -> float:
        return learning_rate * schedule.factor(step / run.steps, epochs, plateau)

    try:
        for callback in callbacks:
            callback.on_start(run)
        # NumPy need not warn of an overflow: the loss shows it, and ends the run.
        with _ctrl_c_stops(run), np.errstate(over="ignore", invalid="ignore"):
            while run.epoch < epochs and not run.stopped:
                started, tally = time.perf_counter(), Tally(recipe)
                for _ in legs.epoch(run, tally, data, size, shuffle, noise, rate):
                    for callback in callbacks:
                        callback.on_step(run)
                    if run.stopped:
                        break
                else:
                    at_start = learning_rate * schedule.factor(run.epoch, epochs, plateau)
                    _record(run, tally, validation, recipe, functions.evaluate, at_start, started)
                    plateau = schedule.observe(plateau, run.watched_loss)
                    for callback in callbacks:
                        callback.on_epoch(run)
    finally:
        for callback in callbacks:
            callback.on_end(run)
    return run


def _record(
    run: Run, tally: Tally, validation: Data | None, recipe: Recipe, evaluate: Any, rate: float, started: float
) -> None:
    history = run.history
    loss, metrics = tally.read()
    history.loss.append(loss)
    history.learning_rate.append(rate)
    for name, value in metrics.items():
        history.metrics.setdefault(name, []).append(value)
    if validation is not None:
        tally = Tally(recipe)
        for batch in validation.batches(_EVALUATION_ROWS):
            tally.add(batch.size, *evaluate(run.params, batch.x, batch.targets, batch.weights))
        validation_loss, metrics = tally.read()
        history.validation_loss.append(validation_loss)
        for name, value in metrics.items():
            history.validation_metrics.setdefault(name, []).append(value)
    history.seconds.append(time.perf_counter() - started)
    run.epoch += 1
    run.kept_epoch = run.epoch
    if not isfinite(loss):
        run.stop("the loss is no longer finite: try a smaller learning_rate, or clip_norm=1.0")


@contextmanager
def _ctrl_c_stops(run: Run) -> Generator[None]:
    """Let Ctrl-C end the run after the current step, so that no update is cut in half; a second one interrupts."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals
        return

    def stop(number: int, frame: Any) -> None:
        if run.stopped:
            raise KeyboardInterrupt
        run.stop(f"interrupted in epoch {run.epoch + 1}")

    previous = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
