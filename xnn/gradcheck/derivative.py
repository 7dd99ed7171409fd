"""One activation function and what is said to be its derivative."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy

from ..backends import to_host
from ..errors import OptionError
from ..findings import Finding
from .bugs.catalogue import finding
from .dense.activations import FUNCTIONS, WRITTEN
from .program.tree import Host
from .report import GradientError

GRID = numpy.concatenate([numpy.linspace(-3.03, 2.97, 41), [-7.3, 7.1, 0.013, -0.017]])
AGREES = 1e-6


@dataclass(frozen=True)
class DerivativeReport:
    """Whether `df` is the derivative of `f`.

    Attributes
    ----------
    ok : bool
    expects : str
        ``"input"`` or ``"output"``: what `df` has to be given to be right; empty if neither makes it so.
    is_function : str
        The known function that `df` is, in words, where one was recognised.
    relative_error : float
        The largest difference over a grid of points, as a share of the largest derivative.
    worst_at : float
        The point where they differ most.
    findings : tuple of Finding
    """

    ok: bool
    expects: str
    is_function: str
    relative_error: float
    worst_at: float
    findings: tuple[Finding, ...] = ()

    def raise_if_wrong(self) -> None:
        """Raise GradientError unless ``ok``: for a test."""
        if not self.ok:
            raise GradientError(str(self))

    def __str__(self) -> str:
        most = "" if numpy.isnan(self.worst_at) else f", most at z = {self.worst_at:.4g}"
        verdict = "The derivative is right." if self.ok else f"The derivative is WRONG{most}."
        return "\n".join([verdict, *(str(finding) for finding in self.findings)])


def check_derivative(f: Callable[[Any], Any], df: Callable[[Any], Any], of: str = "input") -> DerivativeReport:
    """Check the derivative of one activation function, and say which function it is instead.

    Parameters
    ----------
    f, df : callable
        Of a NumPy array, or of one number; applied entry by entry.
    of : {"input", "output"}
        What `df` is given in your program: the pre-activation z, or the output ``f(z)``.

    Returns
    -------
    DerivativeReport
        ``.ok``, ``.expects`` (``"input"`` or ``"output"``), ``.is_function``, ``.findings``; print it.

    Raises
    ------
    OptionError
        If `of` is neither, `f` cannot be evaluated between -7 and 7, or `f` joins its entries: then its derivative is
        a matrix, which :func:`check_gradients` checks inside a loss. Of softmax the diagonal alone is a finding.

    Examples
    --------
    >>> import numpy as np
    >>> report = check_derivative(np.tanh, lambda a: 1 - a**2)
    >>> report.ok, report.expects
    (False, 'output')
    >>> check_derivative(np.tanh, lambda a: 1 - a**2, of="output").ok
    True
    """
    if of not in ("input", "output"):
        raise OptionError(f"of must be 'input' or 'output', got {of!r}.")
    with numpy.errstate(all="ignore"):
        y = _values(f, GRID, "f")
        if not _is_elementwise(f, y):
            return _diagonal(df, y)
        right, error = _slope(f)
        given, given_output = _values(df, GRID, "df"), _values(df, y, "df")
        found = {"input": _distance(given, right, error), "output": _distance(given_output, right, error)}
        distance, worst = found[of]
        # Constant derivatives are right either way: then it expects what it is given.
        expects = of if distance <= AGREES else next((way for way, (d, _) in found.items() if d <= AGREES), "")
        code, name = ("", "") if expects == of else _recognised(f, given, y)
    findings: list[Finding] = []
    if expects and expects != of:
        argument = "f(z)" if expects == "output" else "z"
        given_what = "output" if of == "output" else "pre-activation"
        findings.append(finding("derivative-of-output:argument", expects=expects, given=given_what, argument=argument))
    elif not expects and name:
        findings.append(finding(f"{code}:alone", words={"own_derivative": _advice(y)}, name=name))
    elif not expects:
        findings.append(finding("unknown:alone", words={"own_derivative": _advice(y)}, certainty=0.9))
    return DerivativeReport(not findings, expects, name, distance, worst, tuple(findings))


def _is_elementwise(f: Callable[[Any], Any], y: Host) -> bool:
    """Whether an entry's value is the same without the others."""
    few = slice(0, 45, 9)
    try:
        alone = numpy.asarray([to_host(f(GRID[i : i + 1])).reshape(()) for i in range(45)[few]])
    except Exception:  # it takes numbers, or arrays of this length only
        return True
    return bool(numpy.allclose(alone, y[few], rtol=1e-6, atol=1e-9, equal_nan=True))


def _diagonal(df: Callable[[Any], Any], y: Host) -> DerivativeReport:
    """Report on the derivative of a function that joins its entries, as softmax does."""
    given = (_values(df, GRID, "df"), _values(df, y, "df"))
    if abs(float(numpy.sum(y)) - 1.0) > 1e-9 or not any(numpy.allclose(d, y * (1 - y), atol=1e-12) for d in given):
        raise OptionError(
            "f joins its entries, as softmax does, so that its derivative is a matrix, not one number an entry: "
            "put f into a loss and give that to check_gradients."
        )
    found = finding("softmax-diagonal:alone")
    return DerivativeReport(False, "", "the diagonal of softmax's Jacobian", 1.0, float("nan"), (found,))


def _values(f: Callable[[Any], Any], x: Host, name: str) -> Host:
    try:
        y = to_host(f(x.copy()))
        if y.shape == x.shape:
            return y.astype("float64")
        if y.ndim == 0:  # a constant, or a function of one number that took the array for one
            return numpy.broadcast_to(y.astype("float64"), x.shape)
    except Exception:
        pass
    try:
        return numpy.asarray([float(to_host(f(float(value)))) for value in x])
    except Exception as error:
        raise OptionError(f"{name} cannot be evaluated between -7 and 7: {type(error).__name__}: {error}") from error


def _slope(f: Callable[[Any], Any]) -> tuple[Host, Host]:
    """Return the numeric derivative over the grid and its error: infinite at a corner."""
    wide, narrow = 1e-3, 5e-4
    D = [(_values(f, GRID + h, "f") - _values(f, GRID - h, "f")) / (2 * h) for h in (wide, narrow)]
    value = (4 * D[1] - D[0]) / 3
    error = abs(value - D[1]) + 1e-11
    return value, numpy.where(error > 1e-4 * (1 + abs(value)), numpy.inf, error)


def _distance(given: Host, right: Host, error: Host) -> tuple[float, float]:
    smooth = numpy.isfinite(error)
    scale = float(numpy.max(abs(right[smooth]), initial=1e-300))
    off = numpy.where(smooth, numpy.maximum(0.0, abs(given - right) - 10 * error), 0.0) / scale
    off = numpy.where(numpy.isfinite(off), off, numpy.inf)
    return float(numpy.max(off)), float(GRID[int(numpy.argmax(off))])


def _recognised(f: Callable[[Any], Any], given: Host, y: Host) -> tuple[str, str]:
    """Return what mistake it is that `df` is another function, and that function's name; empty where it has none."""
    wrong = "derivative-wrong"

    def equal(x: Host) -> bool:
        return bool(numpy.max(abs(given - x)) <= 1e-9 * max(1.0, float(numpy.max(abs(given)))))

    own, _ = _slope(f)
    if equal(numpy.ones_like(GRID)):
        return wrong, "1 everywhere"
    for known in FUNCTIONS:
        if numpy.max(abs(known.f(GRID) - y)) <= 1e-9 * max(1.0, float(numpy.max(abs(y)))) and equal(known.df(y)):
            return "derivative-of-output", f"the derivative of {known.name}, taken of the output f(z)"
    for known in FUNCTIONS:
        if equal(known.df(GRID)):
            return wrong, f"the derivative of {known.name}"
        if equal(known.f(GRID)):
            return wrong, f"{known.name} itself"
    for formula, g in WRITTEN:
        if equal(g(GRID)):
            return wrong, formula.format(x="z")
        if equal(g(y)):
            return wrong, formula.format(x="f(z)")
    smooth = abs(own) > 1e-6
    ratio = given[smooth] / own[smooth]
    if ratio.size and float(numpy.ptp(ratio)) <= 1e-5 * abs(float(ratio[0])):
        return wrong, f"{float(ratio[0]):.6g} times the derivative of f"
    return "", ""


def _advice(y: Host) -> str:
    for known in FUNCTIONS:
        if numpy.max(abs(known.f(GRID) - y)) <= 1e-9 * max(1.0, float(numpy.max(abs(y)))):
            return f"f is {known.name}: f'(z) = {known.formula}, with a = f(z)"
    return ""
