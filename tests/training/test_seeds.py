"""The same seed gives the same bits on one library, and the same history on all."""

from functools import cache

import numpy
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.training.problems import blobs, curve, fit, same_weights, weights

RUNS = {
    # an uneven last batch, dropout, a penalty, a schedule, weights: whatever may go its own way on a library
    "classes": (
        blobs(),
        {
            "batch_size": 16,
            "schedule": "cosine",
            "dropout": 0.2,
            "l2": 1e-3,
            "class_weight": "balanced",
            "hidden": (8, 6),
        },
    ),
    "yes or no": (blobs(classes=2), {"optimizer": "adamw", "activation": "gelu", "clip_norm": 0.5}),
    "numbers": (curve(outputs=2), {"loss": "huber", "activation": "tanh", "optimizer": "nesterov"}),
    "all at once": (curve(), {"batch_size": None, "optimizer": "rmsprop", "activation": "elu", "l1": 1e-4}),
}
FIGURES = ("loss", "validation_loss", "accuracy", "validation_accuracy", "learning_rate")


def run(name, **options):
    (X, y), given = RUNS[name]
    return fit(X, y, **({"learning_rate": 0.01, "batch_size": 27, "epochs": 4} | given | options))


@cache
def on_numpy(name, dtype):
    return run(name, dtype=dtype)


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize(("dtype", "rtol"), [("float32", 1e-4), ("float64", 1e-10)])
def test_history_is_the_same_on_every_library(where, name, dtype, rtol):
    here, there = run(name, dtype=dtype, **where), on_numpy(name, dtype)
    for figure in FIGURES:
        assert_allclose(getattr(here.history, figure), getattr(there.history, figure), rtol=rtol, err_msg=figure)
    for a, b in zip(weights(here), weights(there), strict=True):
        assert a.dtype == dtype
        assert_allclose(a, b, rtol=100 * rtol, atol=10 * rtol)


def test_the_same_seed_gives_the_same_bits(where):
    first, again = (run("numbers", dropout=0.2, seed=3, **where) for _ in range(2))
    assert same_weights(first, again)
    for figure in FIGURES:
        assert getattr(first.history, figure) == getattr(again.history, figure)


def test_another_seed_gives_other_weights():
    first, other = (run("classes", seed=seed) for seed in (0, 1))
    assert not same_weights(first, other)
    assert first.history.loss != other.history.loss


@pytest.mark.parametrize("option", [{"dropout": 0.5}, {"validation": None}, {"batch_size": 5}])
def test_one_option_leaves_the_first_weights_alone(option):
    """Split, weights, shuffling and dropout draw from generators of their own."""
    still = {"epochs": 1, "learning_rate": 1e-30, "optimizer": "sgd"}
    X, y = blobs()
    (W1, _, W2, _), (V1, _, V2, _) = weights(fit(X, y, **still)), weights(fit(X, y, **(still | option)))
    assert_array_equal(W1, V1)
    assert_array_equal(W2, V2)


def test_numpys_own_state_is_left_alone():
    numpy.random.seed(0)
    before = numpy.random.get_state()[1].copy()
    run("classes")
    assert_array_equal(numpy.random.get_state()[1], before)
