"""Initializers: the law they draw from, from large draws; and that a seed fixes them."""

from math import sqrt

import numpy
import pytest
from numpy.testing import assert_allclose

from xnn.nn import INITIALIZERS, Normal, Orthogonal, Uniform

IN, OUT = 300, 500  # far apart, so that in, out and their mean cannot be taken for one another

# Name: the variance, and the bound where the law is uniform.
LAWS = {
    "glorot_uniform": (2.0 / (IN + OUT), sqrt(6.0 / (IN + OUT))),
    "glorot_normal": (2.0 / (IN + OUT), None),
    "he_uniform": (2.0 / IN, sqrt(6.0 / IN)),
    "he_normal": (2.0 / IN, None),
    "he_fan_max": (2.0 / OUT, None),
    "lecun_uniform": (1.0 / IN, sqrt(3.0 / IN)),
    "lecun_normal": (1.0 / IN, None),
    "uniform": (0.05**2 / 3.0, 0.05),
    "normal": (0.05**2, None),
}


@pytest.fixture(params=INITIALIZERS)
def initializer(request):
    return INITIALIZERS[request.param]()


def rng(seed: int = 0) -> numpy.random.Generator:
    return numpy.random.default_rng(seed)


def test_every_initializer_has_a_test():
    assert set(INITIALIZERS) == {*LAWS, "orthogonal", "zeros"}


def test_shape_dtype_and_seed(initializer):
    for shape in ((3, 5), (5, 3), (1, 4), (4, 1), (1, 1)):
        W = initializer(rng(), shape)
        assert W.shape == shape
        assert W.dtype == numpy.float64
        assert numpy.array_equal(W, initializer(rng(), shape))


def test_another_seed_gives_other_weights(initializer):
    if initializer == INITIALIZERS["zeros"]():
        return
    assert not numpy.array_equal(initializer(rng(1), (3, 5)), initializer(rng(2), (3, 5)))


def test_he_by_the_larger_side_is_he_but_where_a_layer_widens():
    for shape in ((300, 200), (200, 200)):
        assert numpy.array_equal(INITIALIZERS["he_fan_max"]()(rng(), shape), INITIALIZERS["he_normal"]()(rng(), shape))
    narrow = INITIALIZERS["he_fan_max"]()(rng(), (6, 150))
    assert_allclose(5.0 * narrow, INITIALIZERS["he_normal"]()(rng(), (6, 150)), rtol=1e-12)


@pytest.mark.parametrize("name", LAWS)
def test_mean_variance_and_bounds(name):
    variance, bound = LAWS[name]
    W = INITIALIZERS[name]()(rng(), (IN, OUT))
    entries = W.size
    assert abs(W.mean()) < 5.0 * sqrt(variance / entries)
    assert_allclose(W.var(), variance, rtol=0.02)  # five standard errors of a normal's variance
    if bound:
        assert 0.999 * bound < abs(W).max() <= bound
        assert W.min() < -0.999 * bound
    else:
        assert_allclose((W**4).mean(), 3.0 * variance**2, rtol=0.05)  # a normal's fourth moment


def test_options():
    assert_allclose(Normal(std=2.0)(rng(), (200, 200)).std(), 2.0, rtol=0.02)
    W = Uniform(low=1.0, high=3.0)(rng(), (200, 200))
    assert 1.0 <= W.min() < 1.01
    assert 2.99 < W.max() < 3.0


def test_zeros():
    assert not numpy.any(INITIALIZERS["zeros"]()(rng(), (3, 5)))


@pytest.mark.parametrize("shape", [(7, 3), (3, 7), (5, 5), (1, 4), (4, 1)])
@pytest.mark.parametrize("gain", [1.0, 2.5])
def test_orthogonal_has_orthonormal_rows_or_columns(shape, gain):
    W = Orthogonal(gain)(rng(), shape)
    short = W if shape[0] <= shape[1] else W.T
    for i, one in enumerate(short):
        for j, other in enumerate(short):
            product = sum(float(a) * float(b) for a, b in zip(one, other, strict=True))
            assert_allclose(product, gain**2 if i == j else 0.0, atol=1e-12)


def test_orthogonal_is_uniform_over_orthogonal_matrices():
    """LAPACK's QR alone gives a 1 x 1 matrix of always the same sign, and larger ones a lopsided diagonal."""
    draws = rng()
    signs = [float(Orthogonal()(draws, (1, 1))[0, 0]) for _ in range(400)]
    assert_allclose(numpy.abs(signs), 1.0)
    assert abs(sum(signs)) < 5.0 * sqrt(400)
    corners = numpy.array([Orthogonal()(draws, (3, 3)) for _ in range(400)])
    assert_allclose(corners.mean(axis=0), 0.0, atol=5.0 / sqrt(3 * 400))  # each entry's variance is 1/3
    assert_allclose((corners**2).mean(axis=0), 1.0 / 3.0, atol=0.1)
