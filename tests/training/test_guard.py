"""What the always-on guard compares a loss with: it needs the targets alone, no sample."""

from math import isnan, log
from types import SimpleNamespace

import pytest

from xnn.nn import LOSSES, Penalty
from xnn.training.guard import guessing


def run(lib, loss, targets, weights=None, penalty=None):
    data = SimpleNamespace(targets=lib.array(targets), weights=weights, samples=len(targets))
    return SimpleNamespace(recipe=SimpleNamespace(loss=LOSSES[loss](), penalty=penalty or Penalty()), data=data)


@pytest.mark.parametrize(
    ("loss", "targets", "expected"),
    [
        ("softmax_cross_entropy", [0, 0, 1, 2], 1.5 * log(2.0)),  # of the shares 1/2, 1/4, 1/4
        ("binary_cross_entropy", [[1.0, 0.0], [0.0, 0.0]], log(2.0)),  # of 1/2, and of none
        ("squared_error", [[1.0, 0.0], [3.0, 0.0]], 1.0),
    ],
)
def test_the_loss_of_guessing_alike(lib, loss, targets, expected):
    assert guessing(run(lib, loss, targets)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("loss", "targets", "weights", "expected"),
    [
        ("softmax_cross_entropy", [0, 0, 1, 2], [1.0, 3.0, 4.0, 0.0], 2 * log(2.0)),  # of the shares 1/2, 1/2, 0
        ("binary_cross_entropy", [[1.0, 0.0], [0.0, 0.0]], [1.0, 3.0], 2 * (2 * log(2.0) - 0.75 * log(3.0))),  # of 1/4
        ("squared_error", [[1.0, 0.0], [4.0, 0.0]], [1.0, 2.0], (4.0 + 2.0) / 2),  # of the mean 3
    ],
)
def test_a_weighted_sample_counts_by_its_weight(lib, loss, targets, weights, expected):
    assert guessing(run(lib, loss, targets, weights=lib.array(weights))) == pytest.approx(expected, abs=1e-9)


def test_where_it_is_not_known(lib):
    assert isnan(guessing(run(lib, "absolute_error", [[1.0], [3.0]])))
    assert isnan(guessing(run(lib, "squared_error", [[1.0], [3.0]], penalty=Penalty(l2=0.1))))
