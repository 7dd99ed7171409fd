"""A compiled step on NumPy computes with 0 in place of denormal numbers, and nothing else does."""

import platform
import sys

import numpy
import pytest

from xnn.backends import resolve
from xnn.backends._denormals import flushing
from xnn.optimizers import Adam

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="the processor's flags are set on x86-64 Linux"
)
ONE, DENORMAL = numpy.float32(1.0), numpy.full(3, 1e-40, "float32")


def test_denormals_are_zero_inside_alone():
    assert (DENORMAL * ONE > 0).all()
    assert flushing(lambda: DENORMAL * ONE)().tolist() == [0.0, 0.0, 0.0]
    assert (DENORMAL * ONE > 0).all()


def test_an_exception_leaves_no_trace():
    def fails():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        flushing(fails)()
    assert (DENORMAL * ONE > 0).all()


def test_adams_mean_of_a_gradient_that_ended_becomes_zero():
    """Left alone it stays at 4 times the smallest number, since 0.9 of that is 3.6 times, which is rounded to 4."""
    adam, p, none = Adam(), [numpy.ones(3, "float32")], numpy.zeros(3, "float32")
    for compiled, expected in ((adam.update, 4 * 2.0**-149), (resolve("numpy").backend.compile(adam.update), 0.0)):
        params, state = adam.update(p, [numpy.ones(3, "float32")], adam.init(p), 0.1)
        for _ in range(1200):
            params, state = compiled(params, [none], state, 0.1)
        assert state.slots[0][0].tolist() == [expected] * 3
