"""``where``: the options of ``train`` that name a backend, over every backend there is."""

from typing import Any

import pytest

from tests.conftest import WHERE, _demanded
from xnn.backends import registry


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "where" not in metafunc.fixturenames:
        return
    demanded = _demanded(metafunc.config)
    chosen: list[Any] = []
    for name, row in WHERE.items():
        if row.readonly or (demanded and row.backend not in demanded):
            continue
        reason = registry._REGISTRY[row.backend].why_not()
        options = {"backend": row.backend, "device": row.device}
        chosen.append(pytest.param(options, id=name, marks=[pytest.mark.skip(reason=reason)] if reason else []))
    metafunc.parametrize("where", chosen)
