"""Means of gradients that ended do not stay denormal, and nothing else of an optimizer changes by that."""

import numpy
import pytest
from numpy.testing import assert_array_equal

from xnn.optimizers import OPTIMIZERS, Adam, Momentum
from xnn.optimizers.base import SETTLE, State


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if OPTIMIZERS[name].slots])
@pytest.mark.parametrize("dtype", ["float32"])
def test_means_of_a_gradient_that_ended_become_zero(lib, name, dtype):
    """Left alone Adam's stays at 4 times the smallest number, since 0.9 of that is 3.6 times, which is rounded to 4."""
    optimizer, none = OPTIMIZERS[name](), [lib.array(numpy.zeros(3))]
    params = [lib.array(numpy.ones(3))]
    params, state = optimizer.update(params, [lib.array(numpy.full(3, 1e-25))], optimizer.init(params), 0.1)
    for _ in range(1000):
        params, state = optimizer.update(params, none, state, 0.1)
    for slot in state.slots:
        entries = lib.host(slot[0])
        assert not ((entries != 0) & (abs(entries) < 2.0**-126)).any()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_moves_weights_is_left_alone(lib, name):
    optimizer = OPTIMIZERS[name]()
    rng = numpy.random.default_rng(0)
    for size in (1.0, 1e-6, 1e-12):
        slots = tuple([lib.array(size**2 * rng.uniform(0.1, 1.0, size=5))] for _ in optimizer.slots)
        settled = optimizer.settled(State(SETTLE, slots))
        for a, b in zip(settled.slots, slots, strict=True):
            assert_array_equal(lib.host(a[0]), lib.host(b[0]))


def test_an_epsilon_of_next_to_nothing_keeps_every_v():
    adam = Adam(epsilon=1e-30)
    state = State(128, ([numpy.array([1e-30, 1e-36], "float32")], [numpy.array([1e-30, 1e-37], "float32")]))
    settled = adam.settled(state)
    assert settled.slots[0][0].tolist() == [numpy.float32(1e-30), 0.0]
    assert_array_equal(settled.slots[1][0], state.slots[1][0])


def test_a_step_is_what_it_would_be():
    """In float64 nothing is small: 300 steps are those of the rule alone, whatever is settled on the way."""
    momentum, p, v = Momentum(), numpy.array([1.0, -2.0]), numpy.zeros(2)
    params, state = [p.copy()], momentum.init([p])
    for t in range(300):
        g = numpy.array([numpy.sin(t), 1e-9])
        params, state = momentum.update(params, [g], state, 0.01)
        v = 0.9 * v + g
        p = p - 0.01 * v
    assert_array_equal(params[0], p)


def test_the_users_own_arithmetic_is_left_alone():
    """Products of small numbers keep their bits while and after a network trains, also in threads that BLAS made."""
    import xnn

    small, seen = numpy.full((64, 64), 1e-160), []
    expected = small * 1e-155
    assert (expected > 0).all()
    X, y = xnn.datasets.circle(n=60, seed=0)
    xnn.train(X, y, hidden=4, epochs=2, progress=False, callbacks=[lambda run: seen.append(small * 1e-155)])
    for product in (*seen, small * 1e-155):
        assert_array_equal(product, expected)
    assert ((small @ numpy.full((64, 64), 1e-155)) > 0).all()
