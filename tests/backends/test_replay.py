"""Where a recording's inputs and results lie; the recorder calls the function again where CuPy's replays a graph."""

import numpy as np
import pytest

from xnn.backends.replay import Replayed, Unrecordable

pytestmark = pytest.mark.host


class Again:
    """Records by remembering the work: what it reads and writes is bound when it is recorded, as a graph's is."""

    def __init__(self):
        self.recorded = 0

    def scalar(self, value, like):
        floats = [x.dtype for x in like if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
        return np.full((), value, "int32" if isinstance(value, int) else floats[0])

    def copied(self, array):
        return array.copy()

    def warm_up(self, work):
        work()

    def record(self, work):
        self.recorded += 1
        return work


def momentum(state, x, rate):
    """``v <- v / 2 + x; p <- p - rate v``, v in place and p in new memory; returns a loss too."""
    (p, v), t = state
    v *= 0.5
    v += x
    return ([p - rate * v, v], t + 1), np.sum(p * x)


def start():
    return ([np.array([1.0, 2.0]), np.zeros(2)], 0)


def expected(xs, rates):
    p, v, losses = np.array([1.0, 2.0]), np.zeros(2), []
    for x, rate in zip(xs, rates, strict=True):
        losses.append(sum(p * x))
        v = 0.5 * v + x
        p = p - rate * v
    return p, v, losses


XS = [np.array([1.0, -1.0]), np.array([0.5, 2.0]), np.array([3.0, 1.0]), np.array([-1.0, 0.0])]


@pytest.mark.parametrize("rates", [[0.1] * 4, [0.1, 0.1, 0.3, 0.2]])
def test_every_step_sees_its_own_inputs(rates):
    recorder = Again()
    step, state, losses = Replayed(momentum, (0,), recorder), start(), []
    for x, rate in zip(XS, rates, strict=True):
        state, loss = step(state, x.copy(), rate)
        losses.append(loss)
    p, v, due = expected(XS, rates)
    np.testing.assert_allclose(state[0], [p, v])
    np.testing.assert_allclose(losses, due)  # none was overwritten by a later step
    assert int(state[1]) == 4
    assert recorder.recorded == 1


def test_what_stays_the_same_array_is_not_copied_and_what_changes_is_never_written_to():
    recorder = Again()
    step, state = Replayed(momentum, (0,), recorder), start()
    x = XS[0].copy()
    for _ in range(3):
        state, _ = step(state, x, 0.1)
    assert recorder.recorded == 1
    x += 1.0  # the caller's own memory is read where it lies
    state, loss = step(state, x, 0.1)
    other = XS[1].copy()
    state, _ = step(state, other, 0.1)
    state, _ = step(state, XS[2].copy(), 0.1)
    assert recorder.recorded == 2
    np.testing.assert_array_equal(other, XS[1])
    p, v, losses = expected([XS[0]] * 3 + [XS[0] + 1.0, XS[1], XS[2]], [0.1] * 6)
    np.testing.assert_allclose(state[0], [p, v])
    assert loss == pytest.approx(losses[3])


def test_donated_arrays_are_updated_where_they_are():
    step, state = Replayed(momentum, (0,), Again()), start()
    p, v = state[0]
    for x in XS:
        state, _ = step(state, x, 0.1)
    assert state[0][0] is p
    assert state[0][1] is v


def test_each_set_of_shapes_has_its_recording():
    def total(state, x):
        return [state[0] + np.sum(x)], None

    recorder = Again()
    step, state = Replayed(total, (0,), recorder), [np.zeros(())]
    for n in (3, 3, 2, 2, 3, 2):
        state, nothing = step(state, np.ones(n))
        assert nothing is None
    assert float(state[0]) == 15.0
    assert recorder.recorded == 2


def test_what_cannot_be_recorded_is_called_as_it_is():
    class Refuses(Again):
        def record(self, work):
            raise Unrecordable("it waits for the device")

    step, state = Replayed(momentum, (0,), Refuses()), start()
    for x in XS:
        state, _ = step(state, x, 0.1)
    np.testing.assert_allclose(state[0], expected(XS, [0.1] * 4)[:2])
