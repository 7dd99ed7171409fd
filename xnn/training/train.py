"""train(): from data and names to a trained model."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from ..backends import Place, place_like, resolve
from ..datasets import digits
from ..errors import CallbackError, DataError, OptionError
from ..nn import MLP, Activation, Identity, Initializer, Loss, Penalty
from ..nn.tables import look_up, named
from ..optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Schedule
from .batches import Data
from .callbacks import EarlyStopping, as_callbacks
from .guard import Guard
from .inputs import Inputs, check_order, features, sample_weights, targets
from .loop import run_loop
from .metrics import METRICS, Metric, in_units
from .model import Model
from .options import check_positive, check_validation, check_warmup, check_whole, hidden_units
from .own import Own
from .progress import Progress
from .result import Result
from .run import Run
from .scaling import Scaling
from .step import Recipe
from .tasks import CROSS_ENTROPIES, Classification, Regression, Task, find_task


def train(
    X: Any = None,
    y: Any = None,
    *,
    hidden: int | Sequence[int] = (128, 64),
    activation: str | Activation = "relu",
    output: str | Activation = "identity",
    task: str = "auto",
    loss: str | Loss = "auto",
    optimizer: str | Optimizer = "adam",
    learning_rate: float = 1e-3,
    schedule: str | Schedule | None = None,
    epochs: int = 20,
    batch_size: int | None = 128,
    l1: float = 0.0,
    l2: float = 0.0,
    penalize_biases: bool = False,
    dropout: float = 0.0,
    bias: bool = True,
    initializer: str | Initializer = "auto",
    clip_norm: float | None = None,
    clip_value: float | None = None,
    scale: str | None = "auto",
    sample_weight: Any = None,
    class_weight: Any = None,
    validation: float | tuple[Any, Any] | None = 0.1,
    patience: int | None = None,
    metrics: Sequence[str | Metric] | None = None,
    callbacks: Sequence[Any] = (),
    progress: bool = True,
    doctor: str = "on",
    backend: str | None = None,
    device: str | None = None,
    dtype: str = "float32",
    seed: int = 0,
    feature_names: Sequence[str] | None = None,
) -> Result:
    """Train a multilayer perceptron, on the embedded digits if no data are given.

    Parameters
    ----------
    X : shape (samples, features), optional
        An array of any backend, a list, a data frame, or a ``numpy.memmap`` bigger than memory, of which only
        batches are ever copied.
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
    epochs : int
    batch_size : int or None
        None: all samples in one batch.
    l1, l2 : float
        ``l1 sum |W| + l2 sum W^2 / 2`` is added to the loss.
    penalize_biases : bool
    dropout : float
        Share of hidden units silenced in each step.
    bias : bool
    initializer : str or callable
        A name in ``xnn.nn.INITIALIZERS``.
    clip_norm, clip_value : float, optional
        The most that the gradient's norm, and each of its entries, may be.
    scale : {"auto", "standard", "common", None}
        Inputs are brought to mean 0 and deviation 1, feature by feature ("standard") or all alike ("common", for
        pixels); "auto" chooses; None leaves them, and regression targets, which are otherwise standardized too (the
        loss is then that of the standardized targets; predictions and metrics are in y's own units).
    sample_weight : shape (samples,), optional
    class_weight : dict of class to factor, or "balanced", optional
        "balanced": n / (classes x count of the class), counted in the samples that are trained on.
    validation : float, (X, y) or None
        A share of the samples to hold out, of each class alike, or data of their own.
    patience : int, optional
        Stop when the validation loss has not fallen for so many epochs, and keep the best weights.
    metrics : sequence of str or callable, optional
        Names in ``xnn.training.METRICS`` or functions of outputs and targets that return one number a sample;
        in regression both are in y's own units. By itself the accuracy of a classifier.
    callbacks : sequence of Callback or callable
        A function is called with the run after each epoch.
    progress : bool
        Whether to show a bar, where standard error is a terminal.
    doctor : {"on", "off"}
        Whether to warn, once and in one sentence (NotLearningWarning), if the run is not learning.
    backend, device : str, optional
        Where to compute; by itself where X is, NumPy for lists.
    dtype : {"float32", "float64"}
    seed : int
        Of the split, the weights, the shuffling and the dropout; every backend gets the same numbers.
    feature_names : sequence of str, optional
        Kept in the model; by itself the columns of a data frame.

    Returns
    -------
    Result
        With ``model`` and ``history``. Ctrl-C ends training early, with what was learnt so far.

    Raises
    ------
    CallbackError
        If a metric or a callback of yours raises: its cause is that error, its ``result`` what was learnt so far.
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
    if (X is None) != (y is None):
        raise DataError("X and y go together: give both, or neither to train on the embedded digits.")
    if X is None:
        X, y = digits()
    for name, value in (("epochs", epochs), ("batch_size", batch_size), ("patience", patience)):
        if value is not None or name == "epochs":
            check_whole(name, value)
    for name, value in (("learning_rate", learning_rate), ("clip_norm", clip_norm), ("clip_value", clip_value)):
        if value is not None or name == "learning_rate":
            check_positive(name, value)
    check_whole("seed", seed, least=0)
    if doctor not in ("on", "off"):
        raise OptionError(f"doctor must be 'on' or 'off', got {doctor!r}; the callback is callbacks=[xnn.Doctor()].")
    check_validation(validation)
    course = named("schedule", schedule or "constant", SCHEDULES)
    check_warmup(course, epochs)
    inputs = features(X)
    if feature_names is not None:
        inputs = inputs._replace(names=_checked_names(feature_names, inputs.X.shape[1]))
    host_y = targets(y, len(inputs.X))
    check_order(X, y)
    check_order(X, sample_weight, "sample_weight")
    place = resolve(backend, device, dtype) if backend else place_like(X, device, dtype)
    found = find_task(host_y, task, loss, scale)
    split, init, shuffle, noise = np.random.default_rng(seed).spawn(4)
    rows, held_out = None, None
    if validation and not isinstance(validation, tuple):
        rows, held_out = _split(host_y if isinstance(found, Classification) else None, len(inputs.X), validation, split)
    scaling = Scaling.fit(inputs.X, scale, rows)
    mlp = MLP((inputs.X.shape[1], *hidden_units(hidden), found.units), activation, output, bias, dropout)
    if isinstance(found.loss, CROSS_ENTROPIES) and not isinstance(mlp.output, Identity):
        raise OptionError(
            f"{type(found.loss).__name__} takes logits and applies its own {type(found.loss.output).__name__.lower()}: "
            f"leave output='identity', got {output!r}."
        )
    own = Own()
    recipe = Recipe(
        mlp,
        found.loss,
        named("optimizer", optimizer, OPTIMIZERS),
        Penalty(l1, l2, penalize_biases),
        _metrics(metrics, found, own, place),
        clip_norm,
        clip_value,
    )
    weights = sample_weights(
        sample_weight, class_weight, host_y if isinstance(found, Classification) else None, len(host_y), rows
    )
    stopping = [] if patience is None else [EarlyStopping(patience)]
    guard = [Guard()] if doctor == "on" else []
    watchers = [
        own,
        *map(own.callback, as_callbacks(callbacks)),
        *guard,
        *stopping,
        *([Progress()] if progress else []),
    ]

    def result(run: Run) -> Result:
        model = Model(mlp, run.params, found, scaling, place, inputs.names)
        kept = run.kept_epoch, run.steps_beyond
        return Result(model, run.history, run.stopped, *kept, run.data.samples, run.held_out)

    with place.scope():
        encoded = found.encode(host_y)
        table = partial(Data, place, inputs.X, encoded, weights, scaling)
        held = None if held_out is None else partial(table, held_out)
        if isinstance(validation, tuple):
            held = partial(_given, validation, found, place, scaling, inputs)
        # What is on the device has no name here: whoever keeps an error, as a notebook does, keeps this frame.
        try:
            run = run_loop(
                recipe,
                place,
                mlp.init_at(place, init, initializer),
                table(rows),
                held() if held else None,
                course,
                learning_rate,
                epochs,
                batch_size,
                shuffle,
                noise,
                watchers,
            )
        except CallbackError as error:
            if error.result:
                error.result = result(error.result)
            raise
    return result(run)


def _checked_names(names: Sequence[str], features: int) -> tuple[str, ...]:
    if isinstance(names, str) or len(names) != features:
        raise OptionError(f"feature_names must be {features} names, one for each column of X, got {names!r}.")
    return tuple(names)


def _metrics(metrics: Sequence[str | Metric] | None, task: Task, own: Own, place: Place) -> dict[str, Metric]:
    if metrics is None:
        return dict(task.metrics)
    if isinstance(metrics, str):
        raise OptionError(f"metrics must be a list of names and functions, got {metrics!r}: write [{metrics!r}].")
    found: dict[str, Metric] = {}
    for metric in metrics:
        if isinstance(metric, str):
            found[metric] = task.metrics.get(metric) or look_up("metric", metric, METRICS)
        elif not callable(metric):
            raise OptionError(f"metrics must be names or functions of outputs and targets, got {metric!r}.")
        else:
            name = getattr(metric, "__name__", type(metric).__name__)
            found[name] = own.metric(name, metric)
    if isinstance(task, Regression) and not task.scaling.is_none:
        return {name: in_units(metric, task.scaling, place) for name, metric in found.items()}
    return found


def _split(
    classes: np.ndarray | None, samples: int, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Choose the rows to train on and those held out: `share` of all, and but for rounding of each class."""
    count = round(share * samples)
    if not 0 < count < samples:
        raise OptionError(f"validation={share} of {samples} samples leaves one side empty: give more samples, or None.")
    groups = np.zeros(samples, dtype=int) if classes is None else np.unique(classes, return_inverse=True)[1]
    quotas = share * np.bincount(groups)
    take = np.floor(quotas).astype(int)
    take[np.argsort(take - quotas)[: count - take.sum()]] += 1  # what is left over goes to the largest remainders
    order = rng.permutation(samples)
    held = np.zeros(samples, dtype=bool)
    for group, first in enumerate(take):
        held[order[groups[order] == group][:first]] = True
    return np.flatnonzero(~held), np.flatnonzero(held)


def _given(validation: tuple[Any, Any], task: Task, place: Place, scaling: Scaling, trained: Inputs) -> Data:
    X = features(validation[0], "the validation X", trained.X.shape[1], trained.names).X
    y = task.encode(targets(validation[1], len(X), "the validation y"), "the validation y")
    check_order(*validation, "the validation y")
    return Data(place, X, y, None, scaling)
