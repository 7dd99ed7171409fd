"""The names that a type checker is told are those of the tables."""

from typing import get_args

import pytest

from xnn import names
from xnn.backends import _registry
from xnn.nn import ACTIVATIONS, INITIALIZERS, LOSSES
from xnn.optimizers import OPTIMIZERS, SCHEDULES
from xnn.training.metrics import METRICS
from xnn.training.progress import PROGRESS
from xnn.training.scaling import SCALES
from xnn.training.tasks import TASKS

pytestmark = pytest.mark.host


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (names.ActivationName, ACTIVATIONS),
        (names.LossName, LOSSES),
        (names.OptimizerName, OPTIMIZERS),
        (names.ScheduleName, SCHEDULES),
        (names.InitializerName, INITIALIZERS),
        (names.TaskName, TASKS),
        (names.ScaleName, SCALES),
        (names.ProgressName, PROGRESS),
        (names.MetricName, METRICS),
        (names.BackendName, _registry._REGISTRY),
    ],
)
def test_the_names_are_those_of_the_table(told, known):
    assert get_args(told) == tuple(known)
