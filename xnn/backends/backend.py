"""What xnn asks of an array library beyond the standard, and its answer for a library that offers no more."""

import importlib
import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar

import numpy

from ..errors import BackendError, UnknownNameError, XnnError
from .namespaces import Array, Namespace, namespace

F = TypeVar("F", bound=Callable[..., Any])
Slots = tuple[list[Array], ...]  # of an optimizer: for each slot one array a parameter


@dataclass(frozen=True)
class Backend:
    """An array library under a name. This class fits any library that follows the Array API standard.

    Parameters
    ----------
    name : str
        What the user writes: ``backend="numpy"``.
    package : str
        What is imported to see whether the library is there.
    install : str
        The command that installs it, shown when it is missing.
    namespace_name : str, optional
        The module with the standard's functions, if it is not `package`.

    Examples
    --------
    A library that follows the standard needs no more than this:

    >>> import xnn
    >>> xnn.register_backend(xnn.Backend("strict again", "array_api_strict", "pip install array-api-strict"))
    """

    name: str
    package: str
    install: str
    namespace_name: str = ""
    mimics_numpy: ClassVar[bool] = False  # whether its functions are NumPy's by name, and compile what is new to them
    scans: ClassVar[bool] = False  # whether many steps can be compiled as one: see scan
    remembers: ClassVar[bool] = True  # whether a compiled function may be kept for the next training
    exhausted: ClassVar[tuple[str, ...]] = ()  # its words for memory that is used up, where it raises no MemoryError

    @property
    def namespace(self) -> Namespace:
        """The module with the standard's functions."""
        return importlib.import_module(self.namespace_name or self.package)

    @property
    def version(self) -> str | None:
        """The library's version, or None where it is missing."""
        try:
            return str(getattr(importlib.import_module(self.package), "__version__", "unknown"))
        except Exception:  # a broken install may raise anything; why_not tells what
            return None

    def devices(self) -> tuple[str, ...]:
        """Name the devices, the default one first."""
        return tuple(self.device_name(device) for device in self._devices())

    def device_name(self, device: Any) -> str:
        """Say what the user calls one of the library's device objects."""
        return str(device)

    def device(self, name: str | None) -> Any:
        """Turn a device's name into the library's own object; None is its default, ``"cuda"`` means ``"cuda:0"``."""
        if name is None:
            return self.namespace.__array_namespace_info__().default_device()
        found = {self.device_name(device): device for device in self._devices()}
        device = found.get(str(name), found.get(f"{name}:0"))
        if device is None:
            raise UnknownNameError(f"{self.name} device", name, found)
        return device

    def _devices(self) -> list[Any]:
        info = self.namespace.__array_namespace_info__()
        default, every = info.default_device(), list(info.devices())
        return [default, *(device for device in every if device != default)] if default in every else every

    def scope(self, device: Any, dtype: str) -> AbstractContextManager[Any]:
        """Return a context in which `device` computes in `dtype`; most libraries need none."""
        return nullcontext()

    def explain(self, error: Exception) -> XnnError | None:
        """Say what an error that the library raised means and what to do, None where its own words must do."""
        return None

    def eager(self) -> AbstractContextManager[Any]:
        """Return the context in which nothing is compiled: each line runs when it is reached."""
        return nullcontext()

    def from_host(self, host: numpy.ndarray, device: Any) -> Array:
        """Move a NumPy array to `device`. It may share memory with `host`."""
        return self.namespace.asarray(host, device=device)

    def to_host(self, array: Array) -> numpy.ndarray:
        """Copy an array to a NumPy array, from whichever device it is on."""
        return numpy.asarray(array)

    def copied(self, array: Array) -> Array:
        """Copy an array, where it is."""
        return namespace(array).asarray(array, copy=True)

    def zeros_like(self, array: Array) -> Array:
        """Return zeros of an array's shape and type, where it is."""
        return namespace(array).zeros_like(array)

    def compile(self, function: F, donate: tuple[int, ...] = ()) -> F:
        """Make a pure function faster in whatever way the library has; here none.

        `donate` numbers the arguments whose memory the results may take.
        """
        return function

    def scan(self, body: Callable[..., Any], carry: Any, steps: Any) -> tuple[Any, Any]:
        """Call ``carry, result = body(carry, step)`` for each step, inside a compiled function; stack the results.

        Only where ``scans`` is true.
        """
        raise NotImplementedError

    def update(
        self, optimizer: Any, params: list[Array], gradients: list[Array], slots: Slots, rate: Any, t: Any
    ) -> tuple[list[Array], Slots]:
        """Apply an optimizer's rule to each array; the memory of all may be reused. Return the arrays and slots."""
        every = zip(params, gradients, *slots, strict=True)
        moved = [self.aside(self.apply, optimizer.rule, rate, t, *arrays) for arrays in every]
        self.join()
        new, *kept = map(list, zip(*moved, strict=True))
        return new, tuple(kept)

    def matmul(self, a: Array, b: Array) -> Array:
        """Return ``a b``."""
        return a @ b

    def fuse(self, formula: F) -> F:
        """Make one pass over arrays of an elementwise formula, where the library has a way to."""
        return formula

    def aside(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return ``function(*arguments)``, which nothing needs before :meth:`join`: it may be computed meanwhile."""
        return function(*arguments)

    def join(self) -> None:
        """Wait for what is computed aside."""

    def affine(self, x: Array, W: Array, b: Array) -> Array:
        """Return ``x W + b``."""
        z = x @ W
        z += b
        return z

    def heaviside(self, x: Array) -> Array:
        """Return 1 where ``x > 0`` and 0 elsewhere; ``where`` costs NumPy twenty times as much."""
        return namespace(x).astype(x > 0, x.dtype)

    def axpby(self, a: Any, x: Array, b: float, y: Array) -> Array:
        """Return ``a x + b y``, in the memory of `y` where the library can."""
        if b != 1.0:
            y *= b
        y += a * x
        return y

    def apply(self, rule: Callable[..., Any], rate: Any, t: Any, *arrays: Array) -> tuple[Array, ...]:
        """Apply an optimizer's rule to one array, its gradient and its slots; here to the whole of it at once."""
        return rule(*arrays, rate=rate, t=t)

    @cache  # noqa: B019 - backends are few and live as long as the process
    def why_not(self) -> str | None:
        """Say why the library cannot be used here, or None if it can: found out by computing with it."""
        missing = f"{self.package} is not installed: {self.install}"
        try:
            if importlib.util.find_spec(self.package) is None:  # which imports the parent of a dotted name
                return missing
            device = self.device(None)
            with self.scope(device, "float32"):
                a = self.from_host(numpy.ones((2, 2), dtype="float32"), device)
                total = float(self.namespace.sum(a @ a + a))
        except Exception as error:  # drivers and half-installed libraries raise anything
            if isinstance(error, ModuleNotFoundError) and f"{self.package}.".startswith(f"{error.name}."):
                return missing
            if sentence := error if isinstance(error, BackendError) else self.explain(error):
                return str(sentence)
            reason = str(error).strip().splitlines()
            return f"{self.package} is installed but does not compute: {type(error).__name__}: {' '.join(reason[:1])}"
        return None if total == 12.0 else f"{self.package} is installed but computes wrongly: {total} for 12"

    def require(self) -> None:
        """Raise BackendError, saying why, unless the library can be used."""
        if reason := self.why_not():
            raise BackendError(f"backend {self.name!r} is not available: {reason}")
