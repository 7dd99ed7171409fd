"""A trained network with all it needs to predict: scaling, classes, and the place where its weights are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..backends import Place, resolve, to_host
from ..errors import FileError, NotFiniteError
from ..nn import MLP, Dense, leaves
from ..nn.checks import check_finite
from .inputs import check_order, features, targets
from .legs import compiled_network
from .mapped import release
from .scaling import Scaling
from .storage import build_mlp, build_params, build_scaling, build_task, describe, read, write
from .tasks import Regression, Task

# Outputs computed at a time, by rows: memory does not grow with X, and a layer's fit a core's second cache.
_ENTRIES = 2**19
_FEWEST_ROWS, _MOST_ROWS = 256, 4096


@dataclass(frozen=True)
class Model:
    """A trained network. :func:`xnn.train` and :func:`xnn.load` make it.

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
    """

    mlp: MLP
    params: list[Dense]
    task: Task
    scaling: Scaling
    place: Place
    feature_names: tuple[str, ...] | None = None

    @property
    def classes(self) -> np.ndarray | None:
        """The classes, sorted, in the order of :meth:`predict_proba`'s columns; None in regression."""
        return getattr(self.task, "classes", None)

    def predict(self, X: Any) -> np.ndarray:
        """Predict the class, or the numbers, of each sample.

        Parameters
        ----------
        X : array of any backend, list or data frame, shape (samples, features)

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
        """Return the share of samples classified rightly, or R^2 in regression."""
        predictions = self.predict(X)
        check_order(X, y)
        return self.task.score(predictions, targets(y, len(predictions)))

    def outputs(self, X: Any) -> np.ndarray:
        """Return what the last layer gives, shape (samples, units): logits, or scaled numbers."""
        host = features(X, "X", self.mlp.sizes[0], self.feature_names).X
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
            self._finite_params()
            row = int(np.argmin(np.isfinite(outputs).all(axis=1)))
            raise NotFiniteError(f"the outputs for X overflow, first in row {row}: give X in the units of training.")
        return outputs

    def save(self, path: str | Path) -> None:
        """Write everything to one safetensors file; :func:`xnn.load` reads it on any backend.

        Raises
        ------
        FileError
            If it cannot be written, or the network has parts of your own making, which a file cannot hold.
        """
        params = self._finite_params()
        description = describe(self.mlp, self.task) | {"dtype": self.place.dtype, "feature_names": self.feature_names}
        tensors = {"input.shift": self.scaling.shift, "input.scale": self.scaling.scale}
        if isinstance(self.task, Regression):
            tensors |= {"target.shift": self.task.scaling.shift, "target.scale": self.task.scaling.scale}
        for i, layer in enumerate(params):
            tensors |= {f"layer.{i}.{name}": value for name, value in layer._asdict().items() if value is not None}
        write(Path(path), description, tensors)

    def _finite_params(self) -> list[Dense]:
        params = self.host_params()
        if not all(np.all(np.isfinite(weights)) for weights in leaves(params)):
            raise NotFiniteError("the weights are not finite, training diverged: train with a smaller learning_rate.")
        return params

    def host_params(self) -> list[Dense]:
        """Copy the weights to NumPy."""
        with self.place.scope():
            return [Dense(*[None if p is None else to_host(p) for p in layer]) for layer in self.params]


def load(path: str | Path, backend: str = "numpy", device: str | None = None) -> Model:
    """Read a model that :meth:`Model.save` wrote, on any backend.

    Parameters
    ----------
    path : str or Path
    backend, device : str
        Where its weights shall be.

    Returns
    -------
    Model

    Raises
    ------
    FileError
        If the file is missing or holds no xnn model.
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
    description, tensors = read(Path(path))
    try:
        place = resolve(backend, device, description["dtype"])
        mlp, task = build_mlp(description), build_task(description, tensors)
        host = build_params(mlp, tensors)
        scaling = build_scaling("input", mlp.sizes[0], tensors)
        if task.units != mlp.sizes[-1]:
            raise ValueError(f"its network has {mlp.sizes[-1]} outputs, its task needs {task.units}.")
        names = description["feature_names"]
        names = None if names is None else tuple(names)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise FileError(f"{path} is damaged, or of another version of xnn: {what}") from None
    with place.scope():
        params = [Dense(*[None if p is None else place.floats(p) for p in layer]) for layer in host]
    return Model(mlp, params, task, scaling, place, names)
