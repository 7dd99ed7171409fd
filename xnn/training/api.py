"""xnn.train: its options, and what goes on from its results."""

import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import fields, replace
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

from ..arguments import one_of, whole
from ..backends import resolve
from ..datasets import digits
from ..errors import DataError, OptionError, UnknownNameError
from ..names import (
    ActivationName,
    DtypeName,
    InitializerName,
    LossName,
    OptimizerName,
    ProgressName,
    ScaleName,
    ScheduleName,
    TaskName,
)
from ..nn import Activation, Initializer, Loss
from ..optimizers import Optimizer, Schedule
from .automatic_stop import AutomaticStop
from .callbacks import Callback, EarlyStopping, as_callbacks
from .checkpoints import Checkpoint
from .guard import Guard
from .metrics import Metric
from .model import Model
from .options import Options
from .progress import as_progress
from .result import Result
from .team import Team, as_team
from .train import FEWEST_EPOCHS, Request, run_training

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def _told(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Have an option that `function` lacks refused with the name of the one that may be meant."""
    taken = signature(function).parameters
    known = [name for name, each in taken.items() if each.kind is each.KEYWORD_ONLY]

    @wraps(function)
    def asked(*args: Given.args, **options: Given.kwargs) -> Returned:
        for name in options:
            if name not in taken:
                raise UnknownNameError(f"option of {asked.__name__}", name, known)
        return function(*args, **options)

    return asked


@_told
def train(
    X: Any = None,
    y: Any = None,
    *,
    hidden: int | Sequence[int] = (128, 64),
    activation: ActivationName | Activation = "relu",
    output: ActivationName | Activation = "identity",
    task: TaskName = "auto",
    loss: LossName | Loss | Literal["auto"] = "auto",
    optimizer: OptimizerName | Optimizer = "adam",
    learning_rate: float = 1e-3,
    schedule: ScheduleName | Schedule | None = None,
    epochs: int | None = None,
    batch_size: int | None = 128,
    l1: float = 0.0,
    l2: float = 0.0,
    penalize_biases: bool = False,
    dropout: float = 0.0,
    bias: bool = True,
    initializer: InitializerName | Initializer | Literal["auto"] = "auto",
    clip_norm: float | None = None,
    clip_value: float | None = None,
    scale: ScaleName | None = "auto",
    sample_weight: Any = None,
    class_weight: Mapping[Any, float] | Literal["balanced"] | None = None,
    validation: float | tuple[Any, Any] | None = 0.1,
    patience: int | None = None,
    metrics: Sequence[str | Metric] | None = None,
    callbacks: Sequence[Any] = (),
    progress: ProgressName | bool = "auto",
    doctor: Literal["on", "off"] = "on",
    backend: str | None = None,
    device: str | None = None,
    dtype: DtypeName = "float32",
    seed: int = 0,
    feature_names: Sequence[str] | None = None,
    init: Model | None = None,
    checkpoint: str | Path | None = None,
    every: float = 1,
    resume: bool = False,
    comm: Any = None,
) -> Result:
    """Train a multilayer perceptron, on the embedded digits if no data are given.

    Parameters
    ----------
    X : shape (samples, features), optional
        An array of any backend, a list, a data frame, or a ``numpy.memmap`` bigger than memory, of which only batches
        are ever copied, as of a Parquet file that ``xnn.datasets.load(path, mapped=True)`` leaves on disk. Of a frame,
        text becomes a column a category, and gaps the median and a column more, by the rows trained on:
        ``model.encode`` shows it.
    y : shape (samples,) or (samples, outputs), optional
        Classes (strings, booleans, integers) or numbers (floats). X and y may be of two libraries: both are moved.
    hidden : int or sequence of int
        Units of each hidden layer; ``()`` for none.
    activation : str or Activation
        After each hidden layer; a name in ``xnn.nn.ACTIVATIONS``.
    output : str or Activation
        After the last layer; the cross-entropies take logits and want the identity.
    task : {"auto", "classification", "regression"}
        What y is; by itself: strings, booleans and integers are classes, floats are numbers.
    loss : str or Loss
        A name in ``xnn.nn.LOSSES``; by itself the binary or softmax cross-entropy, or the squared error.
    optimizer : str or Optimizer
        A name in ``xnn.optimizers.OPTIMIZERS``.
    learning_rate : float
    schedule : str or Schedule, optional
        A name in ``xnn.optimizers.SCHEDULES``: a factor on the learning rate.
    epochs : int, optional
        By itself 20, and in a small table more: as many as make 2,000 steps, or fewer where a classifier's loss falls
        below 2% of that of guessing. Of these the weights of the best epoch are kept. The summary says how
        many epochs.
    batch_size : int or None
        None: all samples in one batch.
    l1, l2 : float
        ``l1 sum |W| + l2 sum W^2 / 2`` is added to the loss.
    penalize_biases : bool
    dropout : float
        Share of hidden units silenced in each step.
    bias : bool
    initializer : str or callable
        A name in ``xnn.nn.INITIALIZERS``; "auto": the activation's own, ``"he_fan_max"`` for ReLU and its kin and
        ``"glorot_uniform"`` for the others.
    clip_norm, clip_value : float, optional
        The most that the gradient's norm, and each of its entries, may be.
    scale : {"auto", "standard", "common", None}
        Inputs are brought to mean 0 and deviation 1, feature by feature ("standard") or all alike ("common", for
        pixels); "auto" chooses; None leaves them, and regression targets, which are otherwise standardized too (the
        loss is then that of the standardized targets; predictions and metrics are in y's own units).
    sample_weight : shape (samples,), optional
        A factor on each sample's loss, by which it counts for the scaling too.
    class_weight : dict of class to factor, or "balanced", optional
        On each sample of the class, as `sample_weight` and beside it.
        "balanced": n / (classes x count of the class), counted in the samples that are trained on.
    validation : float, (X, y) or None
        A share of the samples to hold out, of each class alike, or data of their own.
    patience : int, optional
        Stop when the validation loss has not fallen for so many epochs, and keep the best weights.
    metrics : sequence of str or callable, optional
        Names in ``xnn.training.METRICS``, or functions of outputs and targets that return one number a sample, or with
        :func:`xnn.training.whole_set` one of all samples, measured after each epoch; in regression both are in y's own
        units. By itself the accuracy of a classifier.
    callbacks : sequence of Callback or callable
        A function is called with the run after each epoch.
    progress : {"auto", "bar", "lines"} or bool
        What to show on standard error: a bar, or a line an epoch, at most 50; "auto", or True: a bar on a terminal and
        in a notebook, lines elsewhere; False: nothing.
    doctor : {"on", "off"}
        Whether to warn, once and in one sentence (NotLearningWarning), if the run is not learning.
    backend, device : str, optional
        Where to compute; by itself where X is, NumPy for lists.
    dtype : {"float32", "float64"}
    seed : int
        Of the split, the weights, the shuffling and the dropout; every backend gets the same numbers.
    feature_names : sequence of str, optional
        Kept in the model; by itself the columns of a data frame.
    init : Model, optional
        Whose weights to begin with, and with them its network, classes and scaling, without which they mean nothing;
        ``hidden``, ``activation``, ``output``, ``bias``, ``dropout``, ``loss``, ``scale``, ``backend`` and ``dtype``
        are the model's. Its optimizer's state is left behind: :meth:`Model.fit` goes on with that too.
    checkpoint : str or Path, optional
        A file in which the run is written down as it goes and when it ends, from which :func:`load` reads a model too.
        A run that is killed at any moment and resumed ends with the same bits as one that was not. SIGTERM then ends
        training after a step, in a checkpoint and exit code 143.
    every : float
        Epochs from one checkpoint to the next; 0.25 is four an epoch. One is left out while the one before is still
        being written.
    resume : bool
        Whether to go on from the checkpoint; where there is none yet, training begins anew. The call must be the same,
        but for epochs, patience, callbacks, backend, device and the number of ranks.
    comm : mpi4py.MPI.Comm, optional
        Whose ranks train together, ``mpiexec -n 4 python program.py`` with ``comm=MPI.COMM_WORLD``; all make the same
        call. `batch_size` is that of all ranks together: each takes its share of every batch, and the result is that of
        one process but for rounding. Of a memmap and of a Parquet file that is left on disk a rank reads its share
        alone; what is in memory each has whole. Bar, warnings and checkpoint are rank 0's; callbacks are called on
        every rank, and when one of them stops the run all stop, one step later. An error before the first step is
        raised on all ranks; one in a single rank later ends the whole job, with its sentence. Of errors outside this
        call MPI knows nothing, and the other ranks wait: ``mpiexec -n 4 python -m mpi4py program.py`` ends the job in
        them too.

    Returns
    -------
    Result
        With ``model`` and ``history``. Ctrl-C ends training early, with what was learnt so far; ``result.resume()``
        goes on.

    Raises
    ------
    CallbackError
        If a metric or a callback of yours raises: its cause is that error, its ``result`` what was learnt so far.
    RankError
        If another rank of `comm` failed.
    XnnError
        A subclass that is also a ValueError, TypeError or RuntimeError, with a sentence that says what to do.

    Examples
    --------
    >>> import xnn
    >>> X, y = xnn.datasets.circle(n=400, seed=1)
    >>> result = xnn.train(X, y, hidden=16, learning_rate=0.01, epochs=40, progress=False)
    >>> result.model.predict(X[:3]).shape
    (3,)
    >>> result.model.score(X, y) > 0.95
    True
    """
    options = {name: value for name, value in locals().items() if name in _OPTIONS}
    with (team := as_team(comm)) or nullcontext():
        if (X is None) != (y is None):
            raise DataError("X and y go together: give both, or neither to train on the embedded digits.")
        if X is None:
            X, y = digits()
        if init is not None:
            init, options = _begin_with(init, options)
        kept = None if checkpoint is None else Checkpoint(checkpoint, every, resume, team)
        if kept is None and resume is not False:
            raise OptionError("resume needs a file to go on from: give checkpoint='run.safetensors'.")
        chosen = epochs is None
        watchers = as_watchers(callbacks, progress, doctor, patience, team, chosen)
        request = Request(X, y, Options(**options), watchers, chosen=chosen, init=init, checkpoint=kept, team=team)
        result = run_training(request)
    return _ended(result)


def go_on_fitting(model: Model, X: Any, y: Any, epochs: Any, changes: dict[str, Any]) -> Result:
    """Go on with a model's run, without `epochs` to where it was to end; :meth:`Model.fit` says how."""
    run = model.run
    if run is None or run.options is None:
        raise OptionError(
            "nothing is known of this model's training, so that it cannot go on: begin with its weights, "
            "xnn.train(X, y, init=model)."
        )
    with (team := as_team(changes.pop("comm", None))) or nullcontext():
        watching = {name: changes.pop(name) for name in _WATCHING if name in changes}
        for name in changes:
            if name not in _FREE:
                raise UnknownNameError("option of fit", name, [*_FREE, *_WATCHING, "comm"])
        # One weight a sample belongs to the table that it came with.
        options = replace(run.options, **{"sample_weight": None} | changes | {"epochs": None})
        chosen = run.chosen and epochs is None
        watchers = as_watchers(patience=options.patience, team=team, chosen=chosen, **watching)
        epochs = None if epochs is None else whole("epochs", epochs)
        result = run_training(Request(X, y, options, watchers, epochs, chosen, model, run, team=team))
    return _ended(result)


def _begin_with(init: Any, options: dict[str, Any]) -> tuple[Model, dict[str, Any]]:
    """Return the model to begin with, where it shall be, and the options that are its own."""
    if not isinstance(init, Model):
        raise OptionError(f"init must be a model, as xnn.train and xnn.load make it, got {init!r}.")
    mlp = init.mlp
    own = {"hidden": mlp.sizes[1:-1], "activation": mlp.activation, "output": mlp.output, "bias": mlp.bias,
           "dropout": mlp.dropout, "loss": init.task.loss, "dtype": init.place.dtype}  # fmt: skip
    defaults = {field.name: field.default for field in fields(Options)}
    for name, value in own.items():
        asked = getattr(Options(**{name: options[name]}), name)
        if asked not in (getattr(Options(), name), value):
            raise OptionError(f"{name} is the model's that init gives, {value!r}, got {options[name]!r}: leave it out.")
    if options["scale"] != defaults["scale"]:
        raise OptionError(f"scale is the model's that init gives: leave it out, got {options['scale']!r}.")
    if options["backend"] is not None or options["device"] is not None:
        backend = options["backend"] or init.place.backend.name
        init = init.at(resolve(backend, options["device"], init.place.dtype))
    return init, options | own


def as_watchers(
    callbacks: Any = (),
    progress: Any = "auto",
    doctor: Any = "on",
    patience: Any = None,
    team: Team | None = None,
    chosen: bool = False,
) -> list[Callback]:
    """Return the user's callbacks, and around them xnn's own, of which rank 0 alone has those that speak.

    `chosen` says that no epochs were asked for.
    """
    speaks = team is None or team.rank == 0
    one_of("on", "off")("doctor", doctor)
    watchers = [*([AutomaticStop(FEWEST_EPOCHS)] if chosen else []), *as_callbacks(callbacks)]
    if doctor == "on" and speaks:
        watchers.append(Guard())
    if patience is not None:
        watchers.append(EarlyStopping(whole("patience", patience)))
    if (shown := as_progress(progress)) is not None and speaks:
        watchers.append(shown)
    return watchers


def _ended(result: Result) -> Result:
    """Return the result, unless the process was told to end."""
    run = result.model.run
    if run is not None and run.signal == signal.SIGTERM:
        raise SystemExit(128 + signal.SIGTERM)
    return result


_OPTIONS = frozenset(field.name for field in fields(Options))
_OF_THE_NETWORK = {
    "hidden", "activation", "output", "bias", "dropout", "loss", "optimizer", "initializer", "scale", "task", "dtype",
    "backend", "device", "seed", "feature_names", "epochs", "metrics", "schedule",
}  # fmt: skip
_FREE = sorted(_OPTIONS - _OF_THE_NETWORK)
_WATCHING = ("callbacks", "progress", "doctor")
