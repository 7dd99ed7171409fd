"""Pictures: that each draws what it is given, and nothing else; how they look was judged by eye."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import xnn
from tests.rig import refuses
from xnn import plots
from xnn.errors import BackendError, DataError, OptionError, ShapeError, UnknownNameError

matplotlib = pytest.importorskip("matplotlib", reason="matplotlib, which draws, is not installed")
pytestmark = pytest.mark.host


class Fixed:
    """A model that predicts what it was given."""

    def __init__(self, predicted, classes=None):
        self.predicted = predicted
        if classes is not None:
            self.classes_ = classes

    def predict(self, X):
        return self.predicted


def texts(ax):
    return [text.get_text() for text in ax.texts]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# --- all -------------------------------------------------------------------------------------------------------------

GRID = np.stack(np.meshgrid([0.0, 1, 2], [0.0, 1, 2]), axis=-1).reshape(-1, 2)
PICTURES = {
    "history": lambda **o: plots.history(xnn.training.History(loss=[2.0, 1.0]), **o),
    "confusion_matrix": lambda **o: plots.confusion_matrix(lambda X: np.array([0, 1]), GRID[:2], np.array([0, 1]), **o),
    "decision_regions": lambda **o: plots.decision_regions(lambda X: (X[:, 0] > 1).astype(int), GRID, **o),
    "first_layer": lambda **o: plots.first_layer(np.eye(3), **o),
    "learning_rates": lambda **o: plots.learning_rates(
        SimpleNamespace(rates=[1e-3, 1e-2], losses=[2.0, 1.0], suggestion=None), **o
    ),
    "predictions": lambda **o: plots.predictions(lambda X: X[:, 0], GRID, GRID[:, 0], **o),
}


def test_every_picture_is_here():
    assert set(PICTURES) == set(plots.__all__)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_axes_that_pyplot_shows(name, tmp_path):
    from matplotlib import pyplot

    ax = PICTURES[name]()
    assert isinstance(ax, matplotlib.axes.Axes)
    assert ax.figure in map(pyplot.figure, pyplot.get_fignums())
    assert name == "first_layer" or (ax.get_xlabel() or ax.get_ylabel())
    ax.figure.savefig(tmp_path / "picture.png")


@pytest.mark.parametrize("name", PICTURES)
def test_it_is_drawn_where_it_is_wanted(name):
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert PICTURES[name](ax=ax) is ax
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("name", PICTURES)
def test_without_matplotlib_it_says_what_to_install(name, monkeypatch):
    monkeypatch.setattr("xnn.plots.axes.find_spec", lambda package: None)
    with refuses(BackendError, "plots need matplotlib: pip install matplotlib"):
        PICTURES[name]()


def test_the_package_draws_nothing_until_it_is_asked():
    code = "import sys, xnn.plots; print('matplotlib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(xnn.__file__).parents[1]
    )
    assert done.stdout == "False\n"


def test_a_notebook_shows_the_figure_once_and_without_magic(tmp_path):
    """As the kernel does: its backend is named in the environment, and figures are sent after the cell."""
    pytest.importorskip("matplotlib_inline", reason="matplotlib-inline, notebooks' backend, is not installed")
    pytest.importorskip("IPython", reason="IPython is not installed")
    code = """
import os
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.displaypub import CapturingDisplayPublisher
shell = InteractiveShell.instance()
shell.display_pub = CapturingDisplayPublisher()
shell.run_cell("import xnn; ax = xnn.plots.history(xnn.training.History(loss=[2.0, 1.0])); ax.set_title('own');")
images = [output["data"]["image/png"] for output in shell.display_pub.outputs if "image/png" in output["data"]]
print(len(images), len(shell.display_pub.outputs))
"""
    here = Path(xnn.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=here, check=False)
    assert done.stdout.splitlines()[-1] == "1 1", done.stdout + done.stderr


# --- history ---------------------------------------------------------------------------------------------------------


def test_the_course_of_each_quantity():
    course = xnn.training.History([3.0, 2, 1.5], [3.1, 2.5, 2], {"accuracy": [0.2, 0.5, 0.9]},
                                  {"accuracy": [0.1, 0.4, 0.8]}, [0.1, 0.01, 0.001], [1.0, 1, 1])  # fmt: skip
    ax = plots.history(course)
    assert [line.get_ydata().tolist() for line in ax.lines] == [course.loss, course.validation_loss]
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert legend(ax) == ["training", "held out"] and ax.get_yscale() == "linear"
    ax = plots.history(course, "accuracy")
    assert ax.lines[1].get_ydata().tolist() == [0.1, 0.4, 0.8]
    ax.figure.canvas.draw()
    assert all(tick.get_text().endswith("%") for tick in ax.get_yticklabels())
    assert plots.history(course, "learning_rate").get_yscale() == "log"  # a decade and more
    with refuses(UnknownNameError, "Did you mean 'accuracy'?"):
        plots.history(course, "acuracy")
    with refuses(OptionError, "run must be what xnn.train returns", "got list"):
        plots.history([0.9, 0.5])


def test_the_epoch_that_was_kept_is_marked_where_it_is_not_the_last():
    course = xnn.training.History([3.0, 2, 1])
    assert plots.history(SimpleNamespace(history=course, kept_epoch=3)).get_legend() is None
    assert legend(plots.history(SimpleNamespace(history=course, kept_epoch=2))) == ["training", "epoch 2, kept"]


def test_a_run_without_a_finished_epoch_says_so():
    assert texts(plots.history(xnn.training.History())) == ["no epoch is finished"]


# --- confusion -------------------------------------------------------------------------------------------------------


def test_rows_are_true_and_columns_predicted():
    true, predicted = np.array(["a", "a", "a", "b"]), np.array(["a", "b", "b", "b"])
    ax = plots.confusion_matrix(Fixed(predicted, ["a", "b", "c"]), None, true)
    assert np.allclose(ax.images[0].get_array(), [[1 / 3, 2 / 3, 0], [0, 1, 0], [0, 0, 0]])
    assert {(text.get_position(), text.get_text()) for text in ax.texts} == {
        ((0, 0), "1"),
        ((1, 0), "2"),
        ((1, 1), "1"),
    }
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["a", "b", "c"]
    assert ax.get_title() == "50.0% of 4 samples right"


def test_it_counts_as_scikit_learn_does():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    true, predicted = rng.integers(0, 5, 300), rng.integers(0, 5, 300)
    ax = plots.confusion_matrix(lambda X: predicted, None, true[:, None])
    expected = metrics.confusion_matrix(true, predicted)
    found = np.zeros_like(expected)
    for text in ax.texts:
        column, row = text.get_position()
        found[row, column] = text.get_text()
    assert np.array_equal(found, expected)


def test_many_classes_are_colours_and_few_names():
    true = np.arange(60)
    ax = plots.confusion_matrix(lambda X: true, None, true)
    assert texts(ax) == [] and 10 <= len(ax.get_xticks()) <= 20


def test_long_names_do_not_lie_over_each_other():
    names = np.array(["Iris setosa of the north", "Iris versicolor, blue flag", "Iris virginica, of the south"])
    ax = plots.confusion_matrix(lambda X: names, None, names)
    assert {tick.get_rotation() for tick in ax.get_xticklabels()} == {40.0}
    assert max(len(tick.get_text()) for tick in ax.get_yticklabels()) == 18


def test_a_regression_has_no_confusion_matrix():
    with refuses(DataError, "draw xnn.plots.predictions"):
        plots.confusion_matrix(lambda X: np.array([0.5, 1.0]), None, np.array([0, 1]))
    with refuses(ShapeError, "one class a sample"):
        plots.confusion_matrix(lambda X: np.ones((2, 2)), None, np.array([0, 1]))
    with refuses(OptionError, "must have predict"):
        plots.confusion_matrix(3, None, np.array([0, 1]))


# --- regions ---------------------------------------------------------------------------------------------------------


def test_the_regions_are_what_is_predicted():
    def predict(X):
        return np.where(X[:, 1] > 1, "up", "down")

    ax = plots.decision_regions(predict, GRID, predict(GRID))
    drawn = ax.images[0].get_array()
    left, right, bottom, top = ax.images[0].get_extent()
    heights = np.linspace(bottom, top, len(drawn))
    assert np.array_equal(drawn, np.broadcast_to((heights > 1)[:, None], drawn.shape))
    assert left < 0 and right > 2
    assert legend(ax) == ["down", "up"]
    samples = [found for found in ax.collections if isinstance(found, matplotlib.collections.PathCollection)]
    assert sorted(len(each.get_offsets()) for each in samples) == [3, 6]


def test_models_of_xnn_and_of_scikit_learn_are_drawn_with_the_features_names():
    pandas = pytest.importorskip("pandas")
    linear_model = pytest.importorskip("sklearn.linear_model")
    frame = pandas.DataFrame(GRID, columns=["length", "width"])
    y = np.array(["no", "yes"])[(GRID[:, 0] > 1).astype(int)]
    result = xnn.train(frame, y, hidden=4, epochs=1, validation=None, progress=False, doctor="off")
    for model in (result, result.model, linear_model.LogisticRegression().fit(frame, y)):
        ax = plots.decision_regions(model, frame, y, resolution=20)
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("length", "width")
        assert legend(ax) == ["no", "yes"]


def test_one_feature_is_drawn_along_the_axis():
    x = np.linspace(0, 1, 50)[:, None]
    ax = plots.decision_regions(lambda X: (X[:, 0] > 0.4).astype(int), x, (x[:, 0] > 0.4).astype(int))
    assert len(ax.lines) == 1 and ax.lines[0].get_xdata()[0] == pytest.approx(0.4, abs=0.01)
    assert ax.get_ylabel() == "class"
    ax = plots.decision_regions(lambda X: X[:, 0] ** 2, x, x[:, 0] ** 2)
    line = ax.lines[1]
    assert np.allclose(line.get_ydata(), line.get_xdata() ** 2)


def test_a_regression_is_a_surface_on_one_scale_with_the_samples():
    ax = plots.decision_regions(lambda X: X[:, 0] * 10, GRID, GRID[:, 0] * 30)
    surface, samples = ax.collections
    assert surface.get_clim() == samples.get_clim()
    assert samples.get_clim()[1] == 60


def test_many_classes_have_a_bar():
    ax = plots.decision_regions(lambda X: (np.round(X[:, 0]) * 5 + np.round(X[:, 1])).astype(int), GRID * 2)
    assert ax.get_legend() is None and len(ax.figure.axes) == 2


def test_more_features_are_refused():
    with refuses(ShapeError, "(samples, 1) or (samples, 2), got (4, 3)"):
        plots.decision_regions(lambda X: X[:, 0], np.ones((4, 3)))
    with refuses(OptionError, "resolution must be a whole number of at least 2, got 1"):
        plots.decision_regions(lambda X: X[:, 0], GRID, resolution=1)


# --- weights, rates, predictions -------------------------------------------------------------------------------------


def test_the_weights_are_those_of_the_first_layer():
    result = xnn.train(
        GRID, GRID[:, 0] + 0.5, hidden=5, task="regression", epochs=1, validation=None, progress=False, doctor="off"
    )
    ax = plots.first_layer(result)
    assert np.array_equal(ax.images[0].get_array(), result.model.host_params()[0].W)
    low, high = ax.images[0].get_clim()
    assert low == -high
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["feature 0", "feature 1"]


def test_an_image_a_unit():
    W = np.arange(12.0).reshape(6, 2)
    ax = plots.first_layer(W, (2, 3))
    drawn = ax.images[0].get_array().filled(-1)
    assert np.array_equal(drawn[1:3, 1:4], W[:, 0].reshape(2, 3))
    assert len(ax.patches) == 2
    ax = plots.first_layer(W * [[1, 0.1]], (2, 3), most=1)
    assert ax.get_title() == "the 1 of 2 units with the greatest weights"
    assert np.array_equal(ax.images[0].get_array()[1:3, 1:4], W[:, 0].reshape(2, 3))
    with refuses(ShapeError, "height and width of 6 pixels, got (3, 3)"):
        plots.first_layer(W, (3, 3))


def test_a_range_of_rates_ends_where_the_loss_explodes():
    rates = np.geomspace(1e-5, 10, 50)
    losses = np.r_[np.linspace(2, 1, 40), np.geomspace(2, 1e9, 9), np.nan]
    ax = plots.learning_rates(SimpleNamespace(rates=rates, losses=losses, suggestion=0.01))
    low, high = ax.get_ylim()
    assert 0.8 < low < 1 and 2 < high < 3
    assert legend(ax) == ["suggested: 0.01"]
    assert ax.lines[1].get_xdata()[0] == 0.01


def test_predictions_are_against_the_truth():
    true, found = np.array([1.0, 2, 3, 4]), np.array([1.5, 2, 3, 3.5])
    ax = plots.predictions(Fixed(found), None, true)
    assert np.array_equal(ax.collections[0].get_offsets(), np.stack([true, found], axis=1))
    assert ax.get_title() == "R² 0.900, RMSE 0.354"  # 1 - 0.5 / 5, sqrt(0.5 / 4)
    assert ax.get_xlim() == ax.get_ylim()
    ax = plots.predictions(Fixed(np.ones((3, 2))), None, np.ones((3, 2)))
    assert legend(ax) == ["output 0", "output 1", "right"]
    with refuses(DataError, "draw xnn.plots.confusion_matrix"):
        plots.predictions(Fixed(found, [0, 1]), None, true)
    with refuses(ShapeError, "a number for each prediction"):
        plots.predictions(Fixed(found), None, true[:2])
