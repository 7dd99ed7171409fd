"""Warnings are silenced while something is tried out, and what was set before is there afterwards, whoever asks."""

import warnings
from threading import Barrier, Thread

import numpy as np
import pytest

import xnn
from xnn.quiet import quiet

pytestmark = pytest.mark.host


def test_threads_that_overlap_leave_the_filters_as_they_were():
    before, entered, left = list(warnings.filters), Barrier(2), Barrier(2)

    def first():
        with quiet():
            entered.wait()
        left.wait()  # while the other is still inside

    def second():
        with quiet():
            entered.wait()
            left.wait()
            warnings.warn("silenced", stacklevel=1)

    threads = [Thread(target=each) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before
    with pytest.warns(UserWarning, match="heard"):
        warnings.warn("heard", stacklevel=1)


def test_checks_in_threads_leave_the_filters_as_they_were():
    before = list(warnings.filters)
    rng = np.random.default_rng(0)
    X, w = rng.normal(size=(5, 3)), rng.normal(size=3)
    reports = []

    def check():
        report = xnn.check_gradients(lambda w, X: np.sum(np.exp(X @ w)), lambda w, X: X.T @ np.exp(X @ w), w, X)
        reports.append(report.ok)

    threads = [Thread(target=check) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reports == [True] * 6
    assert warnings.filters == before


def test_an_error_puts_them_back_too():
    before = list(warnings.filters)
    with pytest.raises(ZeroDivisionError), quiet():
        _ = 1 / 0
    assert warnings.filters == before
