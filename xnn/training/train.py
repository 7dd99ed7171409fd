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
    epochs: int | None = None  # beyond those of the run that goes on; None: to where it was to end
    chosen: bool = False  # whether no epochs were asked for
    init: Model | None = None  # whose weights to begin with
    run: Run | None = None  # that goes on
    checkpoint: Checkpoint | None = None
    team: Team | None = None


def run_training(request: Request) -> Result:
    """Train, and return what came of it."""
    options = request.options
    known = None if request.init is None else request.init.table
    samples = take_in(
        request.X, request.y, options.sample_weight, options.feature_names, table=known, team=request.team
    )
    place = options.place(request.X) if request.init is None else request.init.place
    for_split, *rngs = _generators(options.seed)

    fitted, samples = Fitted.of(samples, options, for_split, request.init, request.team)
    given = None
    if isinstance(options.validation, tuple):
        given = take_in(
            *options.validation, name="the validation ", like=samples, table=fitted.table, team=request.team
        )
    with place.scope():
        # What is on the device belongs to the run, which is told to let go of it: whoever keeps an error, as a
        # notebook does, keeps this frame.
        run = _begun(request, fitted, place, *rngs)
        try:
            _equip(run, request, samples, given, fitted, place)
            _go(run, request, samples, given, place)
        except CallbackError as error:
            if error.result:
                error.result = _result(error.result, request, fitted)
            raise
        finally:
            run.release_data()
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


def _begun(
    request: Request,
    fitted: Fitted,
    place: Place,
    for_init: np.random.Generator,
    for_shuffle: np.random.Generator,
    for_noise: np.random.Generator,
) -> Run:
    """Return the run where it stands: at its start, or where the one that goes on does."""
    if request.run is not None:
        return request.run.fresh()
    options = request.options
    if request.init is None:
        params = fitted.mlp.init_at(place, for_init, options.initializer)
    else:
        params = request.init.copied_params()
    return Run(params, options.optimizer.init(params), for_shuffle, for_noise, options.schedule.init())


def _equip(run: Run, request: Request, samples: Samples, given: Samples | None, fitted: Fitted, place: Place) -> None:
    """Give a run what it goes with: data on the device, what a step is made of, and where it is to end."""
    options, task, rows = request.options, fitted.task, fitted.rows
    table = partial(Data, place, samples.X, task.encode(samples.y), fitted.weights, fitted.scaling)
    metrics, run.whole_set = metrics_of(options, task, place)
    run.recipe = Recipe(
        fitted.mlp, task.loss, options.optimizer, options.penalty, metrics,
        options.clip_norm, options.clip_value,
    )  # fmt: skip
    run.options, run.team, run.chosen = options, request.team, request.chosen
    run.network = partial(_model, fitted, place, samples.names)
    run.data = table(rows.training)
    if given is not None:  # has no weights
        run.validation = Data(place, given.X, task.encode(given.y, "the validation y"), None, fitted.scaling)
    elif rows.held_out is not None:
        run.validation = table(rows.held_out)
    before = run.samples, run.steps
    run.samples, run.held_out = run.data.samples, run.validation.samples if run.validation else 0
    run.batch_size = min(options.batch_size or run.samples, run.samples)
    run.steps = ceil(run.samples / run.batch_size)
    if (run.samples, run.steps) != before:
        run.restart_epoch()
    judged = to_host((run.validation or run.data).targets)
    with suppress(ShapeError):  # of a metric that does not fit the outputs, which the first step refuses
        run.baseline = baseline(task, [name for name in (*metrics, *run.whole_set) if name in METRICS], judged)
    run.epochs = _last_epoch(request, run)


def _go(run: Run, request: Request, samples: Samples, given: Samples | None, place: Place) -> None:
    """Train, when all processes agree on what, from where a checkpoint stands if there is one to resume."""
    tables = samples, (given and given.X, given and given.y)
    options, team, checkpoint = request.options, request.team, request.checkpoint
    if team is not None:
        team.check_enough(run.samples, run.batch_size)
        team.check_alike(_called(request, run, place, *tables))
    if checkpoint is not None:
        checkpoint.begin(run, *tables, place)
    if team is not None:
        team.begin()
    run_epochs(run, place, options.schedule, options.learning_rate, Calls(request.callbacks), checkpoint)


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


def _last_epoch(request: Request, run: Run) -> int:
    """Return the epoch to train to. Of a small table 20 epochs are few steps: it gets more, and keeps the best."""
    if request.run is None:
        return request.options.epochs or max(FEWEST_EPOCHS, ceil(FEWEST_STEPS / run.steps))
    return request.run.epochs if request.epochs is None else run.epoch + request.epochs


def _model(fitted: Fitted, place: Place, names: tuple[str, ...] | None, params: Any, run: Run | None = None) -> Model:
    return Model(fitted.mlp, params, fitted.task, fitted.scaling, place, names, run, fitted.table)


def _result(run: Run, request: Request, fitted: Fitted) -> Result:
    assert run.network is not None
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
        chosen=run.step if run.chosen and run.epochs > FEWEST_EPOCHS else 0,
        given=(request.X, request.y),
    )
