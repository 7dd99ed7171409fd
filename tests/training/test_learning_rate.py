"""The search for a learning rate: where the loss has fallen, and what it refuses."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xnn
from tests.rig import refuses
from xnn.errors import OptionError
from xnn.optimizers import SCHEDULES
from xnn.training import learning_rate

X, Y = xnn.datasets.gaussians(n=120, seed=3)
QUIET = {"progress": False, "doctor": "off"}


def test_a_learning_rate_is_found():
    X, y = xnn.datasets.spiral(n=300, seed=0)
    options = {"hidden": 32, "batch_size": 32}
    found = xnn.find_learning_rate(X, y, **options)
    assert found.rates[0] == 1e-6 and np.all(np.diff(found.rates) > 0)
    assert_allclose(np.diff(np.log(found.rates)), np.log(found.rates[1] / found.rates[0]), rtol=1e-8)
    assert len(found.rates) == len(found.losses) == len(found.smooth)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        losses = {
            rate: xnn.train(X, y, learning_rate=rate, epochs=10, **options, **QUIET).history.loss[-1]
            for rate in (found.suggestion / 1000, found.suggestion, 5.0)
        }
    assert min(losses, key=losses.get) == found.suggestion
    assert f"learning_rate={found.suggestion:.1g}" in str(found)
    again = xnn.find_learning_rate(X, y, **options)
    assert again == found
    assert xnn.find_learning_rate(X, y, optimizer="sgd", **options).suggestion > found.suggestion


@pytest.mark.parametrize(
    ("after", "least", "step"),
    [
        ([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], 0.1, 48),
        ([0.7, 0.4, 0.1, *[0.11, 0.1] * 60, 0.099, *[0.1, 0.11] * 5, 3.0], 0.099, 42),
        ([0.9, 0.7, 0.6, 0.7, 1.1, 1.2, 0.55, 3.0], 0.6, 42),
        ([0.97, 1.01, 0.6, 0.3], 0.3, 43),
        ([1.2, 4.1], 1.0, 4),
    ],
    ids=["a fall", "a plateau", "thrown about", "noise at first", "no fall"],
)
def test_a_fall_is_done_where_nine_tenths_of_it_are(after, least, step):
    found = learning_rate.fall([1.0] * 40 + after)
    assert found[:2] == (1.0, least)
    assert found[2] == step


def test_batches_at_the_lowest_rates_are_no_fall():
    losses = [0.2, 1.3, 1.0, 1.0, 1.0] + [1.0] * 30 + [0.8, 0.6, 0.4, 0.4]
    assert learning_rate.fall(losses) == (1.0, 0.4, 37)


@pytest.mark.parametrize("losses", [[2.0], [2.0, 1.0], [2.0, 3.0], [1.0] * 30])
def test_few_losses_and_flat_ones_have_a_suggestion(losses):
    start, least, step = learning_rate.fall(losses)
    assert start == losses[0]
    assert least == min(losses)
    assert 0 <= step < len(losses)


@pytest.mark.libs("numpy")
def test_a_suggested_rate_does_better_than_one_from_beyond_the_fall(lib):
    """Of these losses the least is met by chance at a rate of 9, where they have stood on a plateau for long."""
    X, y = xnn.datasets.circle(n=300, seed=0)
    found = xnn.find_learning_rate(X, y)
    least = found.rates[found.smooth.index(min(found.smooth))]
    assert least > 1.0
    course = {
        rate: xnn.train(X, y, learning_rate=rate, epochs=20, **QUIET).history.loss[-1]
        for rate in (found.suggestion, least / 10)
    }
    assert course[found.suggestion] < 0.5 * course[least / 10]


def test_what_a_search_for_a_learning_rate_refuses():
    for name, value in (("learning_rate", 0.1), ("schedule", "cosine"), ("epochs", 3), ("patience", 2)):
        with refuses(OptionError, name, "leave it out"):
            xnn.find_learning_rate(X, Y, **{name: value})
    with refuses(OptionError, "low must be less than high"):
        xnn.find_learning_rate(X, Y, low=1.0, high=0.1)
    with refuses(OptionError, "low must be positive"):
        xnn.find_learning_rate(X, Y, low=0)
    with refuses(OptionError, "steps", "at least 10"):
        xnn.find_learning_rate(X, Y, steps=1)
    assert "growing" not in SCHEDULES
