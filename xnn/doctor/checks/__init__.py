"""The checks of a program in one table, in the order in which one rests on another."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy

from ...findings import Finding
from ..examination import Examination
from . import biases, data, decay, fit, gradient, loss, mismatch, outputs, rate, scale, stability, start, step

Need = Callable[[Examination], str]  # what is missing, empty where nothing is


class Check(NamedTuple):
    """One check: its name in the report, what it needs, and what yields its findings."""

    name: str
    needs: tuple[Need, ...]
    run: Callable[[Examination], Iterable[Finding]]


def _sound(exam: Examination) -> str:
    if exam.codes & {"input-not-finite", "labels-shape", "labels-range", "nondeterministic"}:
        return "what is wrong with the data or the functions has to be put right first"
    if exam.codes & {"raises", "structure"} and numpy.isnan(exam.subject.loss(exam.subject.theta)):
        return "the functions cannot be called"
    return ""


def _samples(exam: Examination) -> str:
    if exam.subject.samples is None:
        return "X and y do not say how many samples there are"
    if exam.subject.samples < 4:
        return "they need four samples"
    return "" if exam.facts.batch else "the loss of a part of the samples is unavailable"


def _step(exam: Examination) -> str:
    return "give step=" if exam.subject.functions.step is None else ""


def _slope(exam: Examination) -> str:
    theta = exam.subject.theta
    if not numpy.isfinite(exam.subject.loss(theta)) or exam.subject.gradient(theta) is None:
        return "the loss is not finite, or the gradient has not the parameters' shapes"
    return ""


def _right(exam: Examination) -> str:
    return "" if exam.subject.gradient_ok or not exam.settled else "the gradient has to be right first"


TABLE = (
    Check("gradient", (), gradient.check),
    Check("data", (), data.check),
    Check("forward checks", (_sound, _samples), loss.check),
    Check("outputs", (_sound,), outputs.check),
    Check("another loss", (_sound, _slope), mismatch.check),
    Check("stability", (_sound,), stability.check),
    Check("start", (_sound,), start.check),
    Check("step", (_sound, _step), step.check),
    Check("scale of the inputs", (_sound, _slope, _right), scale.check),
    Check("learning rate", (_sound, _slope, _right), rate.check),
    Check("weight decay", (_sound, _slope, _right), decay.check),
    Check("gradient after steps", (_sound, _slope, _right), gradient.elsewhere),
    Check("overfit probe", (_sound, _slope), fit.check),
    Check("biases", (_sound,), biases.check),
)


def examined(exam: Examination, tell: Callable[[str], None] = lambda name: None) -> Iterator[Check]:
    """Run the checks whose needs are met, `tell` the name of each before it starts; yield each once it has run."""
    for check in TABLE:
        tell(check.name)
        with numpy.errstate(all="ignore"):
            missing = next((why for need in check.needs if (why := need(exam))), "")
            if missing:
                exam.done[check.name] = f"left out: {missing}"
                continue
            found = list(check.run(exam))
            exam.found += found
            exam.raised.update((finding.code, check.run) for finding in found)
        exam.done.setdefault(check.name, "done")
        yield check
