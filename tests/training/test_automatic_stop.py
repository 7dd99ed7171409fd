"""Where no epochs are asked for: how many there are, which weights are kept, and what is said of it."""

import signal
import sys

import numpy
import pytest

import xnn
from tests.training.problems import blobs, curve, fit, same_weights


def noise(n=40, seed=0):
    """Numbers of which nothing can be learnt: they can be memorized alone."""
    rng = numpy.random.default_rng(seed)
    return rng.normal(size=(n, 3)), rng.normal(size=n)


class StopAt(xnn.Callback):
    """Ends the run after a step."""

    def __init__(self, step):
        self.step = step

    def on_step(self, run):
        if run.step == self.step:
            run.stop("enough")


def test_a_table_gets_as_many_epochs_as_make_2000_steps():
    X, y = noise(600)
    result = xnn.train(X, y, hidden=(), task="regression", progress=False, doctor="off")  # 540 rows, 5 steps an epoch
    assert result.history.epochs == 400 and result.chosen == 2000
    assert "400 epochs were chosen, 2,000 steps; the weights are those of the best" in str(result)
    losses = result.history.validation_loss
    assert result.kept_epoch == numpy.argmin(losses) + 1


def test_a_large_table_gets_20():
    X, y = noise(1600)
    result = fit(X, y, epochs=None, batch_size=10, task="regression", doctor="off")  # 144 steps an epoch
    assert result.history.epochs == result.kept_epoch == 20 and result.chosen == 0
    assert same_weights(result, fit(X, y, epochs=20, batch_size=10, task="regression", doctor="off"))


def test_what_is_learnt_in_20_epochs_ends_there_as_if_20_had_been_asked_for():
    X, y = blobs(200)
    o = {"learning_rate": 0.05, "doctor": "off"}
    result = fit(X, y, epochs=None, **o)
    assert result.history.epochs == result.kept_epoch == 20 and result.chosen == 0
    assert same_weights(result, fit(X, y, epochs=20, **o))


def test_a_run_that_chooses_its_epochs_is_resumed_to_the_same_bits(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["xnn.training.train"], "FEWEST_STEPS", 90)
    X, y = noise()
    o = {"epochs": None, "task": "regression", "doctor": "off", "batch_size": 12}
    whole = fit(X, y, **o)
    for epoch in (5, 20, 25):
        path = tmp_path / f"{epoch}"

        def interrupt(run, at=epoch):
            if run.epoch == at:
                signal.raise_signal(signal.SIGINT)

        stopped = fit(X, y, checkpoint=path, callbacks=[interrupt], **o)
        assert stopped.history.epochs == epoch
        again = fit(X, y, checkpoint=path, resume=True, **o)
        assert again.history.loss == whole.history.loss and same_weights(again, whole)


@pytest.mark.parametrize("step", [7, 60, 61, 70, 88])
def test_an_interrupted_one_goes_on_to_the_epoch_that_was_chosen(monkeypatch, where, step):
    """Of 3 steps an epoch, and 30 epochs, of which the best weights are kept."""
    monkeypatch.setattr(sys.modules["xnn.training.train"], "FEWEST_STEPS", 90)
    X, y = noise()
    o = {"epochs": None, "task": "regression", "doctor": "off", "batch_size": 12, "learning_rate": 0.05, **where}
    # With a callback at each step all of them, as JAX adds up an epoch's losses in another order without.
    whole, stopped = (fit(X, y, callbacks=[StopAt(at)], **o) for at in (None, step))
    again = stopped.resume(doctor="off", progress=False, callbacks=[StopAt(None)])
    assert whole.history.epochs == 30 > whole.kept_epoch == again.kept_epoch
    assert again.history.loss == whole.history.loss and same_weights(again, whole)
    assert again.chosen == whole.chosen == 90


@pytest.mark.parametrize("step", [1, 200])
def test_an_interrupted_one_ends_when_hardly_anything_is_left_to_learn(where, step):
    X, y = blobs(200)
    o = {"epochs": None, "learning_rate": 0.01, "doctor": "off", "dropout": 0.1, **where}  # 12 steps an epoch
    whole, again = fit(X, y, **o), fit(X, y, callbacks=[StopAt(step)], **o).resume(doctor="off", progress=False)
    assert 20 < whole.history.epochs == again.history.epochs < 160
    assert again.history.loss == whole.history.loss and same_weights(again, whole)
    assert again.chosen == whole.chosen == whole.history.epochs * 12
    more = again.resume(epochs=2, progress=False)  # are asked for
    assert more.history.epochs == again.history.epochs + 2 == more.kept_epoch and more.chosen == 0


def test_a_run_that_ends_while_it_learns_is_told():
    X, y = curve(200)
    with pytest.warns(xnn.NotLearningWarning, match="still falls after 25 epochs.*has not converged.*epochs=100"):
        fit(X, y, epochs=25, learning_rate=2e-3, batch_size=64)
