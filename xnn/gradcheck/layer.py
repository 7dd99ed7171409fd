"""One layer by itself: its backward pass against its forward pass."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from ..backends import place_like, to_host
from ..errors import OptionError
from .api import check_gradients
from .program.tree import is_array
from .report import GradientReport


def check_layer(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    *inputs: Any,
    names: Sequence[str] | None = None,
    reseed: int | Callable[[], object] | None = None,
    seed: int = 0,
    **options: Any,
) -> GradientReport:
    """Check one layer's backward pass: the gradients of ``sum(out * dout)`` for a random `dout`.

    A sum or a mean of the outputs in place of it would mean that `dout` is the same everywhere: mistakes in how `dout`
    is carried back, such as a sum over the wrong axis, then pass.

    Parameters
    ----------
    forward : callable
        ``forward(*inputs)`` returns ``out``, or ``(out, cache)``; a method of a layer will do.
    backward : callable
        ``backward(dout, cache)``, ``backward(dout)`` or ``backward(dout, *inputs)``, as many as it takes: returns the
        gradient of each input, in their order, or of the first few.
    *inputs
        ``x``, then the weights: arrays and numbers of real values are checked, all else is handed on.
    names : sequence of str, optional
        What to call them; the names of `forward`'s parameters otherwise.
    reseed, seed, **options
        As for :func:`check_gradients`.

    Returns
    -------
    GradientReport

    Raises
    ------
    OptionError
        If `backward` takes other arguments, or there is nothing to check.

    Examples
    --------
    >>> import numpy as np
    >>> def forward(x, w, b):
    ...     return x @ w + b, (x, w)
    >>> def backward(dout, cache):
    ...     x, w = cache
    ...     return dout @ w.T, x.T @ dout, dout.sum(axis=1)
    >>> rng = np.random.default_rng(0)
    >>> report = check_layer(forward, backward, rng.normal(size=(4, 3)), rng.normal(size=(3, 4)), np.zeros(4))
    >>> [name for name, tensor in report.tensors.items() if not tensor.ok]
    ['b']
    """
    real = [i for i, x in enumerate(inputs) if _is_real(x)]
    if not real:
        raise OptionError("check_layer needs inputs of real numbers: check_layer(forward, backward, x, w, b).")
    takes = _count(backward, len(inputs))
    called = list(names) if names is not None else _names(forward, len(inputs), real)
    whole = _Outputs(forward, inputs, dict(zip(called, real, strict=False)), numpy.random.default_rng(seed))
    params = {name: inputs[i] for name, i in whole.real.items()}
    return check_gradients(whole, _Backward(whole, backward, takes), params, reseed=reseed, seed=seed, **options)


class _Outputs:
    """``sum(out * dout)`` of a layer's outputs.

    Attributes
    ----------
    around : tuple of callable
        The user's own functions.
    real : dict of str to int
        The names of the inputs that are checked, and which they are.
    """

    def __init__(
        self, forward: Callable[..., Any], inputs: tuple[Any, ...], real: dict[str, int], rng: numpy.random.Generator
    ) -> None:
        self.around: tuple[Callable[..., Any], ...] = (forward,)
        self.inputs, self.real, self._rng = inputs, real, rng
        self._drawn: dict[tuple[int, ...], Any] = {}

    def run(self, params: dict[str, Any]) -> tuple[tuple[Any, ...], Any, Any, Any]:
        """Return the inputs, ``out``, the cache (None if there is none) and ``dout``."""
        given = list(self.inputs)
        for name, i in self.real.items():
            given[i] = params[name]
        returned = self.around[0](*given)
        out, cache = returned if isinstance(returned, tuple) and len(returned) == 2 else (returned, None)
        shape = tuple(getattr(out, "shape", ()))
        if shape not in self._drawn:
            host = self._rng.standard_normal(shape)
            self._drawn[shape] = place_like(out, dtype="float64").floats(host) if shape else float(host)
        return tuple(given), out, cache, self._drawn[shape]

    def __call__(self, params: dict[str, Any]) -> Any:
        """Return ``sum(out * dout)``."""
        _, out, _, dout = self.run(params)
        return (out * dout).sum()


class _Backward(_Outputs):
    """The gradients of that by the inputs."""

    def __init__(self, outputs: _Outputs, backward: Callable[..., Any], takes: int) -> None:
        vars(self).update(vars(outputs))
        self.around, self.takes = (*outputs.around, backward), takes

    def __call__(self, params: dict[str, Any]) -> Any:
        """Return the gradient of each input, by name."""
        given, _, cache, dout = self.run(params)
        with_cache = self.takes == 2 and (cache is not None or len(given) != 1)
        returned = self.around[1](dout, *(() if self.takes == 1 else (cache,) if with_cache else given))
        parts = returned if isinstance(returned, (tuple, list)) else [returned]
        return dict(zip(self.real, [part for part in parts if part is not None], strict=False))


def _is_real(x: Any) -> bool:
    return isinstance(x, float) or (is_array(x) and to_host(x).dtype.kind == "f")


def _count(backward: Callable[..., Any], inputs: int) -> int:
    """Return how many arguments `backward` takes: dout alone, with the cache, or with all inputs."""
    try:
        parameters = inspect.signature(backward).parameters.values()
    except (TypeError, ValueError):
        return 2
    needed = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty]
    if len(needed) not in (1, 2, 1 + inputs):
        raise OptionError(
            f"backward takes {len(needed)} arguments: it must take (dout), (dout, cache) or (dout, *inputs)."
        )
    return len(needed)


def _names(forward: Callable[..., Any], inputs: int, real: Sequence[int]) -> list[str]:
    """Return what `forward` calls those of its inputs that are checked."""
    try:
        names = [p.name for p in inspect.signature(forward).parameters.values() if p.kind is not p.VAR_POSITIONAL]
    except (TypeError, ValueError):
        names = []
    names += [f"input{i}" for i in range(len(names), inputs)]
    return [names[i] for i in real]
