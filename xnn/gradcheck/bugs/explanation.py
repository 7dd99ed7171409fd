"""What explains one tensor's gradient: bugs that reproduce it, and how well they do.

`G` is the user's gradient, `D` the right data part, both stacked over several parameter vectors, shape (P, ...).
With weight decay the right gradient is ``D + lam R`` (R = W for L2). Each explanation reproduces G.
"""

from math import isfinite
from typing import Any, NamedTuple

import numpy

from ..program.tree import Host
from ..same import distance, norm
from .places import entries

UNIT = 1e-5  # a factor so near to 1, or to -1, is none


class Bug(NamedTuple):
    """One mistake, as data.

    Attributes
    ----------
    code : str
    part : str
        ``"W"``, ``"b"``, ``"layer"`` (both) or ``"delta"`` (what flows back, and with it every layer beneath).
    name : str
        What stands there instead, or where: ``"the derivative of tanh"``, ``"first"``.
    factor, wants : float
        The number that it has, and that it should have.
    case : str
        Which row of the catalogue says it, where its code has several.
    shapes : pair of tuples, or None
        The shape that it has, and that it should have.
    """

    code: str
    part: str
    name: str = ""
    factor: float = 1.0
    wants: float = 0.0
    case: str = ""
    shapes: tuple[tuple[int, ...], tuple[int, ...]] | None = None

    @property
    def row(self) -> str:
        """Its row in the catalogue."""
        return f"{self.code}:{self.case}" if self.case else self.code

    @property
    def facts(self) -> dict[str, Any]:
        """What a finding keeps of it."""
        kept = {"name": self.name, "factor": self.factor, "wants": self.wants, "shapes": self.shapes}
        return {key: value for key, value in kept.items() if value != Bug._field_defaults[key]}

    @property
    def multiplies(self) -> float:
        """By what the whole gradient is multiplied."""
        return self.factor if self.code in ("sign", "scale") else 1.0

    def is_like(self, other: "Bug", tolerance: float = UNIT) -> bool:
        """Whether two bugs are the same mistake, but for where it was made."""
        same_factor = abs(self.factor - other.factor) <= tolerance * abs(self.factor)
        return self.row == other.row and self.name == other.name and same_factor


class Explanation(NamedTuple):
    """One way of explaining a tensor: its bugs (none: it is right), what they cost, and what they leave over."""

    cost: float
    bugs: tuple[Bug, ...]
    residual: float = 0.0  # as a share of the gradient


RIGHT = Explanation(0.0, ())
UNKNOWN_COST = 3.0


def is_right(explanations: list[Explanation]) -> bool:
    """Whether the tensor was found to be right."""
    return bool(explanations) and not explanations[0].bugs


class Fit(NamedTuple):
    """``G = c D + mu R``."""

    c: float
    mu: float
    residual: float  # as a share of ||G||


def fit(G: Host, D: Host, R: Host | None) -> Fit:
    """Find c and mu by least squares."""
    g, d = G.reshape(-1), D.reshape(-1)
    if R is None:
        c, mu = _along(d, g), 0.0
        left = g - c * d
    else:
        r = R.reshape(-1)
        apart = d - _along(r, d) * r
        c = _along(apart, g) if norm(apart) > 1e-9 * norm(d) else 0.0  # of two that are parallel R explains all
        mu = _along(r, g - c * d)
        left = g - c * d - mu * r
    residual = norm(left) / (norm(g) or 1.0)
    return Fit(c, mu, residual) if isfinite(residual) else Fit(0.0, 0.0, float("inf"))


def _along(d: Host, g: Host) -> float:
    """Return c for which c d is nearest to g."""
    size = float(d @ d)
    return float(d @ g) / size if size > 0.0 else 0.0


def factor_bugs(c: float, part: str, under: float = 0.0) -> tuple[Bug, ...]:
    """Name a factor, `under` a weight decay: -1 is a sign, -2 a sign and a factor, two mistakes."""
    bugs = (Bug("sign", part, "", -1.0, under),) if c < 0 else ()
    return bugs if abs(abs(c) - 1.0) < UNIT else (*bugs, Bug("scale", part, "", abs(c), under))


def linear(G: Host, D: Host, R: Host | None, lam: float | None, part: str, tolerance: float) -> list[Explanation]:
    """Explain G by a factor on the data part, on the whole, or by the decay; `lam` is None where it is not known.

    Then D is the whole right gradient, its decay included.
    """
    right = D if R is None or not lam else D + lam * R
    off = distance(G, right)
    if off <= tolerance or max(norm(G), norm(right)) == 0.0:
        return [Explanation(0.0, (), off)]
    found: list[Explanation] = []

    def tried(prediction: Host, *bugs: Bug) -> bool:
        left = distance(G, prediction)
        close = left <= tolerance and norm(G - prediction) <= 0.02 * norm(G - right)
        if close:
            found.append(Explanation(float(len(bugs)), bugs, left))
        return close

    whole = fit(G, right, None)
    if whole.c:
        tried(whole.c * right, *factor_bugs(whole.c, part))
    if R is None or norm(R) == 0.0:
        return found
    if lam:  # the decay is right, the data part is not
        alone = fit(G - lam * R, D, None)
        if not (alone.c and tried(alone.c * D + lam * R, *factor_bugs(alone.c, part, lam))):
            tried(lam * R, Bug("zero", part, case="decay"))
    if norm(D) == 0.0 or G.size < 3:
        return found
    weight = norm(R) / norm(G) if norm(G) else 0.0
    mu = fit(G - D, R, None).c
    tried(D + mu * R, decay_bug(mu, lam, part, weight, tolerance))
    both = fit(G, D, R)
    if not found and both.c:
        prediction = both.c * D + both.mu * R
        if lam is not None:
            tried(prediction, *factor_bugs(both.c, part), decay_bug(both.mu, lam, part, weight, tolerance))
        elif both.mu / (1.0 - both.c) > 0:  # of a gradient that has the decay already
            tried(prediction, *factor_bugs(both.c, part, both.mu / (1.0 - both.c)))
    return found


def decay_bug(mu: float, lam: float | None, part: str, weight: float, tolerance: float) -> Bug:
    """Name a decay of `mu` where `lam` is right; of `mu` too much, where that is not known."""
    if lam is None and mu < 0:
        return Bug("decay-missing", part, "", -mu)
    if part == "b" and not lam:
        return Bug("decay-on-bias", part, "", mu)
    if lam is None:
        return Bug("decay-scale", part, "", mu, case="too-much")
    if abs(mu) * weight <= 10 * tolerance or abs(mu) < 1e-6 * abs(lam):
        return Bug("decay-missing", part, "", lam)
    return Bug("decay-scale", part, "", mu, lam)


def pattern(G: Host, D: Host, R: Host | None, lam: float, part: str, tolerance: float) -> list[Explanation]:
    """Explain G by entries that were never computed, or by a transposition."""
    right = D if R is None else D + lam * R
    if norm(right) == 0.0:
        return []
    if not numpy.any(G):
        return [Explanation(1.0, (Bug("zero", part),))]
    found = []
    empty = numpy.all(G == 0.0, axis=0)
    if R is not None and lam:
        empty |= numpy.all(abs(G - lam * R) <= 1e-12 * norm(right), axis=0)
    lost = empty & (numpy.max(abs(right), axis=0) > tolerance * numpy.max(abs(right)))
    if numpy.any(lost) and not numpy.all(lost):
        left = distance(G, numpy.where(lost, G, right))
        if left <= tolerance:
            found.append(Explanation(1.0, (Bug("skipped", part, entries(lost)),), left))
    if G.ndim == 3 and G.shape[1] == G.shape[2] > 1:
        only_data = numpy.swapaxes(D, 1, 2) + (lam * R if R is not None else 0.0)
        left = min(distance(G, numpy.swapaxes(right, 1, 2)), distance(G, only_data))
        if left <= tolerance:
            found.append(Explanation(1.0, (Bug("transposed", part),), left))
    return found
