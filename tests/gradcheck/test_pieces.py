"""The pieces: numeric gradients, structures, derivatives of one function, steps."""

import numpy as np
import pytest

from xnn.errors import DataError, OptionError
from xnn.gradcheck import (
    GradientError,
    LossError,
    check_derivative,
    check_gradients,
    gradients_from_step,
    numeric_gradients,
)
from xnn.gradcheck.bugs.explanation import fit
from xnn.gradcheck.bugs.places import entries
from xnn.gradcheck.dense import search
from xnn.gradcheck.dense.activations import FUNCTIONS
from xnn.gradcheck.dense.layout import layouts
from xnn.gradcheck.dense.one_sample import recognise
from xnn.gradcheck.numeric import coordinates, noise_of
from xnn.gradcheck.program.calls import Program
from xnn.gradcheck.program.tree import Structure

pytestmark = pytest.mark.host


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_numeric_gradient_and_its_error(scale):
    w = scale * np.linspace(0.3, 2.0, 7)
    found = numeric_gradients(lambda w: np.sum(np.exp(np.sin(w / scale))), w)
    exact = np.cos(w / scale) * np.exp(np.sin(w / scale)) / scale
    off = np.abs(found.values - exact)
    assert np.all(off <= 3 * found.errors + 1e-15 / scale)
    assert np.all(off * scale < 1e-9)


def test_numeric_gradient_at_a_corner():
    found = numeric_gradients(lambda w: np.sum(np.abs(w)), np.array([0.0, 1e-4, 1.0, -2.0]))
    np.testing.assert_array_equal(found.kinks, [1, 0, 0, 0])
    np.testing.assert_allclose(found.values[1:], [1, 1, -1], atol=1e-9)


def test_numeric_gradients_need_a_number():
    with pytest.raises(LossError, match="nan"):
        numeric_gradients(lambda w: float("nan"), np.ones(2))
    with pytest.raises(LossError, match="boom"):
        numeric_gradients(_boom, np.ones(2))


def _boom(w):
    raise RuntimeError("boom")


def test_noise_is_measured():
    theta = np.linspace(0.1, 1, 5)
    rng = np.random.default_rng(0)
    smooth = Program(lambda w: np.sum(np.sin(w)), None, theta)
    assert noise_of(smooth.along(theta), rng) < 1e-14
    low = Program(lambda w: np.sum(np.sin(w.astype("float32"))), None, theta)
    assert 1e-8 < noise_of(low.along(theta), rng) < 1e-5


def test_float32_losses_are_differentiated_as_well_as_they_can_be():
    theta = np.linspace(0.1, 1, 5)
    program = Program(lambda w: np.float32(np.sum(np.sin(w.astype("float32")))), None, theta)
    at = program.along(theta)
    found = coordinates(at, range(5), noise_of(at, np.random.default_rng(0)))
    assert np.all(np.abs(found.value - np.cos(theta)) < 1e-3)
    assert np.all(np.abs(found.value - np.cos(theta)) < 10 * found.error)


def test_structures_refuse_what_holds_no_numbers():
    with pytest.raises(DataError, match="no array"):
        Structure({"name": "x", "size": None})
    with pytest.raises(OptionError, match="names"):
        Structure([np.ones(2)], names=["a", "b"])
    with pytest.raises(OptionError, match="tolerance"):
        check_gradients(np.sum, np.ones_like, np.ones(2), tolerance=-1.0)
    with pytest.raises(OptionError, match="functions"):
        check_gradients(1.0, np.ones_like, np.ones(2))


def test_one_array_in_two_places():
    w = np.array([1.0, 2.0])
    report = check_gradients(lambda p: np.sum(p[0] * p[1] ** 2), lambda p: [p[1] ** 2, 2 * p[0] * p[1]], [w, w])
    assert report.ok


def test_layouts_of_a_vector():
    leaves = Structure(np.zeros(38)).leaves
    sizes = {tuple(layer.W.shape for layer in layout) for layout in layouts(leaves, 3, [3])}
    assert ((3, 5), (5, 3)) in sizes
    for layout in layouts(leaves, 3, [3]):
        used = np.concatenate([part.ravel() for layer in layout for part in (layer.W, layer.b) if part is not None])
        assert sorted(used) == list(range(38))


def test_three_hidden_layers_of_one_width_are_among_the_layouts():
    leaves = Structure(np.zeros((2 + 1) * 6 + 2 * (6 + 1) * 6 + (6 + 1) * 3)).leaves
    outputs = [3, 1, 2, *range(4, 14), 100]  # of labels 0, 1 and 2
    shapes = [[layer.W.shape for layer in layout] for layout in layouts(leaves, 2, outputs)]
    assert [(2, 6), (6, 6), (6, 6), (6, 3)] in shapes


@pytest.mark.parametrize("apart", [1.0, 1e-3, 1e-6])
def test_a_fit_of_two_numbers_is_that_of_least_squares(apart):
    rng = np.random.default_rng(0)
    G, D, noise = rng.normal(size=(3, 5, 8))
    R = D + apart * noise  # almost parallel
    c, mu, residual = fit(G, D, R)
    (c_there, mu_there), rest, *_ = np.linalg.lstsq(np.stack([D.ravel(), R.ravel()], axis=1), G.ravel())
    assert c == pytest.approx(c_there, rel=1e-15 / apart**2 + 1e-12)
    assert mu == pytest.approx(mu_there, rel=1e-15 / apart**2 + 1e-12)
    assert residual == pytest.approx(rest[0] ** 0.5 / np.linalg.norm(G), rel=1e-9)


def test_the_search_ends_by_what_it_has_computed(monkeypatch):
    rng = np.random.default_rng(0)
    X, T = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    params = [rng.normal(size=shape) for shape in ((3, 4), (4,), (4, 2), (2,))]
    structure = Structure(params)

    def loss(theta):
        W1, b1, W2, b2 = structure.at(theta)
        return np.sum(np.cosh(np.tanh(X @ W1 + b1) @ W2 + b2 - T) ** 0.7)  # none of those that are known

    monkeypatch.setattr(search, "NUMBERS", 5_000_000)
    tried = search.Search(structure.leaves, structure.vector(), loss, [X, T])
    assert tried.rest() is None
    assert 5_000_000 < tried.work < 7_000_000


def test_where_in_words():
    mask = np.zeros((3, 4), dtype=bool)
    mask[0] = True
    assert entries(mask) == "the first row (0)"
    mask[:, 3] = True
    assert entries(mask) == "the first row (0) and the last column (3)"
    mask[:] = False
    mask[1, 2] = True
    assert entries(mask) == "entry [1, 2]"
    assert entries(np.array([True, False])) == "the first entry (0)"


@pytest.mark.parametrize("known", FUNCTIONS, ids=lambda known: known.name)
def test_known_functions_and_their_derivatives(known):
    report = check_derivative(known.f, known.df)
    assert report.ok, report
    assert report.expects == "input"


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_check_derivative_names_what_it_is():
    relu = lambda z: np.maximum(0, z)  # noqa: E731
    report = check_derivative(relu, lambda z: np.log(1 + np.exp(z)))
    assert report.is_function == "softplus itself"
    assert not report.ok
    assert report.findings[0].code == "derivative-wrong"

    report = check_derivative(sigmoid, lambda a: a * (1 - a))
    assert (report.ok, report.expects) == (False, "output")
    assert check_derivative(sigmoid, lambda a: a * (1 - a), of="output").ok

    report = check_derivative(sigmoid, lambda z: sigmoid(sigmoid(z)) * (1 - sigmoid(sigmoid(z))))
    assert report.findings[0].code == "derivative-of-output"

    report = check_derivative(np.tanh, lambda z: 1 - np.tanh(z))
    assert report.is_function == "1 - f(z)"

    report = check_derivative(np.sin, lambda z: 2 * np.cos(z))
    assert report.is_function == "2 times the derivative of f"

    report = check_derivative(np.sin, lambda z: np.cos(z) ** 3 + 0.1)
    assert report.findings[0].code == "unknown"
    with pytest.raises(GradientError):
        report.raise_if_wrong()


def test_check_derivative_of_one_number_at_a_time():
    import math

    assert check_derivative(math.sin, math.cos).ok
    assert not check_derivative(math.sin, math.sin).ok
    assert check_derivative(lambda z: 3 * z, lambda z: 3.0).ok
    with pytest.raises(OptionError, match="of must be"):
        check_derivative(np.sin, np.cos, of="z")


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def test_check_derivative_of_functions_that_join_their_entries():
    for df, of in ((lambda z: softmax(z) * (1 - softmax(z)), "input"), (lambda p: p * (1 - p), "output")):
        report = check_derivative(softmax, df, of=of)
        assert [f.code for f in report.findings] == ["softmax-diagonal"]
        assert not report.ok
        assert "WRONG" in str(report)
    with pytest.raises(OptionError, match="joins its entries"):
        check_derivative(lambda z: (z - z.mean()) / z.std(), lambda z: z)


PARAMETRIC = {
    "leaky relu": (lambda z: np.where(z > 0, z, 0.13 * z), lambda z: np.where(z > 0, 1.0, 0.13)),
    "elu": (lambda z: np.where(z > 0, z, 0.7 * np.expm1(z)), lambda z: np.where(z > 0, 1.0, 0.7 * np.exp(z))),
    "swish": (
        lambda z: z / (1 + np.exp(-1.7 * z)),
        lambda z: (1 + np.exp(-1.7 * z) * (1 + 1.7 * z)) / (1 + np.exp(-1.7 * z)) ** 2,
    ),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-2.5 * z)), lambda z: 2.5 * np.exp(-2.5 * z) / (1 + np.exp(-2.5 * z)) ** 2),
    "tanh": (lambda z: np.tanh(0.6 * z), lambda z: 0.6 / np.cosh(0.6 * z) ** 2),
    "gaussian": (lambda z: np.exp(-0.3 * z * z), lambda z: -0.6 * z * np.exp(-0.3 * z * z)),
    "z**3": (lambda z: z + 0.2 * z**3, lambda z: 1 + 0.6 * z * z),
    "sin": (lambda z: 3 * np.sin(z), lambda z: 3 * np.cos(z)),
    "softplus": (lambda z: np.log1p(np.exp(z)) - np.log(2), lambda z: 1 / (1 + np.exp(-z))),
}


@pytest.mark.parametrize("name", PARAMETRIC)
def test_a_function_is_recognised_with_its_parameter(name):
    f, df = PARAMETRIC[name]
    z = np.random.default_rng(0).normal(size=30)
    found = recognise(z, f(z))
    assert name in found.name
    np.testing.assert_allclose(found.f(2 * z), f(2 * z), atol=1e-9)
    np.testing.assert_allclose(found.df(2 * z), df(2 * z), atol=1e-9)
    assert recognise(z, np.sinh(z) * np.cos(3 * z)) is None


def test_gradients_from_step_refuses_a_step_that_does_nothing():
    gradients = gradients_from_step(lambda p: None, 0.1)
    with pytest.raises(OptionError, match="changed nothing"):
        gradients(np.ones(2))
    with pytest.raises(OptionError, match="positive"):
        gradients_from_step(lambda p: None, 0.0)


@pytest.mark.parametrize("rate", [1e-4, 1e-2, 1.0])
def test_gradients_from_step_leave_parameters_alone(rate):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(9, 4)), rng.normal(size=9)
    w = rng.normal(size=4)

    def step(w, x, y):
        w -= rate * 2 * x.T @ (x @ w - y)

    before = w.copy()
    report = check_gradients(lambda w, x, y: np.sum((x @ w - y) ** 2), gradients_from_step(step, rate), w, x, y)
    assert report.ok, report
    np.testing.assert_array_equal(w, before)


def test_methods_and_partials_tell_their_data():
    from functools import partial

    rng = np.random.default_rng(0)

    class Network:
        def __init__(self):
            self.x, self.y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))

        def loss(self, p):
            return np.mean((np.tanh(self.x @ p[0]) @ p[1] - self.y) ** 2)

        def gradients(self, p):
            a = np.tanh(self.x @ p[0])
            d = 2 * (a @ p[1] - self.y) / self.y.size
            return [self.x.T @ (d @ p[1].T), a.T @ d]

    network, params = Network(), [rng.normal(size=(3, 4)), rng.normal(size=(4, 2))]
    report = check_gradients(network.loss, network.gradients, params)
    assert [f.code for f in report.findings] == ["derivative-missing"]
    first = partial(lambda net, p: net.loss(p), network)
    assert not check_gradients(first, network.gradients, params).ok
