"""Is it the loss that is wrong, and not the gradient? What else the gradient may be the gradient of.

A gradient that disagrees with its loss may be right for another one: its derivative along any direction is then that of
a known loss of the same predictions. And a field is a gradient at all only if its Jacobian is symmetric, which very few
mistakes leave it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy

from ...findings import Finding
from ...gradcheck.parts import GradientReport, Host
from ..examination import Examination
from ..limits import OFF, REPRODUCED

POINTS, DIRECTIONS = 2, 5
FARTHER = 12  # doublings of the parameters, to where outputs are on both sides of a corner
H = 1e-4  # of a parameter's size; the fourth-order difference leaves about 1e-10


class KnownLoss(NamedTuple):
    """A loss of predictions and targets, both (samples, k), summed over both."""

    name: str
    formula: str
    value: Callable[[Host, Host], Any]
    corner: Callable[[Host, Host], Host] | None = None  # what changes its sign there; on one side it is but linear


def _log_softmax(z: Host) -> Host:
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - numpy.log(numpy.sum(numpy.exp(shifted), axis=1, keepdims=True))


def _signs(t: Host) -> Host:
    return numpy.where(t > 0, 1.0, -1.0)


LOSSES = (
    KnownLoss("squared error", "sum((p - y) ** 2)", lambda p, t: numpy.sum((p - t) ** 2)),
    KnownLoss("cross-entropy", "-sum(y * log(p))", lambda p, t: -numpy.sum(t * numpy.log(p))),
    KnownLoss(
        "binary cross-entropy",
        "-sum(y * log(p) + (1 - y) * log(1 - p))",
        lambda p, t: -numpy.sum(t * numpy.log(p) + (1 - t) * numpy.log(1 - p)),
    ),
    KnownLoss(
        "cross-entropy of the softmax", "-sum(y * log(softmax(z)))", lambda p, t: -numpy.sum(t * _log_softmax(p))
    ),
    KnownLoss(
        "binary cross-entropy of the sigmoid",
        "sum(log(1 + exp(z)) - y * z)",
        lambda p, t: numpy.sum(numpy.logaddexp(0.0, p) - t * p),
    ),
    KnownLoss(
        "hinge loss",
        "sum(maximum(0, 1 - y * p))",
        lambda p, t: numpy.sum(numpy.maximum(0.0, 1 - _signs(t) * p)),
        lambda p, t: 1 - _signs(t) * p,
    ),
    KnownLoss(
        "logistic loss", "sum(log(1 + exp(-y * p)))", lambda p, t: numpy.sum(numpy.logaddexp(0.0, -_signs(t) * p))
    ),
    KnownLoss("absolute error", "sum(abs(p - y))", lambda p, t: numpy.sum(abs(p - t)), lambda p, t: p - t),
)


class Slopes(NamedTuple):
    """Derivatives along the same directions: of each known loss, the user's loss, their gradient, and of a decay."""

    known: list[Host]
    loss: Host
    gradient: Host
    decay: Host


CHANGES = {
    "unknown", "loss-mismatch", "factor-missing", "factor-extra", "path-missing", "path-twice", "wrong-operand",
    "some-entries",
}  # fmt: skip


def check(exam: Examination) -> Iterator[Finding]:
    """Yield which loss a wrong gradient is the gradient of, if it is one's."""
    checked = exam.subject.checked
    if exam.subject.gradient_ok or checked is None:
        return
    slopes = _slopes(exam, [exam.subject.near(OFF * (k + 1), k + 3) for k in range(POINTS)])
    if slopes is None:
        return
    off = float(numpy.linalg.norm(slopes.gradient - slopes.loss))
    if off <= REPRODUCED * float(numpy.linalg.norm(slopes.loss)):
        return  # it is the loss's own, each called afresh
    # What reproduces the gradient too; that some change makes it right is less than to be that of a known loss.
    named = {f.code for f in checked.report.findings if not f.is_note} - CHANGES
    matches = [i for i, known in enumerate(slopes.known) if _fit(known, slopes.gradient, slopes.decay) is not None]
    matches = [i for i in matches if LOSSES[i].corner is None or _beyond_corner(exam, i)]
    own = [i for i, known in enumerate(slopes.known) if _fit(known, slopes.loss, slopes.decay) is not None]
    if matches and matches[0] not in own and (own or not named):
        known = LOSSES[matches[0]]
        c = _fit(slopes.known[matches[0]], slopes.gradient, slopes.decay)
        yours = f"your loss is a multiple of the {LOSSES[own[0]].name}" if own else "your loss is not"
        yield Finding(
            "loss-mismatch", "", f"your gradient is that of the {known.name}; {yours}.",
            f"write loss = {c:.4g} * {known.formula}, p being what predict returns; or, if the loss is as you want it, "
            "differentiate it",
            f"along {len(slopes.gradient)} directions at {POINTS} places the gradient is {c:.4g} times the derivative "
            f"of the {known.name} of your predictions", 0.95, note=bool(named),
        )  # fmt: skip
    elif not matches and not named and not _is_settled(exam, checked.report) and _is_gradient(exam):
        yield Finding(
            "loss-mismatch", "", "your gradient is the gradient of some function, but not of your loss.",
            "look at the loss first: compare it with what gradients differentiates, term by term",
            "the gradient's Jacobian is symmetric, as only a gradient's is", 0.7,
        )  # fmt: skip


def _is_settled(exam: Examination, report: GradientReport) -> bool:
    """Whether the gradient's fault has a fix, or something is wrong with the loss or the data, which says more."""
    return any(f.fix is not None for f in report.findings) or any(
        not finding.is_note and finding not in report.findings for finding in exam.found
    )


def _beyond_corner(exam: Examination, i: int) -> bool:
    """Whether the gradient is that of a loss with a corner where some outputs are on each side of it."""
    subject, predictions, corner = exam.subject, exam.predictions, LOSSES[i].corner
    theta = subject.near(OFF, 3)
    for _ in range(FARTHER):
        rows = predictions.at(theta)
        targets = None if isinstance(rows, str) else subject.targets_of(rows.shape[1])
        if isinstance(rows, str) or targets is None or corner is None:
            return False
        if 0.1 < float(numpy.mean(corner(rows, targets) > 0)) < 0.9:
            slopes = _slopes(exam, [theta])
            return slopes is not None and _fit(slopes.known[i], slopes.gradient, slopes.decay) is not None
        theta = 2.0 * theta
    return False


def _slopes(exam: Examination, places: Sequence[Host]) -> Slopes | None:
    """Differentiate everything along random directions, at some places."""
    subject, predictions = exam.subject, exam.predictions
    rows = predictions.at(subject.theta) if predictions.own else ""
    targets = None if isinstance(rows, str) else subject.targets_of(rows.shape[1])
    rng, size = numpy.random.default_rng(2), subject.program.spread
    known: list[list[float]] = []
    loss, gradient, decay = [], [], []
    for theta in places:
        g = subject.gradient(theta)
        if g is None or not numpy.all(numpy.isfinite(g)):
            return None
        for _ in range(DIRECTIONS):
            u = size * rng.standard_normal(theta.size)
            u *= float(numpy.linalg.norm(size)) / float(numpy.linalg.norm(u))
            at = [theta + h * H * u for h in (1.0, -1.0, 0.5, -0.5)]
            loss.append(_slope([subject.loss(point) for point in at]))
            gradient.append(float(g @ u))
            decay.append(float(theta @ u))
            answers = [] if targets is None else [predictions.at(point) for point in at]
            known.append([_slope_of(each, answers, targets) for each in LOSSES])
    if not numpy.all(numpy.isfinite(loss)):
        return None
    return Slopes(list(numpy.asarray(known).T), numpy.asarray(loss), numpy.asarray(gradient), numpy.asarray(decay))


def _slope_of(known: KnownLoss, answers: list[Host | str], targets: Host | None) -> float:
    """Differentiate a known loss of the predictions; NaN where there are none."""
    arrays = [x for x in answers if not isinstance(x, str)]
    if targets is None or len(arrays) < 4 or any(x.shape != targets.shape for x in arrays):
        return float("nan")
    return _slope([float(known.value(x, targets)) for x in arrays])


def _slope(values: list[float]) -> float:
    ahead, behind, near, back = values
    return (8.0 * (near - back) - (ahead - behind)) / (6.0 * H)


def _fit(known: Host, given: Host, decay: Host) -> float | None:
    """Return c in ``given = c known + lambda decay`` where it holds, else None."""
    if not numpy.all(numpy.isfinite(known)) or not numpy.any(known) or not numpy.any(given):
        return None
    for terms in ([known], [known, decay]):
        A = numpy.stack(terms, axis=1)
        found = numpy.linalg.lstsq(A, given, rcond=None)[0]
        if float(numpy.linalg.norm(A @ found - given)) < REPRODUCED * float(numpy.linalg.norm(given)) and found[0] > 0:
            return float(found[0])
    return None


def _is_gradient(exam: Examination) -> bool:
    """Whether the user's gradient is one of any function: ``u J v = v J u`` for all u and v."""
    subject, rng = exam.subject, numpy.random.default_rng(4)
    theta, size = subject.near(OFF, 5), subject.program.spread
    for _ in range(4):
        u, v = (size * rng.standard_normal(theta.size) for _ in range(2))
        turned = []
        for a in (u, v):
            ahead, behind = subject.gradient(theta + H * a), subject.gradient(theta - H * a)
            if ahead is None or behind is None or not numpy.all(numpy.isfinite(ahead - behind)):
                return False
            turned.append((ahead - behind) / (2.0 * H))
        one, other = float(turned[0] @ v), float(turned[1] @ u)
        scale = float(numpy.linalg.norm(turned[0]) * numpy.linalg.norm(v))
        if scale == 0.0 or abs(one - other) > REPRODUCED * scale:
            return False
    return True
