"""A trained network with all it needs to predict: scaling, classes, and the place where its weights are."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..backends import Place, resolve, to_host
from ..display.html import table
from ..errors import FileError, NotFiniteError
from ..files import as_path
from ..nn import MLP, Dense, copied, leaves
from ..nn.checks import check_finite
from .columns import Encoding
from .describing import build, build_params, describe, params_as_tensors
from .epoch_steps import compiled_network
from .evaluation import Evaluation, evaluate
from .inputs import check_order, features, targets
from .mapped import release
from .scaling import Scaling
from .showing import facts, lines, page, short
from .storage import BROKEN, Description, Tensors, expect, read, write
from .tasks import Task

if TYPE_CHECKING:
    from .result import Result
    from .run import Run

# Outputs computed at a time, by rows: memory does not grow with X, and a layer's fit a core's second cache.
_ENTRIES = 2**19
_FEWEST_ROWS, _MOST_ROWS = 256, 4096


@dataclass(frozen=True)
class Model:
    """A trained network. :func:`xnn.train` and :func:`xnn.load` make it; ``print(model)`` says what it is.

    Attributes
    ----------
    mlp : MLP
        The architecture.
    params : list of Dense
        One (W, b) a layer, arrays of the backend.
    task : Classification, MultiLabel or Regression
        The loss, the classes, and the scaling of regression targets.
    scaling : Scaling
        Of the inputs.
    place : Place
        Backend, device and data type of the weights.
    feature_names : tuple of str or None
        The columns of the data frame or file trained on.
    table : Encoding or None
        What the columns become of a table with text or gaps: :meth:`encode` shows it.
    run : Run or None
        Where its training stands, for :meth:`fit` to go on from. Copies and pickles of a model are without it.
    """

    mlp: MLP
    params: list[Dense]
    task: Task
    scaling: Scaling
    place: Place
    feature_names: tuple[str, ...] | None = None
    run: "Run | None" = field(default=None, repr=False, compare=False)
    table: Encoding | None = None

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"run": None}

    def __repr__(self) -> str:
        return short(self)

    def __str__(self) -> str:
        return lines(self)

    def _repr_html_(self) -> str:
        return page("Model", table(facts(self)))

    @property
    def classes(self) -> np.ndarray | None:
        """The classes, sorted, in the order of :meth:`predict_proba`'s columns; None in regression."""
        return getattr(self.task, "classes", None)

    def predict(self, X: Any) -> np.ndarray:
        """Predict the class, or the numbers, of each sample.

        Parameters
        ----------
        X : array of any backend, list or data frame, shape (samples, features)
            Of a model that was trained on a table with text or gaps, a data frame with its columns, in any order.

        Returns
        -------
        numpy.ndarray
            Classes as in the y of training, shape (samples,); in regression numbers in y's own units, shape
            (samples,) or (samples, outputs) as y had.

        Raises
        ------
        ShapeError, DtypeError, DataError, NotFiniteError
            If X is no finite table with the features of training.
        NotFiniteError
            If the weights are not finite, or too large for these X.
        """
        return self.task.predictions(self.outputs(X))

    def predict_proba(self, X: Any) -> np.ndarray:
        """Predict the probability of each class, shape (samples, classes); rows sum to 1."""
        return self.task.probabilities(self.outputs(X))

    def score(self, X: Any, y: Any) -> float:
        """Return the share of samples classified rightly, or R^2 in regression.

        With several labels a sample it is the share of the labels that are right, not of the samples that have all of
        theirs right.
        """
        predictions = self.predict(X)
        check_order(X, y)
        return self.task.score(predictions, targets(y, len(predictions)))

    def encode(self, X: Any) -> np.ndarray:
        """Return X as the matrix that is scaled for the network, shape (samples, inputs): text and gaps as numbers.

        A column of numbers stays one, the median of the training rows for gaps, and is followed by one more, 1 where
        a value is missing, if the training rows had missing ones. Text becomes one column a category of the training
        rows, and one for missing text; a category that they did not have is 0 in all of them, and
        UnknownCategoryWarning says so.
        """
        return features(X, "X", self.mlp.sizes[0], self.feature_names, self.table).X

    def evaluate(self, X: Any, y: Any, metrics: Any = None) -> Evaluation:
        """Measure the model on data, beside the best constant prediction for them.

        Parameters
        ----------
        X, y
            As for :meth:`predict`, and as in training.
        metrics : sequence of str or callable, optional
            As of :func:`xnn.train`; by itself accuracy, balanced accuracy, F1, ROC AUC and log loss of classes, and
            R^2, RMSE and the absolute error of numbers, as scikit-learn defines them.

        Returns
        -------
        Evaluation

        Examples
        --------
        >>> import xnn
        >>> X, y = xnn.datasets.circle(n=400, seed=1)
        >>> model = xnn.train(X, y, hidden=16, learning_rate=0.01, epochs=40, progress=False).model
        >>> found = model.evaluate(X, y, ["accuracy", "roc_auc"])
        >>> found["roc_auc"] > 0.99, found.baseline
        (True, {'accuracy': 0.5, 'roc_auc': 0.5})
        """
        return evaluate(self, X, y, metrics)

    def outputs(self, X: Any) -> np.ndarray:
        """Return what the last layer gives, shape (samples, units): logits, or scaled numbers."""
        host = self.encode(X)
        network = compiled_network(self.place.backend, self.mlp)
        rows = min(max(_ENTRIES // max(self.mlp.sizes[1:]), _FEWEST_ROWS), _MOST_ROWS)
        parts = []
        with self.place.scope():
            for start in range(0, len(host), rows):
                part = host[start : start + rows]
                if isinstance(host, np.memmap):
                    check_finite(part, "X", range(start, start + len(part)))
                x = self.place.floats(self.scaling.apply(np.asarray(part)))
                parts.append(self.place.to_host(network(self.params, x)))
                release(host)
        outputs = np.concatenate(parts)
        if not np.all(np.isfinite(outputs)):
            self.finite_params()
            row = int(np.argmin(np.isfinite(outputs).all(axis=1)))
            raise NotFiniteError(f"the outputs for X overflow, first in row {row}: give X in the units of training.")
        return outputs

    def fit(self, X: Any, y: Any, *, epochs: int, **options: Any) -> "Result":
        """Go on training from where this model's training stands: optimizer, schedule, shuffles, history and all.

        After 10 epochs, 10 more on the same data end as 20 would have, bit for bit, unless the schedule depends on
        the number of epochs. On other data, classes and scaling remain those that the weights were learnt with.

        Parameters
        ----------
        X, y
            As for :func:`xnn.train`.
        epochs : int
            How many more.
        **options
            Options of :func:`xnn.train` that shall be others from here on, such as ``learning_rate``, ``callbacks``,
            ``sample_weight`` and ``comm``; not those of the network and its optimizer.

        Returns
        -------
        Result
            With a model of its own; this one stays as it is.

        Raises
        ------
        OptionError
            If nothing is known of its training, as of a model that :meth:`save` wrote: take
            ``xnn.train(X, y, init=model)``.
        """
        from .api import go_on_fitting

        return go_on_fitting(self, X, y, epochs, options)

    def copied_params(self) -> list[Dense]:
        """Copy the weights, on their device."""
        with self.place.scope():
            return copied(self.params)

    def at(self, place: Place) -> "Model":
        """Return this model with its weights at `place`, without its training."""
        host = self.host_params()
        with place.scope():
            params = [Dense(*[None if p is None else place.floats(np.array(p)) for p in layer]) for layer in host]
        return replace(self, params=params, place=place, run=None)

    def save(self, path: Any) -> None:
        """Write the model to one safetensors file; :func:`xnn.load` reads it on any backend.

        What its training needs to go on is not in it: :meth:`Result.save` writes that too.

        Raises
        ------
        FileError
            If it cannot be written, or the network has parts of your own making that were not registered.
        """
        params = self.finite_params()
        description, tensors = describe(self.mlp, self.task, self.scaling, self.feature_names, self.table)
        write(as_path(path), description | {"dtype": self.place.dtype}, tensors | params_as_tensors(params))

    def finite_params(self) -> list[Dense]:
        """Copy the weights to NumPy, or raise NotFiniteError where training diverged."""
        params = self.host_params()
        if not all(np.all(np.isfinite(weights)) for weights in leaves(params)):
            raise NotFiniteError("the weights are not finite, training diverged: train with a smaller learning_rate.")
        return params

    def host_params(self) -> list[Dense]:
        """Copy the weights to NumPy."""
        with self.place.scope():
            return [Dense(*[None if p is None else to_host(p) for p in layer]) for layer in self.params]


def load(path: Any, backend: str = "numpy", device: str | None = None) -> Model:
    """Read a model, on any backend.

    Parameters
    ----------
    path : str or Path
        What :meth:`Model.save` wrote, or :meth:`Result.save`, or a checkpoint.
    backend, device : str
        Where its weights shall be.

    Returns
    -------
    Model

    Raises
    ------
    FileError
        If the file is missing, was changed since it was written, or holds no xnn model.
    BackendError
        If the backend is not available.

    Examples
    --------
    >>> import tempfile, xnn
    >>> result = xnn.train(*xnn.datasets.xor(), epochs=2, progress=False)
    >>> with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
    ...     result.model.save(file.name)
    ...     model = xnn.load(file.name)
    >>> model.mlp.sizes
    (2, 128, 64, 1)
    """
    resolve(backend, device)  # an unknown backend is no fault of the file
    path = as_path(path)
    description, tensors = read(path)
    try:
        return build_model(description, tensors, resolve(backend, device, expect(description["dtype"], str, "dtype")))
    except BROKEN as error:
        what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise FileError(f"{path} is damaged, or of another version of xnn: {what}") from None


def build_model(description: Description, tensors: Tensors, place: Place) -> Model:
    """Build the model that a file describes, with its run if that is in it too, at `place`."""
    mlp, task, scaling, names, encoding = build(description, tensors)
    host = build_params(mlp, tensors)
    with place.scope():
        params = [Dense(*[None if p is None else place.floats(p) for p in layer]) for layer in host]
    model = Model(mlp, params, task, scaling, place, names, table=encoding)
    if "run" not in description:
        return model
    from .state import build_run

    return replace(model, run=build_run(model, description["run"], tensors))
