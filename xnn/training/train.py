"""A training from start to end: data checked and split, what is fitted, moved to the device, and the loop.

Nothing that is fitted sees a row that is held out. A run begins here, or goes on from where another stands.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from platform import python_version
from typing import Any

import numpy as np

from ..backends import Place, to_host
from ..errors import CallbackError, ShapeError
from ..version import __version__
from .batches import Data
from .callbacks import Callback
from .calls import Calls
from .checkpoints import Checkpoint
from .evaluation import baseline
from .fitted import Fitted
from .inputs import Samples, take_in
from .loop import run_epochs
from .measured import metrics_of
from .metrics import METRICS
from .model import Model
from .options import Options
from .result import Result
from .run import Run
from .state import identity
from .step import Recipe
from .team import Team

FEWEST_EPOCHS, FEWEST_STEPS = 20, 2000  # where no epochs are asked for


@dataclass(frozen=True)
class Request:
    """What a training is asked for beside its options."""

    X: Any
    y: Any
    options: Options
    callbacks: list[Callback]
    epochs: int | None = None  # beyond those of the run that goes on
    init: Model | None = None  # whose weights to begin with
    run: Run | None = None  # that goes on
    checkpoint: Checkpoint | None = None
    team: Team | None = None


def run_training(request: Request) -> Result:
    """Train, and return what came of it."""
    options = request.options
    known = None if request.init is None else request.init.table
    samples = take_in(request.X, request.y, options.sample_weight, options.feature_names, table=known)
    place = options.place(request.X) if request.init is None else request.init.place
    for_split, for_init, for_shuffle, for_noise = _generators(options.seed)

    fitted, samples = Fitted.of(samples, options, for_split, request.init, request.team)
    with place.scope():
        # What is on the device has no name here: whoever keeps an error, as a notebook does, keeps this frame.
        try:
            run = _looped(request, samples, fitted, place, (for_init, for_shuffle, for_noise))
        except CallbackError as error:
            if error.result:
                error.result = _result(error.result, request, fitted)
            raise
    return _result(run, request, fitted)


def untrained_model(samples: Samples, options: Options, place: Place) -> Model:
    """Return the model that a training on `samples` begins with.

    Of a classifier, `samples.y` may be all its classes, once each, where the rows do not hold them all.
    """
    for_split, for_init, *_ = _generators(options.seed)
    fitted, _ = Fitted.of(samples, replace(options, validation=None, class_weight=None), for_split, None, None)
    with place.scope():
        return _model(fitted, place, samples.names, fitted.mlp.init_at(place, for_init, options.initializer))


def _generators(seed: int) -> list[np.random.Generator]:
    """Return those of the split, the weights, the shuffling and the dropout."""
    return np.random.default_rng(seed).spawn(4)


def _looped(
    request: Request, samples: Samples, fitted: Fitted, place: Place, rngs: tuple[np.random.Generator, ...]
) -> Run:
    """Move what was fitted to the device, and train on it."""
    options, task, rows = request.options, fitted.task, fitted.rows
    encoded = task.encode(samples.y)
    table = partial(Data, place, samples.X, encoded, fitted.weights, fitted.scaling)
    metrics, whole = metrics_of(options, task, place)
    recipe = Recipe(
        fitted.mlp, task.loss, options.optimizer, options.penalty, metrics,
        options.clip_norm, options.clip_value,
    )  # fmt: skip
    run = _begun(request, fitted, place, recipe, rngs) if request.run is None else request.run.fresh()
    run.recipe, run.data, run.options = recipe, table(rows.training), options
    run.team, run.whole_set = request.team, whole
    run.network = partial(_model, fitted, place, samples.names)
    given = None
    if isinstance(options.validation, tuple):
        given = take_in(*options.validation, name="the validation ", like=samples, table=fitted.table)
    held_out = _held_out(fitted, given, place, table)
    size = min(options.batch_size or run.data.samples, run.data.samples)
    if request.run is not None and (run.samples, run.steps) != (run.data.samples, ceil(run.data.samples / size)):
        run.restart_epoch()
    run.samples, run.held_out = run.data.samples, held_out.samples if held_out else 0
    run.steps = ceil(run.samples / size)
    judged = to_host((held_out or run.data).targets)
    with suppress(ShapeError):  # of a metric that does not fit the outputs, which the first step refuses
        run.baseline = baseline(task, [name for name in (*metrics, *whole) if name in METRICS], judged)
    run.epochs = _epochs(request, run)
    tables = samples, (given and given.X, given and given.y)
    if run.team is not None:
        run.team.check_enough(run.samples, size)
        run.team.check_alike(_called(request, run, place, *tables))
    if request.checkpoint is not None:
        request.checkpoint.begin(run, *tables, place)
    if run.team is not None:
        run.team.begin()
    try:
        run_epochs(
            run, place, held_out, options.schedule, options.learning_rate, size, Calls(request.callbacks),
            request.checkpoint,
        )  # fmt: skip
    finally:
        run.release_data()
    return run


def _called(request: Request, run: Run, place: Place, samples: Samples, validation: tuple[Any, ...]) -> dict[str, Any]:
    """Return what the calls of several processes must share, by name."""
    call = identity(request.options, samples, validation)
    kept = request.checkpoint
    return {
        "version of xnn": __version__, "version of numpy": np.__version__, "version of Python": python_version(),
        "number of samples": len(samples.y), "number of features": samples.X.shape[1], **call["options"],
        "epochs": run.epochs, "patience": request.options.patience, "backend": place.backend.name,
        "checkpoint": kept and kept.described, "run to go on with": request.run and (run.epoch, run.step),
        "data": call["data"],
    }  # fmt: skip


def _begun(
    request: Request, fitted: Fitted, place: Place, recipe: Recipe, rngs: tuple[np.random.Generator, ...]
) -> Run:
    for_init, for_shuffle, for_noise = rngs
    if request.init is None:
        params = fitted.mlp.init_at(place, for_init, request.options.initializer)
    else:
        params = request.init.copied_params()
    return Run(params, recipe.optimizer.init(params), for_shuffle, for_noise, request.options.schedule.init())


def _epochs(request: Request, run: Run) -> int:
    """Return the epoch to train to. Of a small table 20 epochs are few steps: it gets more, and keeps the best."""
    if request.run is not None:
        return run.epoch + (request.epochs or 0)
    return request.options.epochs or max(FEWEST_EPOCHS, ceil(FEWEST_STEPS / run.steps))


def _held_out(fitted: Fitted, given: Samples | None, place: Place, table: Any) -> Data | None:
    """Return what is measured after each epoch: rows of the table, or data given for it, which have no weights."""
    if given is None:
        return None if fitted.rows.held_out is None else table(fitted.rows.held_out)
    return Data(place, given.X, fitted.task.encode(given.y, "the validation y"), None, fitted.scaling)


def _model(fitted: Fitted, place: Place, names: tuple[str, ...] | None, params: Any, run: Run | None = None) -> Model:
    return Model(fitted.mlp, params, fitted.task, fitted.scaling, place, names, run, fitted.table)


def _result(run: Run, request: Request, fitted: Fitted) -> Result:
    assert run.network is not None
    options = request.options
    run.release_data()
    return Result(
        model=run.network(run.kept_params, run),
        history=run.history,
        stopped=run.stopped,
        kept_epoch=run.kept_epoch,
        steps_beyond=run.steps_beyond,
        samples=run.samples,
        ranks=1 if request.team is None else request.team.size,
        validation_samples=run.held_out,
        validation_rows=fitted.rows.held_out,
        baseline=run.baseline,
        chosen=run.step if options.epochs is None and request.run is None and run.epochs > FEWEST_EPOCHS else 0,
        given=(request.X, request.y),
    )
