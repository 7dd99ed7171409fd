"""What is learnt from the rows to train on before the network is: classes, scaling, weights, what columns become."""

from dataclasses import dataclass

import numpy as np

from ..errors import DataError, OptionError
from ..nn import MLP, Identity
from .columns import Encoding
from .inputs import Samples, sample_weights
from .model import Model
from .options import Options
from .scaling import Scaling
from .split import ALL, Rows, split
from .tasks import CROSS_ENTROPIES, Task, decide
from .team import Team


@dataclass(frozen=True)
class Fitted:
    """What is learnt from the rows to train on before the network is."""

    rows: Rows
    table: Encoding | None  # of a frame's columns
    task: Task
    scaling: Scaling
    weights: np.ndarray | None  # one factor a sample
    mlp: MLP

    @classmethod
    def of(
        cls, samples: Samples, options: Options, rng: np.random.Generator, init: Model | None, team: Team | None
    ) -> "tuple[Fitted, Samples]":
        """Split, and then fit what columns become, classes, scaling and weights to the training rows.

        Those of `init` stay as they are. The samples come back as a matrix.
        """
        kind = decide(samples.y, options.task, options.loss) if init is None else None
        groups = kind.groups(samples.y) if kind else (samples.y if init and init.classes is not None else None)
        rows = ALL
        if options.validation and not isinstance(options.validation, tuple):
            rows = split(groups, len(samples.y), options.validation, rng)
        weights = sample_weights(samples.weights, options.class_weight, groups, rows.training)
        table = None
        if not isinstance(samples.X, np.ndarray):
            if init is not None:
                raise DataError("X has columns of text or with gaps, and the model that init gives knows of none.")
            table = Encoding.fit(samples.X, _counted(rows.training, weights), team)
            samples = samples._replace(X=table.encode(samples.X, quiet=True, team=team))
        if init is not None:
            table, task, scaling, mlp = init.table, init.task, init.scaling, init.mlp
        else:
            assert kind is not None
            task = kind.fit(samples.y, rows.training, options.scale, weights)
            which = None if table is None else table.scaled
            scaling = Scaling.fit(samples.X, options.scale, rows.training, weights=weights, team=team, which=which)
            sizes = (samples.X.shape[1], *options.hidden, task.units)
            mlp = MLP(sizes, options.activation, options.output, options.bias, options.dropout)
        if isinstance(task.loss, CROSS_ENTROPIES) and not isinstance(mlp.output, Identity):
            raise OptionError(
                f"{type(task.loss).__name__} takes logits and applies its own "
                f"{type(task.loss.output).__name__.lower()}: leave output='identity', got {mlp.output!r}."
            )
        return cls(rows, table, task, scaling, weights, mlp), samples


def _counted(rows: np.ndarray | None, weights: np.ndarray | None) -> np.ndarray | None:
    """Return the rows of which the weight is not 0."""
    if weights is None:
        return rows
    return np.flatnonzero(weights > 0) if rows is None else rows[weights[rows] > 0]
