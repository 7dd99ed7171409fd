"""A graph of ONNX's operators, as it is put together: nodes and constants, each known by its name."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from .missing import needed

__all__ = ["Graph"]


class Graph:
    """The nodes and constants of a graph, as they are added; a value is known by its name.

    Parameters
    ----------
    taken : iterable of str
        Names that what is added must not get, since inputs have them.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.helper = needed("onnx.helper", "xnn.interop.onnx", "onnx")
        self.from_array = needed("onnx.numpy_helper", "xnn.interop.onnx", "onnx").from_array
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._taken = set(taken)

    def add(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add a node, and return the name of its one output."""
        name = self._unused(name or f"{operator.lower()}.{len(self.nodes)}")
        self.nodes.append(self.helper.make_node(operator, inputs, [name], name, **attributes))
        return name

    def constant(self, value: Any, name: str = "") -> str:
        """Add an array, and return its name."""
        name = self._unused(name or f"constant.{len(self.constants)}")
        self.constants.append(self.from_array(value, name))
        return name

    def number(self, value: float) -> str:
        """Add a number of the network's precision."""
        return self.constant(np.float32(value))

    def cast(self, x: str, dtype: Any, name: str = "") -> str:
        """Convert a value to a NumPy type."""
        return self.add("Cast", x, to=self.helper.np_dtype_to_tensor_dtype(np.dtype(dtype)), name=name)

    def _unused(self, name: str) -> str:
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name
