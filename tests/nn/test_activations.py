"""Activations: values and derivatives against plain loops and PyTorch, on every library."""

from math import erfc, exp, pi, sqrt

import numpy
import pytest
from numpy.testing import assert_allclose

from tests.nn.rows import ACTIVATION_ROWS, ActivationRow
from tests.rig import central_differences
from xnn.nn import ACTIVATIONS, ELU, LeakyReLU, ReLU
from xnn.nn.special import normal_cdf, normal_pdf

# No entry is within a difference step of 0, where some have a kink.
Z = numpy.array([[-4.0, -1.3, 0.7], [2.1, -0.05, 0.4], [0.01, 5.5, -2.2], [-0.6, -0.7, -0.8]])
DY = numpy.array([[0.3, -1.2, 2.0], [1.0, 0.7, -0.4], [-0.9, 0.2, 1.5], [0.0, 1.0, -3.0]])


@pytest.fixture(params=ACTIVATION_ROWS.values(), ids=ACTIVATION_ROWS.keys())
def row(request):
    return request.param


def formula_of(row: ActivationRow, z: numpy.ndarray) -> numpy.ndarray:
    return numpy.array([row.formula(list(map(float, units))) for units in z])


def test_every_activation_has_a_row():
    assert set(ACTIVATIONS.values()) == {type(row.activation) for row in ACTIVATION_ROWS.values()}
    for name, cls in ACTIVATIONS.items():
        assert type(ACTIVATION_ROWS[name].activation) is cls


def test_value_is_the_formula(row, lib, dtype):
    lib.assert_close(row.activation.forward(lib.array(Z)), formula_of(row, Z))


def test_backward_is_the_derivative_of_the_formula(row, lib, dtype):
    z = lib.array(Z)
    dz = row.activation.backward(lib.array(DY), z, row.activation.forward(z))
    expected = central_differences(lambda at: numpy.sum(DY * formula_of(row, at)), Z)
    lib.assert_close(dz, expected, **({"atol": 5e-6} if dtype == "float32" else {"rtol": 1e-8, "atol": 1e-9}))


def test_backward_is_the_derivative_of_forward(row):
    forward = row.activation.forward
    expected = central_differences(lambda at: numpy.sum(DY * forward(at)), Z)
    assert_allclose(row.activation.backward(DY, Z, forward(Z)), expected, rtol=1e-8, atol=1e-9)


def test_value_and_gradient_are_those_of_torch(row, torch):
    """Far out, too, and at 0: where a kinked one has no derivative, both take the same."""
    host = numpy.array([[0.0, -0.0, 1e4], [-1e4, 30.0, -30.0], [-9.0, 1e-6, 8.0], [3.0, 3.0, 3.0]])
    z = torch.asarray(host, dtype=torch.float64).requires_grad_()
    y = row.torch(torch, z)
    (dz,) = torch.autograd.grad(y, z, torch.asarray(DY))
    ours = row.activation.forward(host)
    assert_allclose(ours, y.detach().numpy(), rtol=1e-12, atol=1e-13)
    assert_allclose(row.activation.backward(DY, host, ours), dz.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float32"])
@pytest.mark.parametrize("size", [40.0, 90.0, 1e4])  # e^90 is above what float32 holds
def test_large_values_do_not_overflow(row, lib, dtype, size):
    """Warnings are errors, so NumPy saying "overflow" fails here as well as inf and NaN."""
    z = lib.array([[size, -size, 0.5], [-size, -size, -size], [size, size, size]])
    dy = lib.array(DY[:3])
    y = row.activation.forward(z)
    dz = row.activation.backward(dy, z, y)
    for array in (y, dz):
        assert numpy.all(numpy.isfinite(lib.host(array)))
        assert array.dtype == z.dtype


@pytest.mark.libs("numpy", "array_api_strict", "torch", "cupy")  # JAX compiles each shape, and none tells more
def test_elementwise_ones_take_any_shape(row, lib):
    for host in (Z[0], Z.reshape(2, 2, 3)):
        z = lib.array(host)
        expected = formula_of(row, host.reshape(-1, 3)).reshape(host.shape)
        y = row.activation.forward(z)
        lib.assert_close(y, expected)
        assert row.activation.backward(y, z, y).shape == host.shape


def test_nan_is_not_hidden(row, lib):
    """A network that diverged must show it in its loss: max(NaN, 0) = 0 would hide it."""
    y = lib.host(row.activation.forward(lib.array([[float("nan")]])))
    assert numpy.isnan(y).all()


def test_slope_at_the_kink(lib):
    zero = lib.array([0.0])
    one = lib.array([1.0])
    lib.assert_close(ReLU().backward(one, zero, zero), [0.0])
    lib.assert_close(LeakyReLU(0.2).backward(one, zero, zero), [0.2])
    lib.assert_close(ELU(0.5).backward(one, zero, zero), [0.5])


def test_initializer_fits_the_activation():
    """He's doubles the variance, for what passes only half of it on."""
    halving = {"relu", "leaky_relu", "elu", "silu", "gelu", "gelu_tanh"}
    for name, cls in ACTIVATIONS.items():
        assert cls.initializer == ("he_fan_max" if name in halving else "glorot_uniform"), name


def test_normal_cdf_is_accurate_relatively_in_both_tails():
    """At -38 the result is 3e-316; a difference of two large numbers would have lost it by -9."""
    z = numpy.linspace(-38.0, 38.0, 4001)
    expected = numpy.array([0.5 * erfc(-at / sqrt(2.0)) for at in z])
    normal = expected > 1e-300  # below, the last places themselves are lost
    tolerance = 2.3e-16 * (4.0 + 2.0 * z * z)  # z^2/2 of it is xnn's own; rounding z/sqrt(2) above costs the rest
    ours = normal_cdf(z)
    assert numpy.all(numpy.abs(ours - expected)[normal] <= (tolerance * expected)[normal])
    assert_allclose(ours, expected, rtol=0, atol=1e-15)


def test_normal_cdf_and_pdf_on_every_library(lib, dtype):
    z = numpy.linspace(-5.0, 5.0, 41)
    lib.assert_close(normal_cdf(lib.array(z)), [0.5 * erfc(-at / sqrt(2.0)) for at in z])
    lib.assert_close(normal_pdf(lib.array(z)), [exp(-at * at / 2.0) / sqrt(2.0 * pi) for at in z])
