"""A trained network with all it needs to predict: scaling, classes, and the place where its weights are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..backends import Place, to_host
from ..nn import MLP, Dense
from .inputs import features, targets
from .scaling import Scaling
from .tasks import Task

_ROWS = 4096  # predicted at a time, so that memory does not grow with X


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
        """
        return self.task.predictions(self.outputs(X))

    def predict_proba(self, X: Any) -> np.ndarray:
        """Predict the probability of each class, shape (samples, classes); rows sum to 1."""
        return self.task.probabilities(self.outputs(X))

    def score(self, X: Any, y: Any) -> float:
        """Return the share of samples classified rightly, or R^2 in regression."""
        predictions = self.predict(X)
        return self.task.score(predictions, targets(y, len(predictions)))

    def outputs(self, X: Any) -> np.ndarray:
        """Return what the last layer gives, shape (samples, units): logits, or scaled numbers."""
        host = features(X, expected=self.mlp.sizes[0]).X
        parts = []
        with self.place.scope():
            for start in range(0, len(host), _ROWS):
                x = self.place.floats(self.scaling.apply(host[start : start + _ROWS]))
                parts.append(self.place.to_host(self.mlp(self.params, x)))
        return np.concatenate(parts)

    def save(self, path: str | Path) -> None:
        """Write everything to one safetensors file; :func:`xnn.load` reads it on any backend.

        Raises
        ------
        FileError
            If it cannot be written, or the network has parts of your own making, which a file cannot hold.
        """
        from .storage import write

        write(self, Path(path))

    def host_params(self) -> list[Dense]:
        """Copy the weights to NumPy."""
        with self.place.scope():
            return [Dense(*[None if p is None else to_host(p) for p in layer]) for layer in self.params]
