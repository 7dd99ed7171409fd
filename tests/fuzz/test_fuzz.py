"""A short run of ``python -m tests.fuzz 100000``."""

import pytest

from tests.fuzz.cases import run


@pytest.mark.host
def test_every_case_is_a_right_result_or_one_sentence():
    assert run(0, 150, seed=1) == []
