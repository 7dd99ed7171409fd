"""The main job: the embedded digits by default, on every backend."""

import numpy

import xnn


def test_digits_by_default_reach_97_percent_held_out():
    result = xnn.train(backend="numpy", progress=False)
    assert (result.samples, result.validation_samples) == (1617, 180)
    assert result.history.validation_accuracy[-1] >= 0.97
    assert result.history.accuracy[-1] > 0.99
    assert result.model.classes.tolist() == list(range(10))


def test_97_percent_is_no_luck_of_the_seed():
    figures = [xnn.train(seed=seed, progress=False).history.validation_accuracy[-1] for seed in range(1, 5)]
    assert numpy.mean(figures) >= 0.97


def test_digits_are_learnt_on_every_backend(where):
    """In a few epochs: each library's own figures are those of NumPy, tested by the histories."""
    result = xnn.train(epochs=5, batch_size=539, learning_rate=1e-2, progress=False, **where)
    assert result.history.validation_accuracy[-1] >= 0.93
