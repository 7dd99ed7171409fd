"""The public functions: check gradients, or only compute them numerically."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy

from ..arguments import optional, share
from ..errors import OptionError, XnnError
from ..quiet import quiet
from .bugs.catalogue import finding
from .check import Check
from .factor import common_factor, said
from .numeric import gradient
from .program.calls import Program, Raised
from .program.seeds import reseeded
from .report import GradientReport
from .updates import many_updates


class LossError(XnnError, ValueError):
    """The loss raised, or did not return one finite number."""


class NumericGradients(NamedTuple):
    """What :func:`xnn.numeric_gradients` returns: three trees of the structure of the parameters.

    Attributes
    ----------
    values, errors
        The derivatives and the estimates of their errors.
    kinks
        1 where the loss has a corner at the very point, so that there is no derivative; 0 elsewhere.
    """

    values: Any
    errors: Any
    kinks: Any


def numeric_gradients(loss: Callable[..., Any], params: Any, *data: Any) -> NumericGradients:
    """Differentiate anyone's loss numerically by every parameter, with an estimate of each error.

    Parameters
    ----------
    loss : callable
        ``loss(params, *data)`` returns one number. It is called four to six times a parameter.
    params : array, list, tuple, named tuple, dict, data class, in any nesting
        Arrays of any library. They are not changed.
    *data
        Handed on to `loss`.

    Returns
    -------
    NumericGradients
        ``values``, ``errors`` and ``kinks``, each of the structure of `params`.

    Raises
    ------
    DataError
        If `params` hold no numbers.
    LossError
        If `loss` raises, or does not return one finite number.

    Examples
    --------
    >>> import numpy as np
    >>> found = numeric_gradients(lambda w: np.sum(np.sin(w)), np.array([0.0, 1.0]))
    >>> bool(np.abs(found.values - np.cos([0.0, 1.0])).max() < 1e-10), bool(found.errors.max() < 1e-8)
    (True, True)
    """
    program = Program(loss, None, params, data)
    with quiet():
        try:
            value = program.loss_at(program.theta)
            if not numpy.isfinite(value):
                raise LossError(f"the loss is {value} at these parameters: there is nothing to differentiate.")
            program.careful = False  # one copy serves thousands of calls
            found = gradient(program.along(program.theta), show=True)
        except Raised as raised:
            raise LossError(f"the loss cannot be differentiated here: {raised.error}") from raised
        with program.structure.place.scope():
            columns = (found.value, found.error, found.kink.astype("float64"))
            return NumericGradients(*[program.structure.at(column) for column in columns])


def check_gradients(
    loss: Callable[..., Any],
    gradients: Callable[..., Any] | None,
    params: Any,
    *data: Any,
    names: Sequence[str] | None = None,
    tolerance: float | None = None,
    thorough: bool = False,
    up_to_factor: bool = False,
    reseed: int | Callable[[], object] | None = None,
    seed: int = 0,
) -> GradientReport:
    """Check anyone's hand-written gradients against their loss, and name the bug.

    Nothing that is given is changed: both functions are called on copies, in double precision.

    Parameters
    ----------
    loss : callable
        ``loss(params, *data)`` returns one number.
    gradients : callable or None
        ``gradients(params, *data)`` returns the derivative of the loss by each parameter, in the structure of `params`,
        by name or in their order; ``(loss, gradients)`` will do. None where `loss` itself returns those two.
    params : array, list, tuple, named tuple, dict, data class, object of your own, in any nesting
        Arrays of any library, and numbers. With an object, `loss` and `gradients` may be its methods: they are called
        on copies of it with `data` alone, and may leave the gradients in its attributes, ``self.dW1`` for ``self.W1``.
    *data
        Handed on to both functions. With the data given, bugs inside the layers can be told apart.
    names : sequence of str, optional
        What to call the tensors; their keys and places otherwise, such as ``"W1"`` and ``"params[0].W"``.
    tolerance : float, optional
        The relative error allowed beyond the numeric gradient's own; 1e-7 otherwise, with a grey zone up to 1e-4
        where only a difference that a known bug reproduces counts.
    thorough : bool
        Whether to compare every entry of a big network too, which otherwise is compared along random directions.
    up_to_factor : bool
        Whether the gradient may be that of the loss times one number, the same for all tensors: for a loss that was
        written for the check. A note says the number.
    reseed : int or callable, optional
        What makes a function that draws, such as dropout's mask, draw the same at each call: a seed for NumPy's global
        generator, whose state is put back in the end, or what is to be called before each call.
    seed : int
        Of the random directions.

    Returns
    -------
    GradientReport
        ``.ok``, ``.tensors``, ``.findings``; print it.

    Raises
    ------
    DataError, OptionError
        If `params` hold no numbers, `names` do not fit, or `tolerance` is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> def loss(params, x, y):
    ...     return np.mean((x @ params["W"] + params["b"] - y) ** 2)
    >>> def gradients(params, x, y):
    ...     delta = 2 * (y - x @ params["W"] - params["b"]) / y.size
    ...     return {"W": x.T @ delta, "b": delta.sum(axis=0)}
    >>> rng = np.random.default_rng(0)
    >>> params = {"W": rng.normal(size=(3, 2)), "b": np.zeros(2)}
    >>> report = check_gradients(loss, gradients, params, rng.normal(size=(5, 3)), rng.normal(size=(5, 2)))
    >>> report.ok, report.findings[0].code
    (False, 'sign')
    """
    if not callable(loss) or not (gradients is None or callable(gradients)):
        raise OptionError("loss and gradients must be functions: check_gradients(loss, gradients, params, *data).")
    tolerance = optional(share)("tolerance", tolerance)
    with reseeded(reseed) as before:
        program = Program(loss, loss if gradients is None else gradients, params, data, names, before)
        if count := many_updates(program):
            return GradientReport({}, (finding("many-updates", count=count),), program.loss_at(program.theta))
        factor = common_factor(program) if up_to_factor else None
        report = Check(program, tolerance, thorough, seed).run()
    return report if factor in (None, 1.0) else replace(report, findings=(*report.findings, said(factor)))
