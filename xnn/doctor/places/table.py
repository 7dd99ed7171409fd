"""Which finding stands where: a row a code, and the first value that shows it."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property

import numpy

from ...findings import Finding
from ...gradcheck.parts import Host
from ...source import Location, Unavailable
from ..checks.stability import stretched
from ..examination import Examination
from ..limits import OFF, UNITS_MOST
from .assignments import Assignments
from .followed import Data, Followed, Recorded, Value, place_of
from .infinite import where_infinite
from .mixing import where_broadcast, where_mixed

SAMPLES = 64  # that are recorded
AGREES = 1e-6  # an activation, as the network that was recovered has it, with the user's


class Places:
    """The places of an examination's findings; each function is followed once."""

    def __init__(self, exam: Examination) -> None:
        self.exam, self.subject = exam, exam.subject
        self.followed: Callable[[Callable[..., object]], Followed] = cache(lambda f: Followed(exam.subject, f))

    @property
    def loss(self) -> Followed:
        """The user's loss."""
        return self.followed(self.subject.program.loss)

    @cached_property
    def some(self) -> Data:
        """Some of the samples: a recording keeps only so many numbers."""
        samples = self.subject.samples
        return self.subject.data if samples is None else self.subject.part(self.which)

    @cached_property
    def which(self) -> list[int]:
        """Which samples these are."""
        return self.subject.choose(min(SAMPLES, self.subject.samples or 0))

    def of(self, finding: Finding) -> Location | None:
        """Return where a finding stands, None where that is not known or nowhere."""
        where = TABLE.get(finding.code)
        found = None if where is None else where(self, finding)
        return found if isinstance(found, Location) else place_of(found)

    @cached_property
    def made(self) -> Assignments:
        """What stands in the files of the user's functions, each of which is run for them to be met."""
        followed = list[Followed]()
        for function in (self.subject.program.loss, self.subject.program.gradients, self.subject.functions.step):
            with suppress(Unavailable):
                if function is not None:
                    followed.append(self.followed(function))
                    followed[-1].at(data=self.some)
        return Assignments(followed)

    # --- one for each kind of place

    def mixed(self, finding: Finding) -> Value | None:
        """Where samples meet."""
        theta = self.exam.facts.mixing
        return None if theta is None else where_mixed(self.subject, self.loss, theta)

    def broadcast(self, finding: Finding) -> Value | None:
        """Where all samples meet all targets."""
        theta = self.exam.facts.mixing
        return None if theta is None else where_broadcast(self.subject, self.loss, theta)

    def infinite(self, finding: Finding) -> Value | None:
        """Where NaN or infinity arises: in the gradient, or in the loss of the data that were tried."""
        gradients = self.subject.program.gradients
        if finding.code == "not-finite" and finding.parameter and gradients is not None:
            followed = self.followed(gradients)
            return where_infinite(followed, self.some, False) or where_infinite(followed, self.subject.data, False)
        if "stretch" in finding.facts:
            return where_infinite(self.loss, stretched(self.subject, finding.facts["stretch"]))
        lost = not numpy.isfinite(self.subject.loss(self.subject.theta, self.some))
        return where_infinite(self.loss, self.some if lost else self.subject.data)

    def size(self, finding: Finding) -> Value | Location | None:
        """Where inputs or weights are too big for the loss to be finite; where it is finite, where they are made."""
        if not numpy.isfinite(self.subject.loss(self.subject.theta)):
            return self.infinite(finding)
        return self.data(finding) if finding.code == "input-scale" else self.weights(finding)

    def data(self, finding: Finding) -> Location | None:
        """Where X or y is made."""
        return self.made.data(self.subject.given[-1 if finding.parameter == "y" else 0])

    def labels(self, finding: Finding) -> Value | Location | None:
        """Where y is made, else where the loss meets it."""
        return self.data(finding) or self.met(finding)

    def met(self, finding: Finding) -> Value | None:
        """Where targets first make a difference to what the loss computes."""
        turned = self.subject.exchanged(self.which, [*self.which[1:], self.which[0]])
        run, moved = (self.loss.at(data=data) for data in (self.some, turned))

        def differs(value: Value) -> bool:
            now = moved.record.values.get(value.site.number, [])
            return value.k < len(now) and not numpy.array_equal(now[value.k], value.host)

        return run.first(differs)

    def weights(self, finding: Finding) -> Location | None:
        """Where a parameter is made."""
        structure = self.subject.structure
        leaf = next((leaf for leaf in structure.leaves if leaf.name == finding.parameter), None)
        return None if leaf is None else self.made.parameter(structure.tree, leaf.name, leaf.like)

    def flow(self, finding: Finding) -> Value | Location | None:
        """Where the weights are made that the gradient shrinks or grows through, else the first activation."""
        return self.weights(finding) or self.activation(finding)

    def rate(self, finding: Finding) -> Location | None:
        """Where the learning rate is named."""
        rate = self.subject.functions.learning_rate
        return None if rate is None else self.made.rate(rate, self.subject.structure.tree)

    def step(self, finding: Finding) -> Value | None:
        """Where the user's step computes new parameters."""
        theta, step = self.subject.near(OFF, 1), self.subject.functions.step  # from 0 on, what is added is the sum
        after = self.subject.update(theta)
        if step is None or isinstance(after, str):
            return None
        new = [leaf.cut(after) for leaf in self.subject.program.leaves if numpy.any(leaf.cut(after - theta))]
        run = self.followed(step).at(theta)
        return run.first(lambda value: any(value.host.shape == x.shape and numpy.allclose(value.host, x) for x in new))

    def activation(self, finding: Finding) -> Value | None:
        """Where a layer's activations are computed: in the function that computes what they are taken of."""
        subject, network = self.subject, self.subject.network
        run, traces = self.loss.at(data=self.some), subject.traces(subject.theta, self.which)
        if network is None or traces is None:
            return self._zeros(run, finding)
        i = next((i for i, layer in enumerate(network.layout) if layer.W_name == finding.parameter), None)
        if i is None:
            return None
        return _activated(run, traces[i].z[0], traces[i].a[0])

    def _zeros(self, run: Recorded, finding: Finding) -> Value | None:
        """Where units of an unknown network are zero for all samples."""
        units = {n for leaf in self.subject.program.leaves if leaf.name == finding.parameter for n in leaf.shape}

        def dead(value: Value) -> bool:
            host = value.host
            for axis in range(2) if host.ndim == 2 and host.dtype.kind == "f" else ():
                if host.shape[axis] == len(self.which) and host.shape[1 - axis] in units:
                    zero = bool(numpy.mean(numpy.all(host == 0, axis=axis)) >= UNITS_MOST)
                    return zero and any(part.shape == host.shape for _, part in run.parts(value))
            return False

        return run.first(dead)

    def result(self, finding: Finding) -> Value | None:
        """Where the loss, or the accuracy, is what it returns."""
        of_accuracy = finding.code == "accuracy-wrong"
        function = self.subject.functions.accuracy if of_accuracy else self.subject.program.loss
        if function is None:
            return None
        followed = self.followed(function)
        theta = self.subject.near(OFF, 1)
        run, number = followed.at(theta, self.some), followed.number(theta, self.some)
        return run.first(lambda value: value.host.size == 1 and float(value.host.reshape(())) == number)

    def outputs(self, finding: Finding) -> Value | None:
        """Where the outputs are computed; or the loss, if the fault is there."""
        if not numpy.isfinite(self.subject.loss(self.subject.theta)):
            return self.infinite(finding)
        if finding.facts.get("of") == "loss":
            return self.result(finding)
        theta = self.subject.near(OFF, 1)
        rows = self.exam.predictions.at(theta, self.which)
        if isinstance(rows, str):
            return None
        run, traces = self.loss.at(theta, self.some), self.subject.traces(theta, self.which)
        return _activated(run, rows if traces is None else traces[-1].z[0], rows)


TABLE: dict[str, Callable[[Places, Finding], Value | Location | None]] = {
    "samples-mixed": Places.mixed,
    "loss-broadcast": Places.broadcast,
    "not-finite": Places.infinite,
    "unstable": Places.infinite,
    "input-scale": Places.size,
    "input-not-finite": Places.data,
    "input-constant": Places.data,
    "class-imbalance": Places.data,
    "labels-range": Places.labels,
    "labels-one-hot": Places.labels,
    "labels-shape": Places.labels,
    "init-scale": Places.size,
    "zero-init": Places.weights,
    "symmetric-init": Places.weights,
    "initial-loss": Places.weights,
    "vanishing-gradients": Places.flow,
    "exploding-gradients": Places.flow,
    "learning-rate-high": Places.rate,
    "learning-rate-low": Places.rate,
    "ascending": Places.step,
    "dead-units": Places.activation,
    "saturated-units": Places.activation,
    "loss-mismatch": Places.result,
    "loss-scale": Places.result,
    "loss-sum": Places.result,
    "loss-sign": Places.result,
    "accuracy-wrong": Places.result,
    "loss-activation-mismatch": Places.outputs,
    "probabilities": Places.outputs,
    "detached": Places.outputs,
}


def placed(exam: Examination, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with their places, where the user's functions can be followed: nothing else changes."""
    places = Places(exam)
    return tuple(finding if finding.place else replace(finding, place=_found(places, finding)) for finding in findings)


def _found(places: Places, finding: Finding) -> Location | None:
    try:
        return places.of(finding)
    except Exception:  # no source, or the user's functions raise at what they are tried with: there is no place then
        return None


def _activated(run: Recorded, z: Host, a: Host) -> Value | None:
    """Return where `a` is made of `z`: in the function that computes z, if there; its helper may serve other layers."""
    before = run.first(lambda value: _is(value, z))

    def beside(value: Value) -> bool:
        after = before is not None and value.time >= before.time and value.site.function == before.site.function
        return after and _is(value, a)

    return run.first(beside) or (run.first(lambda value: _is(value, a)) if numpy.any(a) else None)


def _is(value: Value, rows: Host) -> bool:
    """Whether a value is an array of one row a sample, be it transposed or flat."""
    host = value.host
    if host.size != rows.size or host.dtype.kind != "f" or not host.ndim:
        return False
    for turned in (rows, rows.T):
        if host.ndim == 1 or host.shape[0] == turned.shape[0]:
            return bool(numpy.allclose(host.reshape(turned.shape), turned, rtol=AGREES, atol=AGREES * 1e-3))
    return False
