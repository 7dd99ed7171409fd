"""find_learning_rate: growing rates, a loss for each, and one of them suggested."""

import random

import numpy

import xnn
from tests.fuzz.expect import Wrong, refused, samples
from tests.fuzz.values import FITS, ODD, broken, dressed
from xnn.training.frames import is_table


def finds(rng: random.Random) -> None:
    """Any options that fit."""
    X, y, kind = samples(rng)
    options = {
        name: rng.choice(FITS[name])
        for name in rng.sample(["hidden", "optimizer", "batch_size", "dropout", "l2", "scale"], rng.randrange(4))
    }
    if kind == "squares":
        options["task"] = "regression"
    low, high, steps = 10.0 ** rng.uniform(-7, -4), 10.0 ** rng.uniform(-1, 2), rng.randrange(10, 60)
    found = xnn.find_learning_rate(dressed(X, rng), y, low=low, high=high, steps=steps, **{"hidden": 3} | options)
    rates = numpy.array(found.rates)
    if len(found.losses) < len(rates) or len(found.smooth) < len(rates) or not numpy.isfinite(found.losses).all():
        raise Wrong("rates without a loss")
    if rates[0] != low or (numpy.diff(rates) <= 0).any() or rates[-1] > high * 1.0001:
        raise Wrong(f"rates from {rates[0]} to {rates[-1]}, of {low} to {high}")
    if len(rates) > 2 and not numpy.allclose(rates[1:] / rates[:-1], rates[1] / rates[0], rtol=1e-9):
        raise Wrong("not by equal factors")
    mean = wanted = 0.0
    for i, loss in enumerate(found.losses):
        mean = 0.9 * mean + 0.1 * loss
        wanted = mean / (1 - 0.9 ** (i + 1))
    if not numpy.isclose(found.smooth[-1], wanted):
        raise Wrong("another running mean")
    count = min(max(1, round(len(found.smooth) / 10)), len(found.smooth) - 1)
    first, later = sorted(found.smooth[: count or 1]), found.smooth[count:]
    start = (first[(len(first) - 1) // 2] + first[len(first) // 2]) / 2
    least, half = numpy.minimum.accumulate([start, *later]), (start + min(later)) / 2
    back = [i for i, loss in enumerate(later) if loss > start and least[i] <= half]
    lowest = least[back[0]] if back else least[-1]
    fallen = [start - loss >= 0.9 * (start - lowest) - 1e-12 * abs(start) for loss in later]
    if not numpy.isclose(found.suggestion, rates[count + (fallen.index(True) if any(fallen) else 0)] / 2):
        raise Wrong("another suggestion")


def refuses(rng: random.Random) -> None:
    """Options and data that cannot be any."""
    X, y, _ = samples(rng)
    y = y if y.ndim == 1 else y[:, 0]
    name = rng.choice(["low", "high", "steps", "callbacks", "metrics", "hidden", "learning_rate", "epochs"])
    value = rng.choice([v for v in ODD if v is not None])
    empty = isinstance(value, (list, dict, str, bytes, range, set, tuple)) or callable(value)
    if name == "steps" and isinstance(value, int) and value > 0:  # which would be a number of steps
        return
    if name in ("low", "high", "steps", "learning_rate", "epochs"):
        refused(lambda: xnn.find_learning_rate(X, y, **{name: value}), f"{name}={value!r}")
    elif not empty:
        refused(lambda: xnn.find_learning_rate(X, y, steps=10, **{name: value}), f"{name}={value!r}")
    Z = broken(X, rng)
    if not is_table(Z):
        refused(lambda: xnn.find_learning_rate(Z, y, steps=10), f"X={type(Z)} {Z!r:.80}")
