"""Many steps in one compiled call, and compiled functions used again: nobody may notice but by the clock."""

from dataclasses import dataclass

import numpy
import pytest
from numpy.testing import assert_allclose

import xnn
from tests.training.problems import blobs, fit, weights
from xnn.backends import resolve
from xnn.nn import MLP, Penalty, ReLU, SoftmaxCrossEntropy
from xnn.optimizers import Adam
from xnn.training.legs import compiled
from xnn.training.metrics import accuracy
from xnn.training.step import Recipe

X, Y = blobs(n=90)
OPTIONS = {"validation": None, "batch_size": 16, "epochs": 3, "schedule": "cosine", "l2": 1e-3}


class Count(xnn.Callback):
    def __init__(self):
        self.steps = []

    def on_step(self, run):
        self.steps.append(run.step)


class CountNowAndThen(Count):
    every_step = False


def test_whoever_watches_each_step_sees_each_step_and_changes_nothing(where):
    alone, watch = fit(X, Y, **OPTIONS, **where), Count()
    watched = fit(X, Y, **OPTIONS, **where, callbacks=[watch])
    assert watch.steps == list(range(1, 19))  # 5 full batches and one of 10, three times
    assert_allclose(watched.history.loss, alone.history.loss, rtol=1e-5)
    assert watched.history.learning_rate == alone.history.learning_rate
    for a, b in zip(weights(watched), weights(alone), strict=True):
        assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_whoever_does_not_is_called_after_each_leg(where):
    watch = CountNowAndThen()
    fit(X, Y, **OPTIONS, **where, callbacks=[watch])
    legs = [5, 6, 11, 12, 17, 18] if where["backend"] == "jax" else list(range(1, 19))
    assert watch.steps == legs


def test_a_long_epoch_has_several_legs():
    pytest.importorskip("jax", reason="JAX is not installed")
    watch = CountNowAndThen()
    fit(
        numpy.tile(X, (3, 1)),
        numpy.tile(Y, 3),
        validation=None,
        batch_size=1,
        epochs=1,
        backend="jax",
        callbacks=[watch],
    )
    assert watch.steps == [90, 180, 270]


def recipe(**parts):
    own = {"mlp": MLP((4, 3)), "loss": SoftmaxCrossEntropy(), "optimizer": Adam(), "penalty": Penalty(), "metrics": {}}
    return Recipe(**(own | parts))


def test_equal_recipes_are_compiled_once():
    backend = resolve("numpy").backend
    first = compiled(backend, recipe(metrics={"accuracy": accuracy}))
    assert compiled(backend, recipe(metrics={"accuracy": accuracy})) is first
    others = [
        recipe(),
        recipe(metrics={"accuracy": accuracy}, mlp=MLP((4, 3), activation="tanh")),
        recipe(metrics={"accuracy": accuracy}, mlp=MLP((4, 3), bias=False)),
        recipe(metrics={"accuracy": accuracy}, optimizer=Adam(beta1=0.8)),
        recipe(metrics={"accuracy": accuracy}, penalty=Penalty(l2=0.1)),
        recipe(metrics={"accuracy": accuracy}, clip_norm=1.0),
    ]
    assert all(compiled(backend, other) is not first for other in others)


@dataclass(frozen=True)
class MyReLU(ReLU):
    pass


def test_a_strangers_parts_are_compiled_anew():
    """What they compute may have changed."""
    backend = resolve("numpy").backend
    strange = recipe(mlp=MLP((4, 3, 3), activation=MyReLU()))
    assert compiled(backend, strange) is not compiled(backend, strange)
    strange = recipe(metrics={"mine": lambda outputs, targets: outputs[:, 0]})
    assert compiled(backend, strange) is not compiled(backend, strange)
