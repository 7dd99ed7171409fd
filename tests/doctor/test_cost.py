"""How often a costly program is called: counted, as budgets are. Its verdicts are those of a cheap one."""

import numpy as np
import pytest

import xnn

from .corpus import data
from .corpus.nets import STYLES, Net
from .snapshot import cases

pytestmark = pytest.mark.host


class Counted:
    """A healthy program whose two functions count their calls; a costly one runs thousands of lines of Python."""

    def __init__(self, lines):
        X, T, y = data.blobs()
        net = Net((4, 8, 3), "tanh")
        self.loss_of, self.gradients_of, self.params, self.X, self.y, _ = STYLES["dict"](
            net, net.init(np.random.default_rng(0)), X, T, y
        )
        self.lines, self.losses, self.gradient_calls, self.at_start = lines, 0, 0, 0

    def loss(self, p, X, y):
        self.losses += 1
        for _ in range(self.lines):
            pass
        return self.loss_of(p, X, y)

    def gradients(self, p, X, y):
        self.gradient_calls += 1
        self.at_start += len(X) == len(self.X) and all(np.array_equal(p[name], x) for name, x in self.params.items())
        for _ in range(self.lines):
            pass
        return self.gradients_of(p, X, y)

    def diagnose(self, rate):
        return xnn.diagnose(self.loss, self.gradients, self.params, self.X, self.y, learning_rate=rate)


def test_a_costly_healthy_program_is_called_less_often_than_a_cheap_one():
    cheap, costly = Counted(0), Counted(5000)
    assert cheap.diagnose(0.1).ok and costly.diagnose(0.1).ok
    assert costly.gradient_calls <= 130
    assert costly.losses <= 700
    assert cheap.gradient_calls > 2 * costly.gradient_calls


def test_the_gradient_at_the_users_parameters_is_asked_for_once_by_all_checks_together():
    program = Counted(0)
    program.diagnose(0.1)
    assert program.at_start <= 4  # the checker calls it to see how it behaves, and the lines of a call are counted


@pytest.mark.parametrize(("rate", "code"), [(1e4, "learning-rate-high"), (1e-9, "learning-rate-low")])
def test_a_costly_program_has_its_rate_judged_as_a_cheap_one_has(rate, code):
    assert [f.code for f in Counted(2000).diagnose(rate).faults] == [code]


def test_a_right_gradient_that_saturation_hides_is_not_searched_for_a_fault(monkeypatch):
    """With large weights the check disagrees, and its search for a line would be the dearest part of a diagnosis."""
    searched = []
    monkeypatch.setattr(
        "xnn.gradcheck.explain.place_findings", lambda *given, **more: searched.append(1) or given[4]
    )  # fmt: skip
    found = cases("corpus")["sick weights of 20 (object)"].diagnosis()
    assert [f.code for f in found.faults] == ["init-scale"]
    assert searched == []
