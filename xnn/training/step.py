"""One training step and one evaluation, as pure functions that a backend may compile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..backends import Array, namespace
from ..errors import ShapeError
from ..nn import MLP, Loss, Penalty, ravel, unravel
from ..optimizers import Optimizer, State, clip_by_norm, clip_by_value
from .metrics import Metric

Params = Any
Tables = tuple[Array, Array, Any]  # x, targets, and weights or None, of all samples


@dataclass(frozen=True)
class Recipe:
    """All that a step is made of."""

    mlp: MLP
    loss: Loss
    optimizer: Optimizer
    penalty: Penalty
    metrics: Mapping[str, Metric] = field(hash=False)
    clip_norm: float | None = None
    clip_value: float | None = None

    def step(
        self, params: Params, state: State, x: Array, targets: Array, weights: Any, masks: Any, rate: Any
    ) -> tuple[Params, State, Array, Any, list[Array]]:
        """Return the parameters and the optimizer's state after a batch, and of before it what `evaluate` returns.

        The memory of `params` and `state` is reused for the result.
        """
        gradients, loss, outputs = self._gradients(params, x, targets, weights, masks)
        params, state, penalty = self._update(params, state, gradients, rate)
        # Last: a metric of the user's that raises an error finds whole steps made.
        return params, state, loss, penalty, self._measure(outputs, targets)

    def part(self, params: Params, x: Array, targets: Array, weights: Any, masks: Any, share: Any, wish: Any) -> Array:
        """Return what one of several processes has of a step, as one vector, which they sum before :meth:`move`.

        It holds the gradients, the loss, the sum of each metric, and `wish`, a number that is not 0 if this process
        wants to stop. `share` is that of its samples in the batch, whose mean the loss is.
        """
        share = share if self.loss.average else 1.0
        gradients, loss, outputs = self._gradients(params, x, targets, weights, masks, share)
        xp, sums = namespace(loss), self._measure(outputs, targets)
        tail = xp.stack([loss, *(xp.astype(each, loss.dtype) for each in sums), xp.zeros_like(loss) + wish])
        return ravel([gradients, tail])

    def move(
        self, params: Params, state: State, vector: Array, rate: Any
    ) -> tuple[Params, State, Array, Any, list[Array], Array]:
        """Return what :meth:`step` does, and the sum of the wishes to stop, from the sum of all :meth:`part`."""
        tail = len(self.metrics) + 2
        gradients = unravel(vector[:-tail], params)
        params, state, penalty = self._update(params, state, gradients, rate)
        loss, *sums, wishes = [vector[i - tail] for i in range(tail)]
        return params, state, loss, penalty, sums, wishes

    def _gradients(
        self, params: Params, x: Array, targets: Array, weights: Any, masks: Any, share: Any = None
    ) -> tuple[Params, Array, Array]:
        """Return the gradients and the loss of a batch, or of a share in one, and the outputs."""
        outputs, traces = self.mlp.forward(params, x, masks)
        loss, slope = self.loss.value_and_gradient(outputs, targets, weights)
        if share is not None:
            loss, slope = loss * share, slope * share
        return self.mlp.backward(params, traces, slope), loss, outputs

    def _update(self, params: Params, state: State, gradients: Params, rate: Any) -> tuple[Params, State, Any]:
        """Return parameters and state after a step along these gradients, and the penalty of before it."""
        penalty = 0.0
        if self.penalty:
            penalty = self.penalty(params)
            gradients = self.penalty.add_gradient(params, gradients)
        if self.clip_value is not None:
            gradients = clip_by_value(gradients, self.clip_value)
        if self.clip_norm is not None:
            gradients = clip_by_norm(gradients, self.clip_norm)
        params, state = self.optimizer.update(params, gradients, state, rate, donate=True)
        return params, state, penalty

    def sweep(
        self, scan: Any, params: Params, state: State, tables: Tables, rows: Array, rates: Array
    ) -> tuple[Params, State, Array, tuple[Array, Any, list[Array]]]:
        """Make a step with each of `rows`, shape (k, size), of the `tables`, at `rates`, shape (k,).

        Return the last batch's loss, penalty included, and the sums over the steps of what :meth:`step` returns. `scan`
        is the backend's.
        """

        def body(carry: Any, step: Any) -> Any:
            index, rate = step
            x, targets, weights = [None if t is None else namespace(t).take(t, index, axis=0) for t in tables]
            params, state = carry
            params, state, *measured = self.step(params, state, x, targets, weights, None, rate)
            return (params, state), measured

        (params, state), (losses, penalties, sums) = scan(body, (params, state), (rows, rates))
        xp = namespace(losses)
        last = losses[-1] + penalties[-1]
        return params, state, last, (xp.sum(losses), xp.sum(penalties), [xp.sum(each) for each in sums])

    def evaluate(self, params: Params, x: Array, targets: Array, weights: Any) -> tuple[Array, Any, list[Array]]:
        """Return the loss of a batch without dropout, the penalty, and the sum of each metric."""
        outputs = self.mlp(params, x)
        loss = self.loss.value_and_gradient(outputs, targets, weights)[0]
        return loss, self.penalty(params), self._measure(outputs, targets)

    def _measure(self, outputs: Array, targets: Array) -> list[Array]:
        sums = []
        for name, metric in self.metrics.items():
            values = metric(outputs, targets)
            if values.shape != outputs.shape[:1]:
                raise ShapeError(
                    f"metric {name!r} must return one number a sample, shape {tuple(outputs.shape[:1])}, "
                    f"got {tuple(values.shape)}: leave the mean over the samples to train."
                )
            sums.append(namespace(values).sum(values))
        return sums


class Tally:
    """Losses and metrics of batches on the device, joined to those of all samples; read once, at the end."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._samples = 0
        self._loss: Any = 0.0
        self._penalty: Any = 0.0
        self._sums: list[Any] = [0.0 for _ in recipe.metrics]

    def add(self, size: int, loss: Array, penalty: Any, sums: list[Array], batches: int = 1) -> None:
        """Take in a batch of `size` samples, or the sums over several batches of that size."""
        self._samples += size * batches
        # A mean over the batch weighs as much as the batch; a sum counts as it is. There is one penalty, not one a
        # batch, so that of the epoch is a mean in either case.
        self._loss = self._loss + loss * (size if self._recipe.loss.average else 1)
        if self._recipe.penalty:
            self._penalty = self._penalty + penalty * size
        self._sums = [total + new for total, new in zip(self._sums, sums, strict=True)]

    def values(self) -> tuple[int, list[Any]]:
        """Return the samples, and the sums as they are: of the loss, of the penalty, of each metric."""
        return self._samples, [self._loss, self._penalty, *self._sums]

    @classmethod
    def of(cls, recipe: Recipe, samples: int, values: list[Any]) -> "Tally":
        """Undo :meth:`values`."""
        tally = cls(recipe)
        tally._samples = samples
        tally._loss, tally._penalty, *tally._sums = values
        return tally

    def copied(self) -> "Tally":
        """Return one of its own; the sums themselves are never written to."""
        return Tally.of(self._recipe, *self.values())

    def summed(self, team: Any) -> "Tally":
        """Return the tally of the batches of all processes, of which each has its own."""
        samples, *values = team.sum(np.array([self._samples, *map(float, self.values()[1])])).tolist()
        return Tally.of(self._recipe, int(samples), values)

    def read(self) -> tuple[float, dict[str, float]]:
        """Return the loss and each metric's mean as host floats: the one synchronisation of an epoch."""
        loss = float(self._loss) / (self._samples if self._recipe.loss.average else 1)
        loss += float(self._penalty) / self._samples
        means = (float(total) / self._samples for total in self._sums)
        return loss, dict(zip(self._recipe.metrics, means, strict=True))
