"""Which way does the user's own step really go? Compared with the gradient, and with what the loss does."""

from collections.abc import Iterator

import numpy

from ...findings import Finding
from ..examination import Examination
from ..report.causes import without_sign


def check(exam: Examination) -> Iterator[Finding]:
    """Yield what is wrong with a step; where it adds the negative of the gradient, the sign is a note."""
    found = list(_step(exam))
    before, after = exam.measured.get("loss before and after a step", (0.0, 1.0))
    if not found and after < before and exam.measured.get("cosine of a step and the gradient", 0.0) > 0.9:
        exam.found[:] = without_sign(exam.found)
    yield from found


def _step(exam: Examination) -> Iterator[Finding]:
    subject = exam.subject
    theta = subject.theta
    after = subject.update(theta)
    if isinstance(after, str):
        exam.done["step"] = f"left out: {after}"
        code = "raises" if "raises" in after else "shape"
        yield Finding(
            code, "step", f"{after}.", "let step(params, X, y) return the new parameters, or change those it is given"
        )
        return
    moved = after - theta
    if not numpy.any(moved):
        yield Finding(
            "zero", "step", "a step changes no parameter at all.",
            "write params[...] -= learning_rate * gradient, or return the new parameters: p = p - step inside a "
            "function changes nothing outside", "the parameters before and after are equal",
        )  # fmt: skip
        return
    g = subject.gradient(theta)
    before, behind = subject.loss(theta), subject.loss(after)
    exam.measured["loss before and after a step"] = [before, behind]
    if g is None or not numpy.any(g) or not numpy.all(numpy.isfinite(g)):
        return
    cosine = float(moved @ g / (numpy.linalg.norm(moved) * numpy.linalg.norm(g)))
    exam.measured["cosine of a step and the gradient"] = cosine
    exam.measured["rate that the step shows"] = -float(moved @ g / (g @ g))
    tiny = 1e-4 * float(numpy.linalg.norm(moved)) / float(numpy.linalg.norm(g))
    downhill = subject.loss(theta - tiny * g) < before
    uphill = subject.loss(theta + 1e-4 * moved) > before
    if uphill and downhill and cosine > 0:
        yield Finding(
            "ascending", "step", "the step goes up: it adds the gradient where it should subtract it.",
            "write p = p - learning_rate * gradient",
            f"the loss goes from {before:.6g} to {behind:.6g}; the step's cosine with the gradient is {cosine:+.3f}",
            0.99,
        )  # fmt: skip
        return
    still = [
        leaf.name
        for leaf in subject.program.leaves
        if leaf.size and not numpy.any(moved[leaf.slice]) and numpy.any(g[leaf.slice])
    ]
    if still:
        yield Finding(
            "zero", ", ".join(still), f"the step never moves {', '.join(still)}, though its gradient is not 0.",
            f"update {', '.join(still)} too", "before and after a step it is the same", 0.98,
        )  # fmt: skip
