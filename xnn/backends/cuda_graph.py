"""CUDA graphs by CuPy: a training step's forty launches as one."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any

from .cublas import Products
from .namespaces import Array
from .replay import Unrecordable

_SIDE = 4  # streams beside the main one: as many products and updates as are worth computing at once
_thread = threading.local()


def recording() -> "Recording | None":
    """Return how to compute while a function is rehearsed or recorded, None elsewhere."""
    return getattr(_thread, "recording", None)


class Recording:
    """How a function computes while it is recorded: its products, and what it computes side by side."""

    def __init__(self, products: Products, streams: list[Any]) -> None:
        self.products = products
        self._streams = streams  # none: one after the other
        self._used: set[Any] = set()
        self._kept: list[Any] = []
        self._next = 0

    def aside(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function on a stream beside, once all that was computed so far is there."""
        if not self._streams:
            return function(*arguments)
        stream = self._streams[self._next % len(self._streams)]
        self._next += 1
        stream.wait_event(_now())
        with stream:
            result = function(*arguments)
        self._used.add(stream)
        # CuPy would give the memory of an array that nobody holds to the main stream, which does not wait.
        self._kept.append(arguments)
        return result

    def join(self) -> None:
        """Let the current stream wait for those beside."""
        import cupy

        main = cupy.cuda.get_current_stream()
        for stream in self._used:
            with stream:
                event = _now()
            main.wait_event(event)
        self._used.clear()
        self._kept.clear()


def _now() -> Any:
    import cupy

    return cupy.cuda.get_current_stream().record(cupy.cuda.Event(disable_timing=True))


class GraphRecorder:
    """Records by capturing a stream; its memory lives as long as it."""

    def __init__(self, branches: bool = True) -> None:
        import cupy

        self._cupy = cupy
        self._branches = branches
        self._pool = cupy.cuda.MemoryPool()  # a graph writes to its memory at each launch: nobody else may have it
        self._products: Products | None = None

    def scalar(self, value: float, like: list[Array]) -> Array:
        """Return an array of shape () that holds `value`: an integer, or of the precision of the floats in `like`."""
        floats = (x.dtype for x in like if hasattr(x, "dtype") and x.dtype.kind == "f")
        return self._cupy.full((), value, "int32" if isinstance(value, int) else next(floats, "float32"))

    def copied(self, array: Array) -> Array:
        """Return a copy."""
        return array.copy()

    def warm_up(self, work: Callable[[], None]) -> None:
        """Do the work with the products that it is recorded with."""
        with self._recording([]):
            work()

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        """Capture the work as a graph."""
        cuda = self._cupy.cuda
        stream, *beside = [cuda.Stream(non_blocking=True) for _ in range(1 + _SIDE * self._branches)]
        cuda.get_current_stream().synchronize()
        own_memory = cuda.using_allocator(self._pool.malloc)
        with self._recording(beside), own_memory, _nothing_from_the_host(self._cupy), stream:
            stream.begin_capture(cuda.runtime.streamCaptureModeRelaxed)
            try:
                work()
            except Exception as error:  # whatever the library has for what a capture does not allow
                with suppress(Exception):
                    stream.end_capture()
                raise Unrecordable(str(error)) from error
            graph = stream.end_capture()
        return graph.launch

    @contextmanager
    def _recording(self, streams: list[Any]) -> Generator[None]:
        self._products = self._products or Products()
        before = recording()
        _thread.recording = Recording(self._products, streams)
        try:
            yield
        finally:
            _thread.recording = before


@contextmanager
def _nothing_from_the_host(cupy: Any) -> Generator[None]:
    """Refuse copies from the host: a graph would copy from the same memory again when it holds something else."""

    def refuse(size: int) -> Any:
        raise Unrecordable(f"{size} bytes are copied from the host")

    cupy.cuda.set_pinned_memory_allocator(refuse)
    try:
        yield
    finally:
        cupy.cuda.set_pinned_memory_allocator(cupy.get_default_pinned_memory_pool().malloc)
