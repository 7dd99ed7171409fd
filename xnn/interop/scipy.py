"""Training with SciPy's optimizers: all samples in every step, and a line search in place of a learning rate."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

try:
    from scipy import optimize
except ImportError as error:
    raise ImportError("xnn.interop.scipy needs SciPy 1.13 or newer: pip install --upgrade scipy") from error

from ..arguments import whole
from ..backends import Place, place_like, resolve
from ..errors import DtypeError, NotFiniteError, OptionError, UnknownNameError
from ..nn import Dense, Objective, copied, ravel, unravel
from ..optimizers import State
from ..training import History, Model
from ..training.callbacks import as_callbacks
from ..training.calls import Calls
from ..training.inputs import features, sample_factors, targets
from ..training.run import Run

__all__ = ["METHODS", "Minimum", "minimize"]

METHODS = ("BFGS", "CG", "L-BFGS-B", "Newton-CG")
"""SciPy's methods that take a gradient and no more."""


@dataclass(frozen=True)
class Minimum:
    """What :func:`minimize` found.

    Attributes
    ----------
    params : list of Dense
        The weights, arrays of the backend.
    model : Model or None
        With these weights, where a model was given.
    history : History
        The loss, penalty included, after each iteration, and its seconds; the other lists are empty.
    loss : float
        That of `params`.
    converged : bool
        Whether SciPy says so.
    message : str
        What SciPy says.
    found : scipy.optimize.OptimizeResult
        All that SciPy says, with ``x``, ``nfev`` and ``nit``.
    """

    params: list[Dense]
    model: Model | None
    history: History
    loss: float
    converged: bool
    message: str
    found: Any = field(repr=False)

    def __str__(self) -> str:
        ended = "converged" if self.converged else "did not converge"
        return f"{ended} after {self.history.epochs} iterations, loss {self.loss:.6g}: {self.message}"


def minimize(
    network: Model | Objective,
    X: Any,
    y: Any,
    method: str = "L-BFGS-B",
    *,
    params: Sequence[Dense] | None = None,
    sample_weight: Any = None,
    epochs: int | None = None,
    callbacks: Sequence[Any] = (),
    options: dict[str, Any] | None = None,
) -> Minimum:
    """Make a loss small with one of SciPy's methods.

    Line searches compare losses that hardly differ: compute in float64, which parameters drawn here are in.

    Parameters
    ----------
    network : Objective or Model
        An objective, ``Objective(mlp, loss, penalty)``, and X and y as its loss takes them; or a model of
        :func:`xnn.train`, which scales X and encodes y itself and whose weights are begun with. Take one of
        ``dtype="float64"``.
    X : shape (samples, features)
    y : shape (samples,) or (samples, outputs)
    method : {"BFGS", "CG", "L-BFGS-B", "Newton-CG"}
    params : list of Dense, optional
        Where to begin; by itself a model's own weights, and for an objective ``mlp.init(seed=0, dtype="float64")``
        where X is. It is computed where these are, in their precision.
    sample_weight : shape (samples,), optional
    epochs : int, optional
        The most iterations; by itself SciPy's own limit.
    callbacks : sequence of Callback or callable
        As of :func:`xnn.train`; an iteration is an epoch. ``run.stop("why")`` ends the search.
    options : dict, optional
        SciPy's own for the method, such as ``{"gtol": 1e-8}``.

    Returns
    -------
    Minimum

    Raises
    ------
    UnknownNameError
        If SciPy's method is none of these.
    NotFiniteError
        If the loss is not finite where it begins.
    XnnError
        A subclass that is also a ValueError or TypeError, where X, y or the weights do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from xnn.interop.scipy import minimize
    >>> from xnn.nn import MLP, Objective, Penalty
    >>> X, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[0.0], [1.0], [1.0], [0.0]])
    >>> objective = Objective(MLP((2, 4, 1), activation="tanh"), "binary_cross_entropy", Penalty(l2=1e-4))
    >>> found = minimize(objective, X, y, method="CG")
    >>> found.converged, found.history.loss[-1] < 0.02
    (True, True)
    """
    names = {name.lower(): name for name in METHODS}
    if str(method).lower() not in names:
        raise UnknownNameError("method", method, METHODS)
    limits = dict(options or {}) | ({} if epochs is None else {"maxiter": whole("epochs", epochs)})
    begin = None if params is None else list(params)
    if isinstance(network, Model):
        problem = _of_model(network, X, y, sample_weight, begin)
    else:
        problem = _of_objective(network, X, y, sample_weight, begin)
    with problem.place.scope():
        return _search(problem, names[method.lower()], limits, Calls(as_callbacks(callbacks)))


@dataclass(frozen=True)
class _Problem:
    """A loss and its gradient on data, as a function of one vector."""

    objective: Objective
    params: list[Dense]  # to begin with
    data: tuple[Any, Any, Any]  # x, targets, and weights or None, on the device
    place: Place
    model: Model | None = None

    def __call__(self, vector: np.ndarray) -> tuple[float, np.ndarray]:
        params = self.at(vector)
        objective, (x, targets, weights) = self.objective, self.data
        outputs, traces = objective.mlp.forward(params, x)
        loss, slope = objective.loss.value_and_gradient(outputs, targets, weights)
        gradients = objective.mlp.backward(params, traces, slope)
        if objective.penalty:
            loss = loss + objective.penalty(params)
            gradients = objective.penalty.add_gradient(params, gradients)
        return float(loss), self.place.to_host(ravel(gradients)).astype(np.float64)

    def at(self, vector: np.ndarray) -> list[Dense]:
        """Return the parameters that SciPy's vector is."""
        return unravel(self.place.floats(np.array(vector)), self.params)


def _of_objective(objective: Any, X: Any, y: Any, sample_weight: Any, begin: list[Dense] | None) -> _Problem:
    if not isinstance(objective, Objective):
        raise OptionError(
            f"what is minimized must be an xnn.nn.Objective or a model of xnn.train, got {type(objective).__name__}: "
            "write Objective(mlp, loss)."
        )
    like = X if begin is None else begin[0].W
    single = begin is not None and str(like.dtype).endswith("float32")
    at = place_like(like)
    place = resolve(at.backend.name, at.backend.device_name(at.device), "float32" if single else "float64")
    x = features(X, "X", objective.mlp.sizes[0]).X
    t, factors = targets(y, len(x)), sample_factors(sample_weight, len(x))
    if t.dtype.kind not in "biuf":
        raise DtypeError(f"y must hold what the loss takes, numbers or labels from 0 on, got {t.dtype}: number them.")
    with place.scope():
        params = begin or objective.mlp.init_at(place, np.random.default_rng(0))
        data = (place.floats(x), place.asarray(t), None if factors is None else place.floats(factors))
        objective.loss.check(objective.mlp(params, data[0]), *data[1:])
    return _Problem(objective, params, data, place)


def _of_model(model: Model, X: Any, y: Any, sample_weight: Any, begin: list[Dense] | None) -> _Problem:
    host = model.encode(X)
    encoded, factors = model.task.encode(targets(y, len(host))), sample_factors(sample_weight, len(host))
    penalty = None if model.run is None or model.run.options is None else model.run.options.penalty
    place = model.place
    with place.scope():
        x = place.floats(model.scaling.apply(host))
        t = place.asarray(encoded) if encoded.dtype.kind == "i" else place.floats(encoded)
        weights = None if factors is None else place.floats(factors)
    return _Problem(
        Objective(model.mlp, model.task.loss, penalty), begin or model.params, (x, t, weights), place, model
    )


def _search(problem: _Problem, method: str, limits: dict[str, Any], calls: Calls) -> Minimum:
    """Let SciPy search, and tell the callbacks of each iteration as of an epoch."""
    begin = problem.place.to_host(ravel(problem.params)).astype(np.float64)
    if not np.isfinite(problem(begin)[0]):
        raise NotFiniteError("the loss is not finite at the weights that are begun with: give others, or scale X.")
    idle = np.random.default_rng(0)
    run = Run(copied(problem.params), State(0, ()), idle, idle, None)
    run.epochs = limits.get("maxiter", 0)

    def network(params: Any, run: Run | None = None) -> Any:
        return None if problem.model is None else replace(problem.model, params=params, run=None)

    run.network, started = network, time.perf_counter()

    def after(intermediate_result: Any) -> None:
        nonlocal started
        now = time.perf_counter()
        run.params = problem.at(intermediate_result.x)
        run.history.loss.append(float(intermediate_result.fun))
        run.history.seconds.append(now - started)
        run.epoch, run.step, started = run.epoch + 1, run.step + 1, now
        run.note_best()
        calls.tell("on_epoch", run)
        if run.stopped:
            raise StopIteration

    calls.tell("on_start", run)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            found = optimize.minimize(problem, begin, jac=True, method=method, callback=after, options=limits)
    finally:
        calls.end(run)
    params = problem.at(found.x) if run.best is None else run.best.params
    loss = float(found.fun) if run.best is None else run.best.loss
    message = run.stopped or str(found.message).strip(".: ")
    return Minimum(params, network(params), run.history, loss, bool(found.success), message, found)
