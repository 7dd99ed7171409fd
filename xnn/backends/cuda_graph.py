"""CUDA graphs by CuPy: a training step's forty launches as one."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ._namespace import Array
from .cublas import Products
from .replay import Unrecordable

_thread = threading.local()


def products() -> Products | None:
    """Return what multiplies matrices while a function is rehearsed or recorded, None elsewhere."""
    return getattr(_thread, "products", None)


class GraphRecorder:
    """Records by capturing a stream; its memory lives as long as it."""

    def __init__(self) -> None:
        import cupy

        self._cupy = cupy
        self._pool = cupy.cuda.MemoryPool()  # a graph writes to its memory at each launch: nobody else may have it
        self._products: Products | None = None

    def scalar(self, value: float, like: list[Array]) -> Array:
        """Return an array of shape () that holds `value`: an integer, or of the precision of the floats in `like`."""
        floats = (x.dtype for x in like if hasattr(x, "dtype") and x.dtype.kind == "f")
        return self._cupy.full((), value, "int32" if isinstance(value, int) else next(floats, "float32"))

    def copied(self, array: Array) -> Array:
        """Return a copy."""
        return array.copy()

    def rehearse(self, work: Callable[[], None]) -> None:
        """Do the work with the products that it is recorded with."""
        if self._products is None:
            self._products = Products()
        with self._multiplying():
            work()

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        """Capture the work as a graph."""
        cuda = self._cupy.cuda
        stream = cuda.Stream(non_blocking=True)
        cuda.get_current_stream().synchronize()
        with self._multiplying(), cuda.using_allocator(self._pool.malloc), _nothing_from_the_host(self._cupy), stream:
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
    def _multiplying(self) -> Iterator[None]:
        before = products()
        _thread.products = self._products
        try:
            yield
        finally:
            _thread.products = before


@contextmanager
def _nothing_from_the_host(cupy: Any) -> Iterator[None]:
    """Refuse copies from the host: a graph would copy from the same memory again when it holds something else."""

    def refuse(size: int) -> Any:
        raise Unrecordable(f"{size} bytes are copied from the host")

    cupy.cuda.set_pinned_memory_allocator(refuse)
    try:
        yield
    finally:
        cupy.cuda.set_pinned_memory_allocator(cupy.get_default_pinned_memory_pool().malloc)
