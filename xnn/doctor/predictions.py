"""What the network answers: by the person's `predict`, or by the network that was recovered from the loss."""

from collections.abc import Sequence

import numpy

from ..gradcheck.structure import Host
from .patient import Patient
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

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.own = patient.functions.predict is not None and patient.samples is not None
        self.fault = ""
        if self.own:
            found = self.at(patient.theta)
            self.fault = found if isinstance(found, str) else ""
            self.own = not self.fault

    def at(self, theta: Host, which: Sequence[int] | None = None) -> Host | str:
        """Return one row a sample, shape (samples, k), or what went wrong."""
        patient = self.patient
        assert patient.samples is not None
        if not self.own:
            return self._replica(theta, which)
        X = patient.data[0] if which is None else patient.part(which)[0]
        count = patient.samples if which is None else len(which)
        found = patient.predict(theta, X)
        if isinstance(found, str):
            return found
        rows = as_rows(found, count)
        if rows is None:
            return f"predict returns shape {found.shape} for {count} samples"
        if found.ndim == 2 and found.shape[0] == found.shape[1] and self._in_columns():
            rows = found.T
        return rows

    def _in_columns(self) -> bool:
        X = self.patient.host[0]
        return X.ndim == 2 and X.shape[0] != self.patient.samples

    def _replica(self, theta: Host, which: Sequence[int] | None) -> Host | str:
        traces = self.patient.traces(theta, which)
        if traces is None:
            return "predict was not given, and the network could not be recovered from the loss"
        return traces[-1].a[0]

    # --- what the answers are

    @property
    def kind(self) -> str:
        """``"classes"``, ``"probabilities"``, ``"numbers"`` or ``""`` where there are none."""
        found = [self.at(self.patient.near(0.3 * k, k)) for k in range(3)]
        rows = [x for x in found if not isinstance(x, str)]
        if not rows:
            return ""
        every = numpy.concatenate([x.reshape(-1) for x in rows])
        if not numpy.all(numpy.isfinite(every)):
            return ""
        if self.own and numpy.array_equal(every, numpy.round(every)) and self.patient.targets.labels is not None:
            return "classes"
        if every.min() >= 0 and every.max() <= 1 and self.patient.targets.labels is not None:
            return "probabilities"
        return "numbers"

    def classes(self, theta: Host, which: Sequence[int] | None = None) -> Host | None:
        """Return the class that is predicted for each sample, None where that cannot be told."""
        rows = self.at(theta, which)
        if isinstance(rows, str) or self.patient.targets.labels is None or not numpy.all(numpy.isfinite(rows)):
            return None
        if rows.shape[1] > 1:
            if self.patient.targets.classes > rows.shape[1] > 2:
                return None
            classes = numpy.argmax(rows, axis=1)
            least = int(self.patient.targets.labels.min())
            top = int(self.patient.targets.labels.max())
            return classes + 1 if least == 1 and top == rows.shape[1] else classes
        column = rows[:, 0]
        if self.kind == "classes":
            return column.astype(int)
        signs = set(numpy.unique(self.patient.targets.labels)) == {-1, 1}
        if signs:
            return numpy.where(column > 0, 1, -1)
        if self.patient.targets.classes > 2:
            return None
        logits = not self.own and self.patient.network is not None and self.patient.network.head.output is not None
        bounded = self.kind == "probabilities" or not (logits or self.own)
        return (column > (0.5 if bounded else 0.5 if self.own else 0.0)).astype(int)

    def accuracy(self, theta: Host, which: Sequence[int] | None = None) -> float:
        """Return the share of samples that are classified rightly, NaN where that cannot be told."""
        found, labels = self.classes(theta, which), self.patient.targets.labels
        if found is None or labels is None:
            return float("nan")
        return float(numpy.mean(found == (labels if which is None else labels[list(which)])))

    def sums_over_samples(self, theta: Host, which: Sequence[int]) -> bool:
        """Whether the answers of each class sum to 1 over the samples."""
        rows = self.at(theta, which)
        if isinstance(rows, str) or rows.shape[1] < 2:
            return False
        return bool(numpy.allclose(rows.sum(axis=0), 1.0) and not numpy.allclose(rows.sum(axis=1), 1.0))

    def depend_on_others(self, theta: Host, which: Sequence[int]) -> bool:
        """Whether a sample's answer changes with the samples beside it."""
        together, some = self.at(theta, which), self.at(theta, which[: len(which) // 2])
        if isinstance(together, str) or isinstance(some, str):
            return False
        near = together[: len(some)]
        return near.shape == some.shape and not numpy.allclose(near, some, rtol=1e-6, atol=1e-9)
