"""Does the weight decay win over the data? Trained with it, then with less of it."""

from collections.abc import Iterator

import numpy

from ...findings import Finding
from ..examination import Examination
from ..limits import ADAM_RATE, BUDGET_DECAY, STEPS_FIT
from ..penalty import decay_factor, without_decay
from ..trial import adam, user_field


def check(exam: Examination) -> Iterator[Finding]:
    """Yield whether the decay wins over the data."""
    subject = exam.subject
    network, samples = subject.network, subject.samples
    if network is None or not network.decay.kind or samples is None or not subject.gradient_ok:
        return
    which = subject.choose(min(samples, 256))
    factor, base = decay_factor(subject, which, exam.facts.reduction), exam.facts.baseline_of(which)
    if not factor > 0 or not numpy.isfinite(base) or base <= 0:
        return
    data = subject.part(which)
    bare = without_decay(subject, data, factor)

    def reached(keep: float) -> float:
        field = user_field(subject, data) if keep == 1 else without_decay(subject, data, factor, keep)
        trial = adam(field, subject.theta, ADAM_RATE, field.affords(BUDGET_DECAY, STEPS_FIT // 2), -numpy.inf)
        return bare.loss(trial.theta) / base

    own = reached(1.0)
    if own < 0.97:
        return
    for less in (0.1, 0.01, 0.001, 1e-4):
        found = reached(less)
        if found < 0.7 * own:
            yield Finding(
                "decay-dominates", "",
                f"the weight decay outweighs the data: it allows {own:.0%} of the constant-prediction baseline.",
                f"multiply its coefficient by {less:g}: the data's loss then falls to {found:.0%} of that",
                f"lambda = {factor:.3g} on {len(which)} samples; trained with it and with less of it", 0.95,
                note=samples < 10,
            )  # fmt: skip
            return
