"""The names that a type checker is told are those of the tables."""

import re
from pathlib import Path
from typing import get_args

import pytest

import xnn
from tests.conftest import WHERE
from xnn import names
from xnn.backends import registry
from xnn.nn import ACTIVATIONS, INITIALIZERS, LOSSES
from xnn.optimizers import OPTIMIZERS, SCHEDULES
from xnn.training.metrics import METRICS
from xnn.training.progress import PROGRESS
from xnn.training.scaling import SCALES
from xnn.training.tasks import TASKS

ROOT = Path(__file__).parents[1]
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
        (names.BackendName, registry._REGISTRY),
    ],
)
def test_the_names_are_those_of_the_table(told, known):
    assert get_args(told) == tuple(known)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("EarlyStopping", ": it is xnn.training.EarlyStopping"),
        ("Adam", ": it is xnn.optimizers.Adam"),
        ("MLP", ": it is xnn.nn.MLP"),
        ("Sequential", ""),
        ("trian", ""),
    ],
)
def test_a_class_of_one_of_the_packages_is_told_where_it_is(name, told):
    with pytest.raises(AttributeError) as caught:
        getattr(xnn, name)
    assert str(caught.value) == f"module 'xnn' has no attribute {name!r}{told}"


def test_every_backend_has_a_row_in_the_rig_and_a_session():
    assert {where.backend for where in WHERE.values()} == set(registry._REGISTRY)
    if (noxfile := ROOT / "noxfile.py").exists():
        rows = noxfile.read_text(encoding="utf-8").split("BACKENDS = {")[1].split("}")[0]
        assert set(re.findall(r'^ *"(\w+)":', rows, re.MULTILINE)) == set(registry._REGISTRY)


def test_what_an_init_lists_is_public_and_no_module_says_so_itself():
    root = Path(xnn.__file__).parent
    assert [str(f.relative_to(root)) for f in root.rglob("_[!_]*.py")] == []
