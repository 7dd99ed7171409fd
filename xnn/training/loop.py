"""The loop: epochs of steps, until the end, a callback or a signal says stop."""

import time
from math import isfinite
from typing import Any

import numpy as np

from ..backends import Place
from ..optimizers import Schedule
from .batches import Data
from .calls import Calls, MetricError, callback_error
from .checkpoints import Checkpoint
from .epoch_steps import EpochSteps, compiled, compiled_network
from .run import Run
from .step import Recipe, Tally
from .stops import signals_stop
from .team import Team

_EVALUATION_ROWS = 4096  # a batch without backward pass may be larger


def run_epochs(
    run: Run, place: Place, schedule: Schedule, learning_rate: float, calls: Calls, checkpoint: Checkpoint | None
) -> None:
    """Train `run` to its last epoch, from wherever it stands."""
    functions = compiled(place.backend, run.recipe)

    def rate(done: int) -> float:
        return learning_rate * schedule.factor((run.epoch * run.steps + done) / run.steps, run.epochs, run.plateau)

    steps = EpochSteps(place, functions, run.batch_size, rate, calls.every_step)
    try:
        calls.tell("on_start", run)
        if run.team is not None:
            run.team.confirm(run)
        if not run.keep_best:
            run.best = None
        # NumPy need not warn of an overflow: the loss shows it, and ends the run.
        with signals_stop(run, checkpoint is not None), np.errstate(over="ignore", invalid="ignore"):
            while run.epoch < run.epochs and not run.ends:
                started, at_start = time.perf_counter(), rate(0)
                for _ in steps.epoch(run):
                    calls.tell("on_step", run)
                    if run.ends:
                        break
                    if checkpoint is not None:
                        checkpoint.offer(run)
                else:
                    _finish(run, functions.evaluate, at_start, started, place)
                    run.plateau = schedule.observe(run.plateau, run.watched_loss)
                    calls.tell("on_epoch", run)
                    if run.team is not None:
                        run.team.confirm(run)
                    if checkpoint is not None:
                        checkpoint.offer(run)
            if checkpoint is not None:
                checkpoint.last(run)
    except BaseException as error:
        try:
            calls.end(run)
        except Exception as another:
            error.add_note(f"and in the end: {another}")
        if isinstance(error, MetricError):
            raise callback_error(f"metric {error.name!r}", error.__cause__ or error, run) from error.__cause__
        raise
    finally:
        if checkpoint is not None:
            checkpoint.close()
    calls.end(run)


def _finish(run: Run, evaluate: Any, rate: float, started: float, place: Place) -> None:
    """Write the figures of an epoch down, when all of them are known."""
    assert run.tally is not None
    loss, metrics = run.tally.read()
    training, validation = (loss, metrics | _of_all(run, run.data, place)), None
    if run.validation is not None:
        others, metrics = measure(run.recipe, run.params, run.validation, evaluate, run.team)
        validation = others, metrics | _of_all(run, run.validation, place)
    run.history.append(training, validation, rate, time.perf_counter() - started)
    run.epoch += 1
    run.done, run.order, run.tally = 0, None, None
    run.note_best()
    if not isfinite(loss):
        run.stop("the loss is no longer finite: try a smaller learning_rate, or clip_norm=1.0")


def _of_all(run: Run, data: Data, place: Place) -> dict[str, float]:
    """Return the metrics of all samples of `data` together, by their outputs now; a team's shares are joined."""
    if not run.whole_set:
        return {}
    network = compiled_network(place.backend, run.recipe.mlp)
    parts = [
        (place.to_host(network(run.params, batch.x)).astype(np.float64), place.to_host(batch.targets))
        if batch.size
        else None
        for batch in data.batches(_EVALUATION_ROWS, team=run.team)
    ]
    if run.team is not None:  # in the order that one process has them in
        parts = [part for batch in zip(*run.team.exchange(parts), strict=True) for part in batch]
    outputs, targets = (np.concatenate(each) for each in zip(*filter(None, parts), strict=True))
    if not np.isfinite(outputs).all():
        return dict.fromkeys(run.whole_set, float("nan"))
    return {name: metric(outputs, targets) for name, metric in run.whole_set.items()}


def measure(
    recipe: Recipe, params: Any, data: Data, evaluate: Any, team: Team | None = None
) -> tuple[float, dict[str, float]]:
    """Return the loss and the metrics of all samples of `data`, without dropout; a team shares them."""
    tally = Tally(recipe)
    for batch in data.batches(_EVALUATION_ROWS, team=team):
        if batch.size:
            tally.add(batch.size, *evaluate(params, batch.x, batch.targets, batch.weights))
    return (tally if team is None else tally.summed(team)).read()
