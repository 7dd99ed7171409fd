"""A run as it goes: callbacks, patience, Ctrl-C, a loss gone wrong, progress, and what is printed and drawn."""

import os
import pty
import signal
import subprocess
import sys
import threading
import types

import numpy
import pytest

import xnn
from tests.rig import refuses
from tests.training.problems import blobs, curve, fit, same_weights, weights
from xnn.errors import CallbackError, NotFiniteError, OptionError
from xnn.nn import leaves
from xnn.training import EarlyStopping

X, Y = blobs()


class Log(xnn.Callback):
    """Writes down when it was called."""

    def __init__(self, name, calls):
        self.name, self.calls = name, calls

    def on_start(self, run):
        self.calls.append((self.name, "start", run.epoch, run.step))

    def on_step(self, run):
        self.calls.append((self.name, "step", run.epoch, run.step))

    def on_epoch(self, run):
        assert run.history.epochs == run.epoch
        self.calls.append((self.name, "epoch", run.epoch, run.step))

    def on_end(self, run):
        self.calls.append((self.name, "end", run.epoch, run.step))


def test_callbacks_are_called_in_their_order():
    calls = []
    functions = [Log("a", calls), lambda run: calls.append(("f", "epoch", run.epoch, run.step)), Log("b", calls)]
    result = fit(X, Y, epochs=2, batch_size=27, callbacks=functions)
    expected = [("a", "start", 0, 0), ("b", "start", 0, 0)]
    for epoch in (1, 2):
        for step in (2 * epoch - 1, 2 * epoch):
            expected += [("a", "step", epoch - 1, step), ("b", "step", epoch - 1, step)]
        expected += [(name, "epoch", epoch, 2 * epoch) for name in "afb"]
    assert calls == [*expected, ("a", "end", 2, 4), ("b", "end", 2, 4)]
    assert (result.stopped, result.kept_epoch) == (None, 2)


def test_an_empty_callback_changes_nothing():
    assert same_weights(fit(X, Y, callbacks=[xnn.Callback()]), fit(X, Y))


def test_a_function_may_stop_after_an_epoch():
    result = fit(X, Y, epochs=9, callbacks=[lambda run: run.stop("enough") if run.epoch == 2 else None])
    assert (result.stopped, result.kept_epoch, result.history.epochs) == ("enough", 2, 2)
    assert same_weights(result, fit(X, Y, epochs=2))
    assert "stopped early: enough" in str(result)


class StopAt(xnn.Callback):
    def __init__(self, step):
        self.step = step

    def on_step(self, run):
        if run.step == self.step:
            run.stop("enough steps")
            run.stop("a later reason")


def test_a_callback_may_stop_in_the_middle_of_an_epoch():
    """The half epoch is learnt from, but has no figures, and the summary says so."""
    result = fit(X, Y, epochs=9, batch_size=10, callbacks=[StopAt(8)])
    assert (result.stopped, result.history.epochs, result.kept_epoch) == ("enough steps", 1, 1)
    assert result.steps_beyond == 2  # of six an epoch
    assert "\nthe weights are 2 steps past epoch 1, whose figures follow\nloss " in str(result)
    assert not same_weights(result, fit(X, Y, epochs=1, batch_size=10))
    first = fit(X, Y, batch_size=10, callbacks=[StopAt(1)])
    assert (first.history.loss, first.kept_epoch, first.steps_beyond) == ([], 0, 1)
    assert str(first).endswith("stopped early: enough steps\nthe weights are 1 step past the start")
    whole = fit(X, Y, epochs=2, batch_size=10)
    assert whole.steps_beyond == 0
    assert "past" not in str(whole)
    assert first.model.predict(X).shape == (60,)


def broken(*events, at=2):
    """A callback that raises in these events from epoch `at` on."""

    def fail(self, run):
        if run.epoch >= at or run.epochs < at:
            raise ZeroDivisionError("of the callback.\nMore of it")

    return type("Broken", (xnn.Callback,), dict.fromkeys(events, fail) | {"function": print})()


@pytest.mark.parametrize("when", ["on_start", "on_step", "on_epoch", "on_end"])
def test_on_end_is_called_after_an_error_too(when):
    calls = []
    with pytest.raises(CallbackError):
        fit(X, Y, callbacks=[Log("log", calls), broken(when, at=0)])
    assert [call[1] for call in calls if call[1] in ("start", "end")] == ["start", "end"]


@pytest.mark.parametrize(
    ("when", "epoch", "steps"), [("on_start", 1, 0), ("on_step", 3, 5), ("on_epoch", 2, 4), ("on_end", 4, 8)]
)
def test_an_error_in_a_callback_says_whose_it_is_and_keeps_the_model(where, when, epoch, steps):
    options = {"epochs": 4, "batch_size": 27, **where}
    with pytest.raises(CallbackError) as caught:
        # With somebody who sees every step, JAX makes them one by one, as in the run that is compared.
        fit(X, Y, callbacks=[Log("", []), broken(when, at=5 if when == "on_start" else 2)], **options)
    message = f"your callback 'Broken' raised ZeroDivisionError in epoch {epoch} (of the callback): fix it; "
    assert str(caught.value).startswith(message)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    result = caught.value.result
    assert result.history.epochs == result.kept_epoch == steps // 2
    assert str(result).startswith("4-8-3 network")
    if steps:
        assert same_weights(result, fit(X, Y, callbacks=[StopAt(steps)], **options))
    assert result.model.predict(X).shape == (60,)


def test_an_error_in_a_function_has_its_name_and_the_best_weights_are_put_back():
    def save_it(run):
        if run.epoch == 39:
            raise FileNotFoundError

    with pytest.raises(CallbackError, match=r"your callback 'save_it' raised FileNotFoundError in epoch 39: fix") as e:
        best_and_last(39, callbacks=[save_it])
    result, history = e.value.result, e.value.result.history
    assert result.kept_epoch == 1 + int(numpy.argmin(history.validation_loss)) < history.epochs == 39


def failing_metric(calls):
    """A metric that raises after so many calls."""
    left = iter(range(calls))

    def sharpness(outputs, targets):
        next(left)
        return outputs[:, 0]

    return sharpness


@pytest.mark.parametrize("optimizer", xnn.optimizers.OPTIMIZERS)
def test_an_error_in_a_metric_says_whose_it_is_and_keeps_the_model(optimizer):
    """Three calls an epoch: two steps and the validation."""
    options = {"epochs": 4, "batch_size": 27, "optimizer": optimizer}
    for calls, steps in ((0, 1), (5, 4), (7, 6)):
        with pytest.raises(CallbackError) as caught:
            fit(X, Y, metrics=["accuracy", failing_metric(calls)], **options)
        epoch = (steps + 1) // 2
        assert f"your metric 'sharpness' raised StopIteration in epoch {epoch}: fix it" in str(caught.value)
        assert isinstance(caught.value.__cause__, StopIteration)
        result = caught.value.result
        history = result.history
        lists = [history.loss, history.validation_loss, history.accuracy, history.validation_accuracy, history.seconds]
        assert {len(values) for values in lists} == {calls // 3}
        assert result.kept_epoch == calls // 3
        assert same_weights(result, fit(X, Y, callbacks=[StopAt(steps)], **options))


def test_an_error_in_a_metric_on_every_library(where):
    """JAX sees it before the first step."""
    with pytest.raises(CallbackError, match="your metric 'sharpness' raised StopIteration in epoch 1: fix") as caught:
        fit(X, Y, metrics=[failing_metric(0)], **where)
    assert numpy.isfinite(caught.value.result.model.predict_proba(X)).all()


def best_and_last(patience, **options):
    """A run whose validation loss rises: it memorises noise."""
    rng = numpy.random.default_rng(1)
    X, y = rng.normal(size=(40, 10)), rng.permutation(numpy.arange(40) % 2)
    held = (rng.normal(size=(40, 10)), rng.permutation(numpy.arange(40) % 2))
    run = {"epochs": 40, "learning_rate": 0.02, "validation": held, "patience": patience, "hidden": 30}
    return fit(X, y, **(run | options)), held


def test_patience_keeps_the_best_weights(where):
    """Each library's memory is reused by the next step: the best weights must be copies."""
    result, (X, y) = best_and_last(4, batch_size=20, **where)
    losses = result.history.validation_loss
    best = losses.index(min(losses))
    assert result.kept_epoch == best + 1
    assert len(losses) == best + 1 + 4 < 40
    assert f"the weights are those of epoch {best + 1}" in result.stopped
    p = result.model.predict_proba(X)[numpy.arange(40), y]
    assert -numpy.log(p).mean() == pytest.approx(losses[best], rel=1e-4)
    assert losses[best] < losses[-1]


def test_patience_that_does_not_run_out_keeps_the_best_too():
    result, _ = best_and_last(100)
    assert result.stopped is None
    assert result.history.epochs == 40
    assert result.kept_epoch == 1 + int(numpy.argmin(result.history.validation_loss)) < 40


def test_without_validation_patience_watches_the_loss():
    result = fit(X, Y, epochs=50, learning_rate=1e-12, optimizer="sgd", validation=None, patience=3, batch_size=None)
    losses = result.history.loss
    assert result.kept_epoch == 1 + losses.index(min(losses))
    assert result.history.epochs == result.kept_epoch + 3


class Interrupt(xnn.Callback):
    """Presses Ctrl-C in the given steps."""

    def __init__(self, *steps):
        self.steps = steps
        self.ended = False

    def on_step(self, run):
        if run.step in self.steps:
            os.kill(os.getpid(), signal.SIGINT)

    def on_end(self, run):
        self.ended = True


def test_ctrl_c_ends_the_run_with_what_was_learnt(where):
    before = signal.getsignal(signal.SIGINT)
    result = fit(X, Y, epochs=9, batch_size=27, callbacks=[Interrupt(3)], **where)
    assert signal.getsignal(signal.SIGINT) is before
    assert result.stopped == "interrupted in epoch 2"
    assert (result.history.epochs, result.kept_epoch) == (1, 1)
    stopped = fit(X, Y, epochs=9, batch_size=27, callbacks=[StopAt(3)], **where)
    assert same_weights(result, stopped)
    assert result.model.predict(X).shape == (60,)


def test_a_second_ctrl_c_interrupts():
    interrupt = Interrupt(2)

    def again(run):
        raise AssertionError("the first one ends training before the epoch does")

    class Twice(xnn.Callback):
        def on_step(self, run):
            if run.stopped:
                os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        fit(X, Y, callbacks=[interrupt, Twice(), again])
    assert interrupt.ended
    assert signal.getsignal(signal.SIGINT) is before


def test_weights_that_are_put_back_are_past_no_epoch():
    result = fit(X, Y, epochs=9, batch_size=10, patience=5, callbacks=[StopAt(8)])
    assert (result.kept_epoch, result.steps_beyond) == (1, 0)
    assert same_weights(result, fit(X, Y, epochs=1, batch_size=10))


def test_ctrl_c_with_patience_keeps_the_best_weights():
    result, _ = best_and_last(39, callbacks=[Interrupt(100)])
    assert result.stopped.startswith("interrupted")
    assert result.kept_epoch == 1 + int(numpy.argmin(result.history.validation_loss)) < result.history.epochs


def test_other_threads_may_train():
    found = []
    thread = threading.Thread(target=lambda: found.append(fit(X, Y)))
    thread.start()
    thread.join()
    assert same_weights(found[0], fit(X, Y))


@pytest.mark.filterwarnings("ignore::xnn.NotLearningWarning")
def test_a_loss_that_is_not_finite_ends_the_run(where):
    """And says what to do; NumPy's warnings of the overflow would only be in the way."""
    inputs, y = curve()
    result = fit(inputs, y, optimizer="sgd", learning_rate=1e12, epochs=50, batch_size=27, **where)
    assert result.history.epochs < 50
    assert not numpy.isfinite(result.history.loss[-1])
    assert "no longer finite" in result.stopped
    assert "learning_rate" in result.stopped
    assert "stopped early" in str(result)


@pytest.mark.filterwarnings("ignore::xnn.NotLearningWarning")
def test_patience_saves_the_weights_from_a_loss_that_is_not_finite():
    rises = xnn.optimizers.Schedule()
    object.__setattr__(rises, "factor", lambda epoch, epochs, state=None: 1.0 if epoch < 3 else 1e30)
    result = fit(X, Y, epochs=9, patience=9, schedule=rises, learning_rate=0.01)
    assert "no longer finite" in result.stopped
    assert 1 <= result.kept_epoch <= 3
    assert all(numpy.isfinite(p).all() for p in weights(result))
    assert numpy.isfinite(result.model.outputs(X)).all()


def test_history_has_one_float_an_epoch(where):
    history = fit(X, Y, epochs=4, batch_size=27, **where).history
    lists = [history.loss, history.validation_loss, history.accuracy, history.validation_accuracy]
    lists += [history.learning_rate, history.seconds]
    for values in lists:
        assert [type(value) for value in values] == [float] * 4
    assert history.epochs == 4
    assert all(seconds > 0 for seconds in history.seconds)


def test_params_are_the_callbacks_to_see():
    seen = []
    result = fit(X, Y, callbacks=[lambda run: seen.append([p.copy() for p in leaves(run.params)])])
    for a, b in zip(seen[-1], weights(result), strict=True):
        assert numpy.array_equal(a, b)


def test_the_summary_says_what_was_trained_and_how_well():
    result = fit(X, Y, hidden=(8, 5), epochs=4)
    text = str(result)
    assert "4-8-5-3 network, 103 parameters, classification with SoftmaxCrossEntropy" in text
    assert "on numpy" in text
    assert "54 samples, 6 held out; 4 epochs" in text
    history = result.history
    assert f"accuracy {history.accuracy[-1]:.2%} during the epoch, " in text
    assert f", held out {history.validation_accuracy[-1]:.2%}" in text
    assert f"loss {history.loss[-1]:.4g} during the epoch, held out {history.validation_loss[-1]:.4g}" in text
    best, _ = best_and_last(4)
    assert f"held out {min(best.history.validation_loss):.4g}" in str(best)


@pytest.mark.parametrize("progress", ["auto", True, "lines"])
def test_a_line_an_epoch_is_shown_where_there_is_no_terminal(progress, capfd):
    history = fit(X, Y, progress=progress).history
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines() == [
        f"epoch {i + 1}/3 loss {history.loss[i]:.4g}/{history.validation_loss[i]:.4g} "
        f"accuracy {history.accuracy[i]:.2%}/{history.validation_accuracy[i]:.2%}"
        for i in range(3)
    ]


def test_of_many_epochs_fifty_lines_are_shown_at_most_and_the_last(capfd):
    fit(X, Y, progress="lines", epochs=101, hidden=2, batch_size=None)
    shown = [line.split()[1] for line in capfd.readouterr().err.splitlines()]
    assert len(shown) <= 50
    assert shown[-1] == "101/101"


def test_nothing_is_shown_where_nothing_is_asked_for(capfd):
    fit(X, Y, progress=False)
    assert capfd.readouterr() == ("", "")


def test_a_notebook_is_shown_a_bar_that_is_updated(monkeypatch, capfd):
    """IPython itself is not needed for this: what is asked of it are these three names."""
    shown = []

    class Handle:
        def update(self, html):
            shown.append(html)

    def display(html, display_id):
        assert display_id is True
        shown.append(html)
        return Handle()

    ipython = types.SimpleNamespace(get_ipython=lambda: types.SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(HTML=str, display=display))
    history = fit(X, Y, progress="auto").history
    assert "epoch 0/3" in shown[0]
    assert "epoch 3/3" in shown[-1]
    assert f"loss {history.loss[-1]:.4g}" in shown[-1]
    assert capfd.readouterr() == ("", "")


def test_a_model_is_a_few_lines(tmp_path):
    X = numpy.random.default_rng(0).normal(size=(60, 200))
    model = fit(X, numpy.arange(60) % 20, hidden=(8, 5), feature_names=[f"column {i}" for i in range(200)]).model
    assert repr(model) == "Model(200-8-5-20, classification, 20 classes, numpy float32)"
    text = str(model)
    assert len(text.splitlines()) < 10
    assert max(map(len, text.splitlines())) < 120
    for words in ("200-8-5-20, 1,773 parameters", "ReLU()", "20 in all", "column 0, column 1", "SoftmaxCrossEntropy"):
        assert words in text
    assert "\n" not in repr(fit(*curve(), dropout=0.5, bias=False).model)
    assert "dropout 0.5" in str(fit(*curve(), dropout=0.5).model)


def test_results_models_and_histories_show_themselves_in_a_notebook():
    result = fit(X, numpy.array(["<b>", "&", "c"])[Y], epochs=30, doctor="off")
    for part, words in [
        (result.model, ["4-8-3", "&lt;b&gt;", "classification"]),
        (result.history, [f"{result.history.loss[-1]:.4g}", "<th>held out accuracy</th>", "<td>30</td>"]),
        (result, ["54 samples, 6 held out", f"{result.history.accuracy[-1]:.2%}", "<th>held out</th>"]),
    ]:
        html = part._repr_html_()
        assert html.startswith('<div class="xnn">')
        assert "<b>" not in html
        for word in words:
            assert word in html
    assert "<th>epoch</th>" in xnn.History()._repr_html_()  # of a run that has not begun


SCRIPT = """
import xnn, numpy
X, y = xnn.datasets.circle(n=40, seed=0)
xnn.train(X, y, hidden=4, epochs=3{options})
print("done")
"""


@pytest.mark.parametrize(("options", "shown"), [("", True), (", progress=False", False)])
def test_a_terminal_is_shown_a_bar(options, shown):
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(options=options)],
        stderr=there,
        stdout=subprocess.PIPE,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "120"},
        text=True,
    )
    os.close(there)
    text = b""
    while True:
        try:
            part = os.read(here, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        text += part
    os.close(here)
    assert process.communicate(timeout=60)[0] == "done\n"
    assert process.returncode == 0
    if shown:
        assert b"epoch" in text
        assert b"3/3" in text
        assert b"loss" in text
    else:
        assert text == b""


def test_the_history_is_drawn(tmp_path):
    matplotlib = pytest.importorskip("matplotlib", reason="matplotlib, which draws, is not installed")
    path = tmp_path / "history.png"
    panels = fit(X, Y).history.plot(path)
    assert all(isinstance(axes, matplotlib.axes.Axes) for axes in panels)
    assert [axes.get_ylabel() for axes in panels] == ["loss", "accuracy"]
    assert path.read_bytes().startswith(b"\x89PNG")
    inputs, y = curve()
    assert len(fit(inputs, y, validation=None).history.plot(tmp_path / "one.png")) == 1


@pytest.mark.parametrize("patience", [0, -1, 1.5, "3", True])
def test_early_stopping_refuses_what_is_no_patience(patience):
    with refuses(OptionError, "patience must be a whole number, at least 1", repr(patience)):
        EarlyStopping(patience)


@pytest.mark.parametrize(("epochs", "said"), [(1, "; 1 epoch in "), (2, "; 2 epochs in ")])
def test_the_summary_counts_its_epochs(epochs, said):
    assert said in str(fit(*blobs(), epochs=epochs))


def test_a_result_that_is_not_printed_is_short():
    """As an interactive session shows it: its numbers, without the lists of its epochs and rows."""
    shown = repr(fit(*blobs(), epochs=30, doctor="off"))
    assert shown.startswith("Result(model=Model(") and "kept_epoch=30" in shown and len(shown) < 300


def test_early_stopping_forgets_the_run_before():
    X, y = blobs(classes=2)
    stopping = EarlyStopping(3)
    options = {"callbacks": [stopping], "epochs": 40, "learning_rate": 0.01, "progress": False}
    xnn.train(X, y, **options)
    result = xnn.train(X, 1 - y, **options)  # never better than the first run's best
    assert result.model.score(X, 1 - y) > 0.9


@pytest.mark.filterwarnings("ignore::xnn.NotLearningWarning")
def test_a_model_that_diverged_is_not_saved_and_predicts_nothing(tmp_path):
    X, y = blobs(classes=2)
    result = xnn.train(X, y, optimizer="sgd", learning_rate=1e30, progress=False)
    with refuses(NotFiniteError, "weights are not finite", "smaller learning_rate"):
        result.model.save(tmp_path / "m.safetensors")
    assert list(tmp_path.iterdir()) == []
    for use in (result.model.predict, result.model.predict_proba, lambda X: result.model.score(X, y)):
        with refuses(NotFiniteError, "weights are not finite", "smaller learning_rate"):
            use(X)
    assert "no longer finite" in str(result)


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_outputs_that_overflow_are_no_predictions():
    inputs, y = curve()
    model = fit(inputs, y, activation="identity").model
    inputs[7] = 3e38
    with refuses(NotFiniteError, "the outputs for X overflow, first in row 7", "units of training"):
        model.predict(inputs)


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_a_cross_entropy_behind_an_output_activation_is_refused(output):
    X, y = blobs(classes=2)
    with refuses(OptionError, "takes logits", "output='identity'"):
        xnn.train(X, y, output=output)
