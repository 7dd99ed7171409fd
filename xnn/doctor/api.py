"""The public function: diagnose a program."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from inspect import signature
from threading import Timer
from typing import Any

from ..arguments import optional, positive
from ..errors import OptionError
from ..gradcheck.parts import reseeded, unbound
from .checks import TABLE
from .examine import examine
from .report.diagnosis import Diagnosis
from .subject import Functions, Subject


def diagnose(
    loss: Callable[..., Any],
    gradients: Callable[..., Any],
    params: Any,
    *data: Any,
    predict: Callable[..., Any] | None = None,
    accuracy: Callable[..., Any] | None = None,
    learning_rate: float | None = None,
    step: Callable[..., Any] | None = None,
    reseed: int | Callable[[], object] | None = None,
) -> Diagnosis:
    """Find out why the user's network does not learn.

    The gradient is checked, then the loss as a function of the samples, the data and the start; then it is tried out,
    with the user's own functions: which way a step goes, which rates are stable, whether a small batch can be
    overfitted. Nothing that is given is changed: all functions are called on copies, in double precision, and no
    random state is touched. What is found has its place, where the source of the functions can be read: once all is
    known, they are recorded, and the first value that shows the fault is looked for.

    Parameters
    ----------
    loss : callable
        ``loss(params, *data)`` returns one number.
    gradients : callable
        ``gradients(params, *data)`` returns its derivative by each parameter, in the structure of `params`; of code
        that only updates, :func:`xnn.gradients_from_step` makes one.
    params : array, list, tuple, named tuple, dict, data class, object, in any nesting
        As training starts, or where it is stuck. Arrays of any library. Methods of an object are given the data alone,
        ``diagnose(net.loss, net.gradients, net, X, y, predict=net.predict)``, and called on copies of it.
    *data
        What both functions take after `params`: the samples first and what is to be learnt of each last, ``X, y``. What
        learns its inputs themselves has the samples alone, and so has a list of pairs of a sample and its target.
    predict : callable, optional
        ``predict(params, X)`` returns the outputs, or the classes, of each sample.
    accuracy : callable, optional
        ``accuracy(params, *data)`` returns a share or a percentage.
    learning_rate : float, optional
        Of plain gradient descent, unless `step` says otherwise.
    step : callable, optional
        ``step(params, *data)``, or ``step(params, *data, learning_rate)``, changes `params` in place or returns the new
        ones.
    reseed : int or callable, optional
        What makes functions that draw, such as dropout's mask, draw the same at each call: a seed for NumPy's global
        generator, whose state is put back in the end, or what is to be called before each call.

    Returns
    -------
    Diagnosis
        ``.ok``, ``.findings``, ``.checks``; print it, ``plot()`` it, or ``save("report.html")``.

    Raises
    ------
    DataError, OptionError
        If `params` hold no numbers, a function is not callable, or `learning_rate` is not positive, or missing for a
        `step` that takes it.

    Examples
    --------
    >>> import numpy as np
    >>> def loss(w, X, y):
    ...     return np.mean((X @ w - y) ** 2)
    >>> def gradients(w, X, y):
    ...     return 2 * X.T @ (X @ w - y) / len(X)
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(50, 3))
    >>> y = X @ np.array([1.0, -2.0, 0.5])
    >>> diagnosis = diagnose(loss, gradients, np.zeros(3), X, y, learning_rate=5.0)
    >>> diagnosis.ok, diagnosis.findings[0].code
    (False, 'learning-rate-high')
    >>> diagnose(loss, gradients, np.zeros(3), X, y, learning_rate=0.1).ok
    True
    """
    for name, function in (("loss", loss), ("gradients", gradients)):
        if not callable(function):
            raise OptionError(f"{name} must be a function of params and the data, got {type(function).__name__}.")
    for name, function in (("predict", predict), ("accuracy", accuracy), ("step", step)):
        if function is not None and not callable(function):
            raise OptionError(f"{name} must be a function or left out, got {type(function).__name__}.")
    learning_rate = optional(positive)("learning_rate", learning_rate)
    if not data:
        raise OptionError("diagnose needs the data that loss takes: diagnose(loss, gradients, params, X, y).")
    predict, accuracy, step = (None if f is None else unbound(f, params) for f in (predict, accuracy, step))
    step = _without_rate(step, len(data), learning_rate)
    functions = Functions(loss, gradients, predict, accuracy, step, learning_rate)
    with _progress() as tell, reseeded(reseed) as before:
        return examine(Subject(functions, params, data, before), tell)


def _without_rate(step: Callable[..., Any] | None, items: int, rate: float | None) -> Callable[..., Any] | None:
    """Return the step as a function of params and the data: some people's takes the rate too."""
    try:
        needed = [] if step is None else [p for p in signature(step).parameters.values() if p.default is p.empty]
    except (TypeError, ValueError):  # not written in Python
        return step
    if step is None or len([p for p in needed if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]) != items + 2:
        return step
    if rate is None:
        raise OptionError("step takes one argument more, the learning rate: give learning_rate= too.")
    return lambda params, *data: step(params, *data, rate)


@contextmanager
def _progress() -> Generator[Callable[[str], None]]:
    """Give a function that tells what is being done: on a bar, where there is a terminal, after two seconds."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("examining", total=len(TABLE))
    timer = Timer(2.0, bar.start)
    timer.start()
    try:
        yield lambda name: bar.update(task, advance=1, description=name)
    finally:
        timer.cancel()
        timer.join()
        if bar.live.is_started:
            bar.stop()
