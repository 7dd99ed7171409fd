"""What the corpus of planted faults is worth: its healthy runs learn, and so does what the advice says."""

import numpy as np
import pytest

import xnn

from .corpus import planted, runs
from .snapshot import diagnose

pytestmark = pytest.mark.host


def test_the_rate_that_is_advised_learns():
    """What the advice says to use is used, and the loss falls."""
    programs = [p for p in planted.programs() if p.name.startswith(("rate 1000", "rate 50", "rate 3", "rate 1e-8"))]
    assert len(programs) == 4
    for program in programs:
        rate = diagnose(program).findings[0].facts["rate"]
        right = xnn.diagnose(program.loss, program.gradients, program.params, program.X, program.y, learning_rate=rate)
        assert right.ok, (program.name, rate, right)


@pytest.mark.filterwarnings("ignore")
def test_the_healthy_runs_do_learn():
    for run in runs.healthy():
        losses = np.array([record["loss"] for record in run.records])
        tail = np.median(losses[-10:])
        assert tail < 0.9 * np.median(losses[:3]) or tail < 0.1, run.name
