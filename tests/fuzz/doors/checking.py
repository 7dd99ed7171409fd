"""check_gradients and check_layer: true gradients pass, faults that are planted are told of the right tensor."""

import random
from collections.abc import Callable
from typing import Any

import numpy

import xnn
from tests.fuzz.expect import Wrong, refused, sentence
from tests.fuzz.values import ODD, Raises
from xnn.errors import XnnError

FAULTS: dict[str, Callable[[numpy.ndarray], Any]] = {
    "sign": lambda g: -g, "factor": lambda g: 2.0 * g, "zero": lambda g: 0.0 * g, "shift": lambda g: g + 0.5,
    "square": lambda g: g * g + 1.0,
}  # fmt: skip


def network(rng: random.Random) -> tuple[Any, Any, dict[str, numpy.ndarray], numpy.ndarray, numpy.ndarray]:
    """Return loss, gradients, parameters and data of a tanh network with a squared error or a sigmoid's."""
    numbers = numpy.random.default_rng(rng.randrange(2**32))
    n, i, h, o = rng.randrange(2, 7), rng.randrange(1, 4), rng.randrange(1, 4), rng.randrange(1, 3)
    classes = rng.random() < 0.5
    X = numbers.normal(size=(n, i))
    T = numbers.integers(2, size=(n, o)).astype(float) if classes else numbers.normal(size=(n, o))
    params = {"W1": numbers.normal(size=(i, h)), "b1": numbers.normal(size=h),
              "W2": numbers.normal(size=(h, o)), "b2": numbers.normal(size=o)}  # fmt: skip
    decay = rng.choice([0.0, 0.1])

    def loss(p: Any, x: Any, t: Any) -> Any:
        z = numpy.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
        each = numpy.logaddexp(0, z) - t * z if classes else (z - t) ** 2
        return each.sum() / len(x) + decay / 2 * (p["W1"] ** 2).sum()

    def gradients(p: Any, x: Any, t: Any) -> Any:
        a = numpy.tanh(x @ p["W1"] + p["b1"])
        z = a @ p["W2"] + p["b2"]
        d = (1 / (1 + numpy.exp(-z)) - t if classes else 2 * (z - t)) / len(x)
        e = d @ p["W2"].T * (1 - a * a)
        return {"W1": x.T @ e + decay * p["W1"], "b1": e.sum(axis=0), "W2": a.T @ d, "b2": d.sum(axis=0)}

    return loss, gradients, params, X, T


def checks(rng: random.Random) -> None:
    """Right gradients are found right; of a fault in one tensor, that one and no other is told."""
    loss, gradients, params, X, T = network(rng)
    if rng.random() < 0.8:
        report = xnn.check_gradients(loss, gradients, params, X, T, thorough=rng.random() < 0.3, seed=rng.randrange(9))
        if not report.ok or report.findings:
            raise Wrong(f"a right gradient is told wrong: {report.findings}")
        return
    name, fault = rng.choice(sorted(params)), rng.choice(sorted(FAULTS))
    right = gradients(params, X, T)
    wrong = FAULTS[fault](right[name])
    if abs(wrong - right[name]).max() < 1e-2 * abs(right[name]).max() + 1e-3:
        return

    def faulty(p: Any, x: Any, t: Any) -> Any:
        found = gradients(p, x, t)
        return found | {name: FAULTS[fault](found[name])}

    report = xnn.check_gradients(loss, faulty, params, X, T)
    told = [each for each, tensor in report.tensors.items() if not tensor.ok]
    if report.ok or told != [name]:
        raise Wrong(f"{fault} in {name} is told of {told}")
    if not report.findings or not str(report):
        raise Wrong("nothing is said")


def checks_a_layer(rng: random.Random) -> None:
    """A dense layer's backward pass, right, or with a sum over the wrong axis."""
    numbers = numpy.random.default_rng(rng.randrange(2**32))
    n, i, o = rng.randrange(2, 6), rng.randrange(1, 4), rng.randrange(1, 4)
    x, w, b = numbers.normal(size=(n, i)), numbers.normal(size=(i, o)), numbers.normal(size=o)
    scale = rng.choice([1.0, 1.0, 1.0, 1.0, 1.5])

    def forward(x: Any, w: Any, b: Any) -> Any:
        a = numpy.tanh(x @ w + b)
        return a, (x, w, a)

    def backward(dout: Any, cache: Any) -> Any:
        x, w, a = cache
        d = dout * (1 - a * a)
        return d @ w.T, scale * x.T @ d, d.sum(axis=0)

    report = xnn.check_layer(forward, backward, x, w, b, seed=rng.randrange(9))
    told = [name for name, tensor in report.tensors.items() if not tensor.ok]
    if told != ([] if scale == 1.0 else ["w"]) or report.ok != (scale == 1.0):
        raise Wrong(f"a factor of {scale} is told of {told}")


def refuses(rng: random.Random) -> None:
    """Functions, parameters and options that cannot be any: one sentence, or a report that says what is wrong."""
    loss, gradients, params, X, T = network(rng)
    value = rng.choice([*ODD, Raises(TypeError("odd"))])

    def raises(*_: Any) -> Any:
        raise rng.choice([ValueError, KeyError, ZeroDivisionError, AttributeError])("odd\nindeed")

    def returns(*_: Any) -> Any:
        return value

    def called(work: Any, what: str) -> None:
        try:
            report = work()
        except XnnError as error:
            sentence(error)
            return
        if report.ok and report.tensors:
            raise Wrong(f"found right: {what}")

    option = rng.choice(["tolerance", "names"])
    if value is not None and not callable(value):
        refused(lambda: xnn.check_gradients(value, gradients, params, X, T), f"loss={value!r}")
        refused(lambda: xnn.check_gradients(loss, value, params, X, T), f"gradients={value!r}")
    if value is not None and not (option == "tolerance" and value in SHARES):
        refused(
            lambda: xnn.check_gradients(loss, gradients, params, X, T, **{option: value}), f"{option}={value!r}"
        )  # fmt: skip
    called(lambda: xnn.check_gradients(loss, raises, params, X, T), "gradients that raise")
    called(lambda: xnn.check_gradients(raises, gradients, params, X, T), "a loss that raises")
    called(lambda: xnn.check_gradients(loss, returns, params, X, T), f"gradients that return {value!r}")
    called(lambda: xnn.check_gradients(loss, gradients, value, X, T), f"params={value!r}")
    called(lambda: xnn.check_gradients(loss, gradients, params, value, T), f"data={value!r}")
    called(lambda: xnn.check_layer(returns, raises, X), f"forward that returns {value!r}")


class _Shares:
    """Holds what is a tolerance."""

    def __contains__(self, value: Any) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1


SHARES = _Shares()
