"""Schedules against closed formulas in plain Python, and what holds for all of them."""

from itertools import pairwise
from math import cos, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rig import refuses
from xnn.errors import OptionError
from xnn.optimizers import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    InverseTime,
    ReduceOnPlateau,
    Step,
)


def cosine(epoch, epochs, warmup, final):
    if epoch < warmup:
        return epoch / warmup
    return final + (1 - final) * (1 + cos(pi * (epoch - warmup) / (epochs - warmup))) / 2


def step(epoch, every, gamma):
    factor = 1.0
    while epoch >= every:
        epoch -= every
        factor *= gamma
    return factor


ROWS = {
    "constant": (Constant(), lambda e, n: 1.0),
    "inverse_time": (InverseTime(0.3), lambda e, n: 1 / (1 + 0.3 * e)),
    "exponential": (Exponential(0.9), lambda e, n: 0.9**e),
    "step": (Step(4, 0.2), lambda e, n: step(e, 4, 0.2)),
    "cosine": (Cosine(), lambda e, n: cosine(e, n, 0, 0)),
    "cosine(warmup)": (Cosine(3, 0.1), lambda e, n: cosine(e, n, 3, 0.1)),
    "reduce_on_plateau": (ReduceOnPlateau(), lambda e, n: 1.0),  # before it has seen a loss
}
PARTS = 8  # steps an epoch; a power of two, so that epochs are exact


@pytest.fixture(params=ROWS.values(), ids=ROWS.keys())
def row(request):
    return request.param


def test_every_schedule_has_a_row():
    assert set(SCHEDULES.values()) == {type(schedule) for schedule, _ in ROWS.values()}


def test_factor_is_the_formula(row):
    schedule, formula = row
    for i in range(20 * PARTS + 1):
        epoch = i / PARTS
        assert schedule.factor(epoch, 20, schedule.init()) == pytest.approx(formula(epoch, 20), rel=1e-12, abs=1e-15)


@given(
    schedule=st.one_of(
        st.builds(InverseTime, st.floats(1e-3, 10)),
        st.builds(Exponential, st.floats(0.01, 1)),
        st.builds(Step, st.floats(0.5, 30), st.floats(0.01, 1)),
        st.builds(Cosine, st.floats(0, 5), st.floats(0, 1)),
        st.just(Constant()),
    ),
    epochs=st.integers(1, 30),
)
def test_factors_start_at_one_or_warm_up_to_it_and_never_rise_again(schedule, epochs):
    factors = [schedule.factor(i / PARTS, epochs) for i in range(epochs * PARTS)]
    warm = [f for i, f in enumerate(factors) if i / PARTS >= getattr(schedule, "warmup", 0.0)]
    assert all(0.0 <= f <= 1.0 for f in factors)
    assert all(f > 0.0 for f in warm)
    assert all(a >= b for a, b in pairwise(warm))
    if getattr(schedule, "warmup", 0.0) == 0.0:
        assert factors[0] == 1.0


def plateau(losses, gamma, patience, threshold):
    """The factor after each loss, by hand."""
    best, waited, factor, factors = None, 0, 1.0, []
    for loss in losses:
        if loss == loss and (best is None or loss < best - threshold * abs(best)):
            best, waited = loss, 0
        else:
            waited += 1
            if waited == patience:
                factor, waited = factor * gamma, 0
        factors.append(factor)
    return factors


@given(
    losses=st.lists(st.floats(-3, 3) | st.just(float("nan")), max_size=30),
    gamma=st.sampled_from([0.1, 0.5]),
    patience=st.integers(1, 4),
    threshold=st.sampled_from([0.0, 1e-4, 0.3]),
)
def test_plateaus_are_those_counted_by_hand(losses, gamma, patience, threshold):
    schedule = ReduceOnPlateau(gamma, patience, threshold)
    state, factors = schedule.init(), []
    for loss in losses:
        state = schedule.observe(state, loss)
        factors.append(schedule.factor(0.0, 1, state))
    assert factors == plateau(losses, gamma, patience, threshold)


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (InverseTime, "decay", 0.0),
        (InverseTime, "decay", -1.0),
        (Exponential, "gamma", 0.0),
        (Exponential, "gamma", 1.1),
        (Step, "every", 0),
        (Step, "gamma", -0.1),
        (Cosine, "warmup", -1),
        (Cosine, "warmup", float("inf")),
        (Cosine, "final", 1.5),
        (Cosine, "final", -0.1),
        (ReduceOnPlateau, "gamma", 0.0),
        (ReduceOnPlateau, "patience", 0),
    ],
)
def test_options_out_of_range_are_refused(make, name, value):
    with refuses(OptionError, name, str(value)):
        make(**{name: value})
