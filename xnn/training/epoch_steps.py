"""An epoch's steps: one at a time, or in chunks where the backend compiles loops with no Python between."""

from collections.abc import Callable, Generator
from functools import lru_cache, partial
from math import ceil, prod
from typing import Any, NamedTuple

import numpy as np

from ..backends import Array, Backend, Place
from ..nn import MLP, leaves
from ..optimizers.base import SETTLE
from .batches import Batch
from .run import Run
from .step import Recipe, Tally

_STEPS = 128  # the most in a chunk: Ctrl-C and the progress bar wait for its end

Rate = Callable[[int], float]  # of the number of a step in its epoch


class Compiled(NamedTuple):
    """A recipe's functions as a backend runs them."""

    step: Any
    sweep: Any
    evaluate: Any
    part: Any
    move: Any
    settled: Any


def compiled(backend: Backend, recipe: Recipe) -> Compiled:
    """Compile a recipe, or take what an equal one was compiled to before.

    That is done for xnn's own parts alone: a user's function may since compute something else.
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
        backend.compile(recipe.part),
        backend.compile(recipe.move, donate=(0, 1)),
        backend.compile(recipe.optimizer.settled),
    )


_remembered = lru_cache(maxsize=16)(_compile)


def _compile_network(backend: Backend, mlp: MLP) -> Any:
    return backend.compile(mlp.__call__)


_remembered_network = lru_cache(maxsize=16)(_compile_network)


class EpochSteps:
    """The steps of a run's epochs."""

    def __init__(self, place: Place, functions: Compiled, size: int, rate: Rate, watched: bool) -> None:
        self._place, self._functions, self._size, self._rate = place, functions, size, rate
        self._watched = watched  # whether a callback wants to see every step

    def epoch(self, run: Run) -> Generator[None]:
        """Train on the batches of an epoch, or what is left of it, and pause after each chunk, `run` up to date."""
        if run.tally is None:
            run.tally, run.order = Tally(run.recipe), dict(run.shuffle.bit_generator.state)
        elif run.order is not None:  # an epoch is gone on with: it is shuffled as when it was begun
            run.shuffle.bit_generator.state = run.order
        data, size, mlp = run.data, self._size, run.recipe.mlp
        many = self._functions.sweep is not None and not self._watched and not mlp.dropout and run.team is None
        if not many or data.tables is None or data.samples < 2 * size:
            for batch in data.batches(size, run.shuffle, run.done, run.team):
                here = slice(batch.first, batch.first + batch.size)
                masks = [self._place.floats(mask[here]) for mask in mlp.masks(run.noise, batch.whole)] or None
                self._step(run, batch, masks)
                del batch  # so that the next one takes its memory, still in the cache: 10% of a small step
                yield
            return
        order = run.shuffle.permutation(data.samples)
        full = data.samples // size
        begun = 0
        for rows in np.array_split(order[: full * size].reshape(full, size), ceil(full / _STEPS)):
            rest = rows[max(0, run.done - begun) :]
            begun += len(rows)
            if len(rest):
                self._sweep(run, rest)
                yield
        if data.samples % size and run.done == full:
            self._step(run, data.take(order[full * size :]), None)
            yield

    def _step(self, run: Run, batch: Batch, masks: Any) -> None:
        rate = self._rate(run.done)
        if run.team is None:
            run.params, run.state, loss, penalty, sums = self._functions.step(
                run.params, run.state, batch.x, batch.targets, batch.weights, masks, rate
            )
        else:
            vector = run.team.sum(self._part(run, batch, masks))
            run.params, run.state, loss, penalty, sums, wishes = self._functions.move(
                run.params, run.state, vector, rate
            )
            if float(wishes):
                run.team.agree_to_stop(run)
        run.loss = loss + penalty
        run.tally.add(batch.whole, loss, penalty, sums)  # pyright: ignore[reportOptionalMemberAccess]
        self._count(run, 1)

    def _part(self, run: Run, batch: Batch, masks: Any) -> Array:
        """Return what this process has of a step: nothing but its wish, if it has no sample of a short batch."""
        wish = float(run.stopped is not None)
        if batch.size:
            share = batch.size / batch.whole
            return self._functions.part(run.params, batch.x, batch.targets, batch.weights, masks, share, wish)
        entries = sum(prod(leaf.shape) for leaf in leaves(run.params)) + len(run.recipe.metrics) + 2
        return self._place.floats(np.append(np.zeros(entries - 1), wish))

    def _sweep(self, run: Run, rows: np.ndarray) -> None:
        place = self._place
        rates = [self._rate(run.done + i) for i in range(len(rows))]
        run.params, run.state, run.loss, measured = self._functions.sweep(
            run.params, run.state, run.data.tables, place.asarray(rows), place.floats(np.asarray(rates))
        )
        run.tally.add(rows.shape[1], *measured, batches=len(rows))  # pyright: ignore[reportOptionalMemberAccess]
        self._count(run, len(rows))

    def _count(self, run: Run, steps: int) -> None:
        run.step += steps
        run.done += steps
        if run.step % SETTLE < steps and not isinstance(run.state.step, int):
            run.state = self._functions.settled(run.state)
