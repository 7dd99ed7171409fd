"""What the network answers: by the user's `predict`, or by the network that was recovered from the loss."""

from collections.abc import Sequence
from functools import cached_property

import numpy

from ..gradcheck.parts import Host
from .subject import Subject
from .targets import as_rows


class Predictions:
    """Answers at any parameters.

    Attributes
    ----------
    own : bool
        Whether `predict` gives them; otherwise the recovered network does.
    fault : str
        What is wrong with calling `predict`; empty where nothing is.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.own = subject.functions.predict is not None and subject.samples is not None
        self.fault = ""
        if self.own:
            found = self.at(subject.theta)
            self.fault = found if isinstance(found, str) else ""
            self.own = not self.fault

    def at(self, theta: Host, which: Sequence[int] | None = None) -> Host | str:
        """Return one row a sample, shape (samples, k), or what went wrong."""
        subject = self.subject
        assert subject.samples is not None
        if not self.own:
            return self._replica(theta, which)
        X = subject.data[0] if which is None else subject.part(which)[0]
        count = subject.samples if which is None else len(which)
        found = subject.predict(theta, X)
        if isinstance(found, str):
            return found
        rows = as_rows(found, count)
        if rows is None:
            return f"predict returns shape {found.shape} for {count} samples"
        if found.ndim == 2 and found.shape[0] == found.shape[1] and self.subject.in_columns:
            rows = found.T
        return rows

    def _replica(self, theta: Host, which: Sequence[int] | None) -> Host | str:
        traces = self.subject.traces(theta, which)
        if traces is None:
            return "predict was not given, and the network could not be recovered from the loss"
        return traces[-1].a[0]

    # --- what the answers are

    @cached_property
    def kind(self) -> str:
        """``"classes"``, ``"probabilities"``, ``"numbers"`` or ``""`` where there are none."""
        found = [self.at(self.subject.near(0.3 * k, k)) for k in range(3)]
        rows = [x for x in found if not isinstance(x, str)]
        if not rows:
            return ""
        every = numpy.concatenate([x.reshape(-1) for x in rows])
        if not numpy.all(numpy.isfinite(every)):
            return ""
        if self.own and numpy.array_equal(every, numpy.round(every)) and self.subject.targets.labels is not None:
            return "classes"
        if every.min() >= 0 and every.max() <= 1 and self.subject.targets.labels is not None:
            return "probabilities"
        return "numbers"

    def classes(self, theta: Host, which: Sequence[int] | None = None) -> Host | None:
        """Return the class that is predicted for each sample, None where that cannot be told."""
        rows = self.at(theta, which)
        if isinstance(rows, str) or self.subject.targets.labels is None or not numpy.all(numpy.isfinite(rows)):
            return None
        if rows.shape[1] > 1:
            if self.subject.targets.classes > rows.shape[1] > 2:
                return None
            classes = numpy.argmax(rows, axis=1)
            least = int(self.subject.targets.labels.min())
            top = int(self.subject.targets.labels.max())
            return classes + 1 if least == 1 and top == rows.shape[1] else classes
        column = rows[:, 0]
        if self.kind == "classes":
            return column.astype(int)
        signs = set(numpy.unique(self.subject.targets.labels)) == {-1, 1}
        if signs:
            return numpy.where(column > 0, 1, -1)
        if self.subject.targets.classes > 2:
            return None
        logits = not self.own and self.subject.network is not None and self.subject.network.head.output is not None
        bounded = self.kind == "probabilities" or not (logits or self.own)
        return (column > (0.5 if bounded else 0.5 if self.own else 0.0)).astype(int)

    def accuracy(self, theta: Host, which: Sequence[int] | None = None) -> float:
        """Return the share of samples that are classified rightly, NaN where that cannot be told."""
        found, labels = self.classes(theta, which), self.subject.targets.labels
        if found is None or labels is None:
            return float("nan")
        return float(numpy.mean(found == (labels if which is None else labels[list(which)])))
