"""diagnose: a healthy program is healthy, a rate that is far too large is told."""

import random
from typing import Any

import numpy

import xnn
from tests.fuzz.doors.checking import network
from tests.fuzz.expect import Wrong, refused, sentence
from tests.fuzz.values import ODD
from xnn.errors import XnnError


def diagnoses(rng: random.Random) -> None:
    """Least squares at a rate of a tenth of what is stable, and of ten times that."""
    numbers = numpy.random.default_rng(rng.randrange(2**32))
    n, i = rng.randrange(20, 60), rng.randrange(1, 4)
    X = numbers.normal(size=(n, i))
    y = X @ numbers.normal(size=i) + 0.01 * numbers.normal(size=n)
    stable = 2.0 / numpy.linalg.eigvalsh(2 * X.T @ X / n)[-1]
    high = rng.random() < 0.5

    def loss(w: Any, x: Any, t: Any) -> Any:
        return numpy.mean((x @ w - t) ** 2)

    def gradients(w: Any, x: Any, t: Any) -> Any:
        return 2 * x.T @ (x @ w - t) / len(x)

    found = xnn.diagnose(loss, gradients, numpy.zeros(i), X, y, learning_rate=stable * (10 if high else 0.1))
    codes = [finding.code for finding in found.findings]
    if found.ok == high or (high and codes[0] != "learning-rate-high"):
        raise Wrong(f"a rate of {'ten times' if high else 'a tenth of'} what is stable: {codes}")


def refuses(rng: random.Random) -> None:
    """What cannot be functions, data or options."""
    loss, gradients, params, X, T = network(rng)
    value = rng.choice([v for v in ODD if v is not None and not callable(v)])
    refused(lambda: xnn.diagnose(value, gradients, params, X, T), f"loss={value!r}")
    refused(lambda: xnn.diagnose(loss, value, params, X, T), f"gradients={value!r}")
    option = rng.choice(["predict", "accuracy", "step"])
    refused(lambda: xnn.diagnose(loss, gradients, params, X, T, **{option: value}), f"{option}={value!r}")
    if not (isinstance(value, (int, float)) and 0 < value < float("inf")):
        refused(lambda: xnn.diagnose(loss, gradients, params, X, T, learning_rate=value), f"learning_rate={value!r}")
    for work in (
        lambda: xnn.diagnose(loss, gradients, value, X, T),
        lambda: xnn.diagnose(loss, gradients, params, value, T),
        lambda: xnn.diagnose(loss, gradients, params, X, value),
    )[rng.randrange(3) :][:1]:
        try:
            found = work()
        except XnnError as error:
            sentence(error)
        else:
            if not found.checks or not str(found):
                raise Wrong(f"nothing is said of {value!r}")
