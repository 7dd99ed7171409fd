"""An epoch's steps, in legs of one, or where the backend compiles loops of many with no Python between them."""

from collections.abc import Callable, Generator
from functools import lru_cache, partial
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from ..backends import Backend, Place
from ..nn import MLP
from .batches import Batch, Data
from .run import Run
from .step import Recipe, Tally

_STEPS = 128  # the most in a leg: Ctrl-C and the progress bar wait for its end

Rate = Callable[[int], float]  # of the number of a step


class Compiled(NamedTuple):
    """A recipe's functions as a backend runs them."""

    step: Any
    sweep: Any
    evaluate: Any


def compiled(backend: Backend, recipe: Recipe) -> Compiled:
    """Compile a recipe, or take what an equal one was compiled to before.

    That is done for xnn's own parts alone: a stranger's function may since compute something else.
    """
    parts = [recipe.mlp.activation, recipe.mlp.output, recipe.loss, recipe.optimizer, recipe.penalty]
    own = _are_own(*map(type, parts), *recipe.metrics.values())
    return (_remembered if own and backend.remembers else _compile)(backend, recipe)


def compiled_network(backend: Backend, mlp: MLP) -> Any:
    """Compile a network's outputs, as a function of parameters and x, or remember them likewise."""
    own = _are_own(type(mlp.activation), type(mlp.output))
    return (_remembered_network if own else _compile_network)(backend, mlp)


def _are_own(*parts: Any) -> bool:
    return all(part.__module__.startswith("xnn.") for part in parts)


def _compile(backend: Backend, recipe: Recipe) -> Compiled:
    return Compiled(
        backend.compile(recipe.step, donate=(0, 1)),
        backend.compile(partial(recipe.sweep, backend.scan), donate=(0, 1)) if backend.scans else None,
        backend.compile(recipe.evaluate),
    )


_remembered = lru_cache(maxsize=16)(_compile)


def _compile_network(backend: Backend, mlp: MLP) -> Any:
    return backend.compile(mlp.__call__)


_remembered_network = lru_cache(maxsize=16)(_compile_network)


class Legs:
    """The steps of an epoch; keeps the optimizer's state from one to the next."""

    def __init__(self, recipe: Recipe, place: Place, functions: Compiled, params: Any, watched: bool) -> None:
        self._recipe, self._place, self._functions = recipe, place, functions
        self._state = recipe.optimizer.init(params)
        self._watched = watched  # whether somebody wants to see every step

    def epoch(
        self, run: Run, tally: Tally, data: Data, size: int, shuffle: np.random.Generator, noise: np.random.Generator,
        rate: Rate,
    ) -> Generator[None]:  # fmt: skip
        """Train on all batches, and pause after each leg, when `run` is up to date."""
        many = self._functions.sweep is not None and not self._watched and not self._recipe.mlp.dropout
        if not many or data.tables is None or data.samples < 2 * size:
            for batch in data.batches(size, shuffle):
                masks = [self._place.floats(mask) for mask in self._recipe.mlp.masks(noise, batch.size)] or None
                self._step(run, tally, batch, masks, rate(run.step))
                del batch  # so that the next one takes its memory, still in the cache: 10% of a small step
                yield
            return
        order = shuffle.permutation(data.samples)
        full = data.samples // size
        for rows in np.array_split(order[: full * size].reshape(full, size), ceil(full / _STEPS)):
            self._sweep(run, tally, data.tables, rows, [rate(run.step + i) for i in range(len(rows))])
            yield
        if data.samples % size:
            self._step(run, tally, data.take(order[full * size :]), None, rate(run.step))
            yield

    def _step(self, run: Run, tally: Tally, batch: Batch, masks: Any, rate: float) -> None:
        run.params, self._state, loss, penalty, sums = self._functions.step(
            run.params, self._state, batch.x, batch.targets, batch.weights, masks, rate
        )
        run.loss = loss + penalty
        tally.add(batch.size, loss, penalty, sums)
        run.step += 1

    def _sweep(self, run: Run, tally: Tally, tables: Any, rows: np.ndarray, rates: list[float]) -> None:
        place = self._place
        run.params, self._state, run.loss, measured = self._functions.sweep(
            run.params, self._state, tables, place.asarray(rows), place.floats(np.asarray(rates))
        )
        tally.add(rows.shape[1], *measured, batches=len(rows))
        run.step += len(rows)
