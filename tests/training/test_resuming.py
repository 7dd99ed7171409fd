"""A run that is stopped and goes on ends with the bits of one that never stopped."""

import os
import signal
from itertools import pairwise

import numpy
import pytest
from numpy.testing import assert_array_equal

import xnn
from tests.rig import refuses
from tests.training.problems import blobs, curve, fit, same_weights, weights
from xnn.errors import CallbackError, FileError, OptionError, UnknownNameError
from xnn.nn import leaves
from xnn.optimizers import OPTIMIZERS, Schedule, Step

X, Y = blobs()
NUMBERS = curve(outputs=2)


class StopAt(xnn.Callback):
    """Presses Ctrl-C after a step."""

    def __init__(self, step, number=signal.SIGINT):
        self.step, self.number = step, number

    def on_step(self, run):
        if run.step == self.step:
            os.kill(os.getpid(), self.number)


class See(xnn.Callback):
    """Wants every step, so that JAX makes them one by one in the run that is compared as well."""

    def on_step(self, run):
        pass


def same(a, b):
    """Whether two results have the same bits, weights and history alike."""
    lists = [
        [h.loss, h.validation_loss, h.metrics, h.validation_metrics, h.learning_rate] for h in (a.history, b.history)
    ]
    return same_weights(a, b) and repr(lists[0]) == repr(lists[1]) and a.kept_epoch == b.kept_epoch


KINDS = {
    "plain": (X, Y, {}),
    "dropout": (X, Y, {"dropout": 0.3}),
    "numbers": (*NUMBERS, {"metrics": ["absolute_error"], "l2": 0.01, "dtype": "float64"}),
    "patience": (X, Y, {"patience": 5, "learning_rate": 0.05}),
    "plateau": (X, Y, {"schedule": xnn.optimizers.ReduceOnPlateau(patience=1, threshold=0.9)}),
    "cosine": (X, Y, {"schedule": "cosine"}),
    "weights": (X, Y, {"class_weight": "balanced", "sample_weight": numpy.linspace(0.5, 1.5, 60), "optimizer": "sgd"}),
    "all at once": (X, Y, {"batch_size": None, "validation": (X[:20], Y[:20])}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", [1, 7, 8, 12])
def test_a_run_that_was_interrupted_goes_on(where, kind, step, tmp_path):
    """Four steps an epoch, or one: in the midst of one, and at its end."""
    data, y, options = KINDS[kind]
    options = {"epochs": 6, **options, **where}
    path = tmp_path / "run.safetensors"
    step = min(step, 5) if kind == "all at once" else step
    whole = fit(data, y, callbacks=[See()], **options)
    stopped = fit(data, y, callbacks=[StopAt(step)], checkpoint=path, **options)
    assert stopped.stopped.startswith("interrupted in epoch")
    assert same(fit(data, y, callbacks=[See()], checkpoint=path, resume=True, **options), whole)
    assert same(stopped.resume(callbacks=[See()]), whole)
    loaded = xnn.load(path, **where)
    assert_array_equal(loaded.outputs(data), whole.model.outputs(data))


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("schedule", [None, Step(every=2, gamma=0.5)], ids=["constant", "step"])
def test_three_epochs_and_three_are_six(where, name, schedule):
    options = {"optimizer": name, "schedule": schedule, "dropout": 0.2, **where}
    whole = fit(X, Y, epochs=6, **options)
    half = fit(X, Y, epochs=3, **options)
    before = [p.copy() for p in weights(half)]
    assert same(half.model.fit(X, Y, epochs=3, progress=False), whole)
    assert same(half.resume(epochs=3, progress=False), whole)
    for a, b in zip(before, weights(half), strict=True):  # what goes on has memory of its own
        assert_array_equal(a, b)
    assert half.history.epochs == 3
    assert half.resume(epochs=1).resume(epochs=2).history.epochs == 6


def test_jax_goes_on_where_many_steps_are_one(tmp_path):
    """300 steps an epoch are three chunks; stopped in the second by a callback that waits for chunks alone."""
    pytest.importorskip("jax", reason="jax is not installed")
    data, y = blobs(1200)

    class StopInChunk(xnn.Callback):
        every_step = False

        def on_step(self, run):
            if run.step >= 500:
                run.stop("a chunk")

    options = {"batch_size": 4, "epochs": 3, "validation": None, "backend": "jax", "hidden": 4}
    whole = fit(data, y, **options)
    part = fit(data, y, callbacks=[StopInChunk()], **options)
    assert part.steps_beyond in range(200, 300)
    assert same(part.resume(), whole)


def test_a_file_of_a_run_goes_on_too(where, tmp_path):
    path = tmp_path / "run.safetensors"
    whole, half = fit(X, Y, epochs=6, **where), fit(X, Y, epochs=3, **where)
    half.save(path)
    assert same(xnn.load(path, **where).fit(X, Y, epochs=3, progress=False), whole)
    assert same(fit(X, Y, epochs=3, **where), half)
    half.model.save(path)
    with refuses(OptionError, "nothing is known", "xnn.train(X, y, init=model)"):
        xnn.load(path).fit(X, Y, epochs=3)


def test_without_a_checkpoint_yet_it_begins_anew_and_a_finished_one_is_as_it_was(where, tmp_path):
    path, calls = tmp_path / "run.safetensors", []
    options = {"checkpoint": path, "resume": True, "callbacks": [lambda run: calls.append(run.epoch)], **where}
    first = fit(X, Y, **options)
    assert same(first, fit(X, Y, **where))
    assert calls == [1, 2, 3]
    again = fit(X, Y, **options)
    assert same(again, first)
    assert calls == [1, 2, 3]
    assert same(fit(X, Y, **options | {"epochs": 5}), fit(X, Y, epochs=5, **where))
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.safetensors"]


def test_a_run_stopped_by_patience_is_not_resumed_past_it(tmp_path):
    options = {"patience": 2, "learning_rate": 0.2, "epochs": 60, "checkpoint": tmp_path / "run.safetensors"}
    first = fit(X, Y, **options)
    assert "no better loss" in first.stopped
    again = fit(X, Y, resume=True, **options)
    assert same(again, first)
    assert again.stopped == first.stopped


class AtOnce:
    """A thread that is done when it was started: how fast a file is written is not what is tested."""

    def __init__(self, target, args, name):
        self.run = lambda: target(*args)

    def start(self):
        self.run()

    def is_alive(self):
        return False

    def join(self):
        pass


def test_a_checkpoint_may_be_written_within_an_epoch(tmp_path, monkeypatch):
    monkeypatch.setattr("xnn.training.checkpoints.Thread", AtOnce)
    path, seen = tmp_path / "run.safetensors", []

    class Look(xnn.Callback):
        def on_step(self, run):
            if path.exists():
                seen.append(xnn.load(path).run.step)

    fit(X, Y, batch_size=2, checkpoint=path, every=0.25, callbacks=[Look()])  # 27 steps an epoch
    written = sorted(set(seen))
    assert written[0] == 7  # the first step behind a quarter
    assert {b - a for a, b in pairwise(written)} == {7}


CHANGES = {
    "learning_rate": {"learning_rate": 0.5},
    "hidden": {"hidden": 9},
    "optimizer": {"optimizer": xnn.optimizers.Adam(beta1=0.8)},
    "seed": {"seed": 1},
    "validation": {"validation": None},
    "batch_size": {"batch_size": 8},
    "metrics": {"metrics": []},
    "class_weight": {"class_weight": {0: 2.0}},
}


@pytest.mark.parametrize("name", CHANGES)
def test_another_call_does_not_resume(tmp_path, name):
    path = tmp_path / "run.safetensors"
    fit(X, Y, checkpoint=path)
    with refuses(OptionError, str(path), f"another {name}"):
        fit(X, Y, checkpoint=path, resume=True, **CHANGES[name])


def test_other_data_do_not_resume(tmp_path):
    path, other = tmp_path / "run.safetensors", X.copy()
    fit(X, Y, checkpoint=path)
    other[7, 1] += 1e-9
    for data, y, options in ((other, Y, {}), (X, (Y + 1) % 3, {}), (X, Y, {"sample_weight": numpy.ones(60)})):
        with refuses(OptionError, str(path), "another sample_weight" if options else "other data"):
            fit(data, y, checkpoint=path, resume=True, **options)
    fit(X, Y).model.save(path)
    with refuses(FileError, str(path), "no checkpoint"):
        fit(X, Y, checkpoint=path, resume=True)


def test_what_makes_no_checkpoint_is_refused_before_training(tmp_path):
    def never(run):
        raise AssertionError("training had begun")

    class Mine(xnn.nn.ReLU):
        pass

    for options, error, words in [
        ({"checkpoint": tmp_path / "nowhere" / "run"}, FileError, ["there is no folder"]),
        ({"checkpoint": tmp_path}, FileError, ["folder"]),
        ({"checkpoint": 3}, FileError, ["checkpoint", "3"]),
        ({"checkpoint": tmp_path / "run", "every": 0}, OptionError, ["every", "positive"]),
        ({"checkpoint": tmp_path / "run", "every": "often"}, OptionError, ["every", "'often'"]),
        ({"checkpoint": tmp_path / "run", "resume": "yes"}, OptionError, ["resume", "'yes'"]),
        ({"resume": True}, OptionError, ["checkpoint="]),
        ({"checkpoint": tmp_path / "run", "activation": Mine()}, FileError, ["Mine", "register"]),
    ]:
        with refuses(error, *words):
            fit(X, Y, callbacks=[never], **options)
    assert not list(tmp_path.iterdir())


def test_the_state_of_a_schedule_of_ones_own_goes_along(tmp_path):
    class Counting(Schedule):
        def init(self):
            return [0, 1.0]

        def factor(self, epoch, epochs, state=None):
            return state[1]

        def observe(self, state, loss):
            return [state[0] + 1, state[1] * 0.9]

    path, options = tmp_path / "run.safetensors", {"schedule": Counting(), "epochs": 4}
    whole = fit(X, Y, **options)
    fit(X, Y, checkpoint=path, **options | {"epochs": 2})
    assert same(fit(X, Y, checkpoint=path, resume=True, **options), whole)


def test_weights_alone_begin_a_new_run(where):
    first = fit(X, Y, hidden=(6, 5), activation="tanh", **where)
    start = {}

    class Start(xnn.Callback):
        def on_start(self, run):
            start["params"] = [numpy.array(xnn.to_host(p)) for p in leaves(run.params)]
            start["run"] = (run.epoch, run.step, int(run.state.step), run.history.loss[:])

    second = fit(X[:40] + 1.0, Y[:40], init=first.model, hidden=(128, 64), callbacks=[Start()])
    for a, b in zip(start["params"], weights(first), strict=True):
        assert_array_equal(a, b)
    assert start["run"] == (0, 0, 0, [])
    assert second.model.place.backend.name == where["backend"]
    assert second.model.scaling is first.model.scaling
    assert second.model.classes.tolist() == [0, 1, 2]
    assert not same_weights(first, second)
    with refuses(OptionError, "hidden is the model's", "(6, 5)"):
        fit(X, Y, init=first.model, hidden=8)
    with refuses(OptionError, "init must be a model", "'m'"):
        fit(X, Y, init="m")


def test_epochs_that_are_not_said_or_not_fit():
    result = fit(X, Y)
    with refuses(OptionError, "all epochs that were asked for are done"):
        result.resume()
    with refuses(OptionError, "epochs", "whole number", "0"):
        result.resume(epochs=0)
    with refuses(UnknownNameError, "option of fit 'hidden'"):
        result.model.fit(X, Y, epochs=1, hidden=3)
    # What it does take is listed.
    with refuses(UnknownNameError, "'verbose'. Did you mean 'progress'?", " callbacks, ", " comm, ", " doctor, "):
        result.model.fit(X, Y, epochs=1, verbose=0)
    more = result.model.fit(X[:30], Y[:30], epochs=2, learning_rate=0.5, progress=False)
    assert more.history.learning_rate == [1e-3] * 3 + [0.5] * 2
    assert more.samples == 27


def test_callbacks_get_a_model_that_is_theirs():
    kept = []
    result = fit(X, Y, callbacks=[lambda run: kept.append(run.model)])
    assert len(kept) == 3
    assert not numpy.array_equal(kept[0].outputs(X), kept[1].outputs(X))
    assert_array_equal(kept[-1].outputs(X), result.model.outputs(X))


def test_the_rows_held_out_are_said():
    result = fit(X, Y, validation=0.2)
    held = result.validation_rows
    assert len(held) == result.validation_samples == 12
    p = result.model.predict(X[held])
    assert result.history.validation_accuracy[-1] == pytest.approx(numpy.mean(p == Y[held]), abs=1e-6)
    assert fit(X, Y, validation=None).validation_rows is None
    assert fit(X, Y, validation=(X, Y)).validation_rows is None


def test_nothing_that_is_fitted_sees_the_rows_held_out():
    """Changed beyond recognition, they change no bit of the model."""
    inputs, y = curve()
    held = fit(inputs, y, validation=0.2).validation_rows
    changed, other = inputs.copy(), y.copy()
    changed[held] *= 1000.0
    other[held] -= 1e6
    a, b = fit(inputs, y, validation=0.2), fit(changed, other, validation=0.2)
    assert same_weights(a, b)
    assert_array_equal(a.model.scaling.scale, b.model.scaling.scale)
    assert_array_equal(a.model.task.scaling.shift, b.model.task.scaling.shift)


def test_on_end_of_each_is_called_whatever_another_does():
    ended = []

    class Fails(xnn.Callback):
        def on_end(self, run):
            ended.append("fails")
            raise ValueError("at the end")

    class Ends(xnn.Callback):
        def on_end(self, run):
            ended.append("ends")

    with pytest.raises(CallbackError, match="your callback 'Fails' raised ValueError in epoch 3") as caught:
        fit(X, Y, callbacks=[Fails(), Ends(), Fails()])
    assert ended == ["fails", "ends", "fails"]
    assert caught.value.result.history.epochs == 3


def test_sigterm_ends_in_a_checkpoint_and_an_exit_code(tmp_path):
    path = tmp_path / "run.safetensors"
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended:
        fit(X, Y, epochs=9, checkpoint=path, callbacks=[StopAt(9, signal.SIGTERM)])
    assert ended.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is before
    assert xnn.load(path).run.step == 9
    assert same(fit(X, Y, epochs=9, checkpoint=path, resume=True), fit(X, Y, epochs=9))
