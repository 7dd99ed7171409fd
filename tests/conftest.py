"""The rig: a test that asks for ``lib`` runs on every array library, and fails where one is demanded and missing.

``lib`` is one array library on one device in one precision::

    def test_relu(lib, dtype):
        y = ReLU().forward(lib.array([-1.0, 2.0]))
        lib.assert_close(y, [0.0, 2.0])

A test that asks for ``dtype`` too runs in float32 and in float64; one that does not, in float64.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import array_api_compat
import hypothesis
import numpy
import pytest

from xnn.backends import Place, registry, resolve


class Where(NamedTuple):
    """A value of the ``lib`` parameter."""

    backend: str
    device: str | None = None
    readonly: bool = False


WHERE = {
    "numpy": Where("numpy"),
    "numpy-readonly": Where("numpy", readonly=True),  # whoever writes to what it was given raises
    # Not NumPy's device: a stray numpy call on an array, or a creation without a device, raises.
    "array_api_strict": Where("array_api_strict", device="device1"),
    "torch": Where("torch"),
    "jax": Where("jax"),
    "cupy": Where("cupy"),
}
BACKENDS = list(dict.fromkeys(where.backend for where in WHERE.values()))

# A few units in the last place, times the handful of operations in a formula.
TOLERANCES = {"float32": {"rtol": 1e-5, "atol": 2e-6}, "float64": {"rtol": 1e-10, "atol": 1e-11}}

# Tests share the machine: how long one example takes says nothing. Fixtures hold nothing that an example changes.
hypothesis.settings.register_profile(
    "xnn", deadline=None, max_examples=50, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
hypothesis.settings.load_profile("xnn")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--backend",
        action="append",
        default=[],
        choices=[*BACKENDS, "all"],
        help="run the tests of this backend alone, and fail if it is missing; repeatable; 'all' demands every one "
        "(default: every backend that is here, the others skipped with the reason)",
    )
    parser.addoption(
        "--corpora",
        action="store_true",
        help="run every program of the corpora (an hour of processor time); otherwise one in eight, always the same",
    )
    parser.addoption("--device", help="run them on this device of the backend's, such as 'cuda', not on its default")


def _demanded(config: pytest.Config) -> list[str]:
    names = config.getoption("--backend")
    return BACKENDS if "all" in names else names


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "libs(*names): run the test on these rows of WHERE alone")
    config.addinivalue_line("markers", "corpus: one of many programs, of which a sample is run; all with --corpora")
    config.addinivalue_line("markers", "host: has nothing to do with a backend, and runs with NumPy's tests alone")
    for name in _demanded(config):
        if reason := registry._REGISTRY[name].why_not():
            raise pytest.UsageError(f"--backend {name} is unavailable: {reason}")


def _sampled(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave one program in eight of the corpora, unless all were asked for."""
    if config.getoption("--corpora"):
        return
    every = [item for item in items if item.get_closest_marker("corpus")]
    left_out = {id(item) for i, item in enumerate(every) if i % 8}
    config.hook.pytest_deselected(items=[item for item in every if id(item) in left_out])
    items[:] = [item for item in items if id(item) not in left_out]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _sampled(config, items)
    demanded = _demanded(config)
    if demanded and "numpy" not in demanded:
        elsewhere = [item for item in items if item.get_closest_marker("host")]
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if not item.get_closest_marker("host")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "lib" not in metafunc.fixturenames:
        return
    demanded = _demanded(metafunc.config)
    marker = metafunc.definition.get_closest_marker("libs")
    chosen = []
    for name, where in WHERE.items():
        if (demanded and where.backend not in demanded) or (marker and name not in marker.args):
            continue
        reason = registry._REGISTRY[where.backend].why_not()
        chosen.append(pytest.param(where, id=name, marks=[pytest.mark.skip(reason=reason)] if reason else []))
    if not chosen:
        reason = f"concerns {', '.join(marker.args)} alone, not what --backend asks for"
        chosen = [pytest.param(None, id="none", marks=pytest.mark.skip(reason=reason))]
    metafunc.parametrize("lib", chosen, indirect=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was skipped and why, without being asked to: a silent skip looks like a pass."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} x {reason}", yellow=True)


class Lib:
    """One array library on one device in one precision.

    Attributes
    ----------
    name : str
        The backend's, such as "torch".
    place : xnn.backends.Place
    xp : module
        The library's namespace.
    dtype : str
        "float32" or "float64".
    """

    def __init__(self, place: Place, readonly: bool) -> None:
        self.name = place.backend.name
        self.place = place
        self.xp = place.backend.namespace
        self.dtype = place.dtype
        self._readonly = readonly

    def array(self, host: Any, dtype: str | None = None) -> Any:
        """Copy numbers here: floats in this precision, all else as it is, unless `dtype` says otherwise."""
        host = numpy.asarray(host)
        if dtype is None and host.dtype.kind == "f":
            dtype = self.dtype
        array = self.place.asarray(numpy.array(host, dtype=dtype))
        if self._readonly:
            array.flags.writeable = False
        return array

    def tree(self, host: Any) -> Any:
        """Copy lists, tuples and dicts of host arrays here, parameters for instance."""
        if isinstance(host, numpy.ndarray):
            return self.array(host)
        if isinstance(host, dict):
            return {key: self.tree(part) for key, part in host.items()}
        if isinstance(host, tuple) and hasattr(host, "_fields"):
            return type(host)(*map(self.tree, host))
        return None if host is None else type(host)(map(self.tree, host))

    def host(self, array: Any) -> numpy.ndarray:
        """Copy an array from here to NumPy."""
        return numpy.array(self.place.to_host(array))

    def assert_close(
        self,
        actual: Any,
        expected: Any,
        *,
        dtype: str | None = None,
        rtol: float | None = None,
        atol: float | None = None,
    ) -> None:
        """Check library, device, data type, shape and values at once; `expected` are host numbers."""
        dtype = dtype or self.dtype
        assert array_api_compat.array_namespace(actual) is array_api_compat.array_namespace(self.array(0.0))
        assert array_api_compat.device(actual) == self.place.device
        assert actual.dtype == getattr(self.xp, dtype), f"{actual.dtype} where {dtype} was expected"
        host = self.host(actual)
        expected = numpy.asarray(expected)
        assert host.shape == expected.shape, f"shape {host.shape} where {expected.shape} was expected"
        tolerances = TOLERANCES.get(dtype, {"rtol": 0.0, "atol": 0.0})
        numpy.testing.assert_allclose(
            host,
            expected,
            rtol=tolerances["rtol"] if rtol is None else rtol,
            atol=tolerances["atol"] if atol is None else atol,
        )


@pytest.fixture(params=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> str:
    """Run the test in both precisions."""
    return request.param


@pytest.fixture
def lib(request: pytest.FixtureRequest) -> Iterator[Lib]:
    """Run the test on every array library, in ``dtype`` if the test asks for that too, else in float64."""
    where: Where = request.param
    precision = request.getfixturevalue("dtype") if "dtype" in request.fixturenames else "float64"
    place = resolve(where.backend, where.device or request.config.getoption("--device"), precision)
    with _strictest(where.backend), place.scope():
        yield Lib(place, where.readonly)


def _strictest(backend: str) -> AbstractContextManager[Any]:
    """Let array-api-strict refuse all that the standard leaves to the library's choice."""
    if backend != "array_api_strict":
        return nullcontext()
    import array_api_strict

    return array_api_strict.ArrayAPIStrictFlags(
        api_version="2025.12", boolean_indexing=False, data_dependent_shapes=False, enabled_extensions=()
    )


@pytest.fixture
def torch() -> Iterator[Any]:
    """Give PyTorch as the judge of values and gradients, recording for autograd; skip where it is missing."""
    judge = pytest.importorskip("torch", reason="PyTorch, which judges these values, is not installed")
    judge.set_num_threads(1)
    with judge.enable_grad():
        yield judge
