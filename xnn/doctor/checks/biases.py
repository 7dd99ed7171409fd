"""Are there biases? Only a note: some networks do without, and where one cannot, the overfit probe says so."""

from collections.abc import Iterator

import numpy

from ...findings import Finding
from ..examination import Examination
from ..subject import Subject


def check(exam: Examination) -> Iterator[Finding]:
    """Yield the layers without a bias."""
    subject = exam.subject
    network = subject.network
    if network is None or subject.rows is None:
        return
    without = [layer.W_name for i, layer in enumerate(network.layout) if layer.b is None and not _has_ones(subject, i)]
    if without:
        yield Finding(
            "no-bias", ", ".join(without), "no biases: the boundary of every unit there goes through the origin.",
            f"add b of shape ({network.layout[-1].W.shape[1]},) to the last layer's z, beginning at 0",
            f"the loss is that of a {network.words} network without them", 0.9, note=True,
        )  # fmt: skip


def _has_ones(subject: Subject, layer: int) -> bool:
    """Whether an input that is 1 in every sample serves as the first layer's bias."""
    rows = subject.rows
    return layer == 0 and rows is not None and bool(numpy.any(numpy.all(rows == rows[:1], axis=0) & (rows[0] != 0)))
