"""A short version of ``python -m tests.training.killing 200``."""

import pytest

from tests.training.killing import kill


@pytest.mark.filterwarnings("ignore:os.fork:RuntimeWarning")
@pytest.mark.libs("numpy", "array_api_strict", "torch", "jax")
def test_killed_runs_end_as_if_nothing_had_been(lib):
    kills = {"numpy": 24, "array_api_strict": 6}.get(lib.name, 2)
    assert kill(kills, lib.name, seed=1, quick=lib.name in ("numpy", "array_api_strict")) == (kills, 0)
