"""The columns of a table as inputs of an ONNX graph, and what becomes of them before the network.

An input a column: numbers of shape (samples,), in which NaN is a gap, and text of shape (samples,), in which the empty
text is one.
"""

from typing import Any

import numpy as np

from ..errors import DataError, NotFiniteError, OptionError
from ..training.columns import Category, Encoding, Number
from .onnx_graph import Graph

__all__ = ["GAP", "check_columns", "encoded", "given", "in_precision", "kinds"]

GAP = ""  # ONNX's text has no value for what is missing
OUTPUTS = ("prediction", "probabilities")


def check_columns(table: Encoding) -> None:
    """Raise OptionError with the name of a column that ONNX cannot take as one of its inputs."""
    for column in table.columns:
        why = None
        if not column.name:
            why = "has no name, and ONNX takes that for an input which is left out: name it"
        elif column.name in OUTPUTS:
            why = "has the name of an output of the graph: rename it"
        elif isinstance(column, Category) and column.gaps and GAP in column.values:
            why = "holds both the empty text and gaps, which are one for ONNX: make one of them another word"
        elif isinstance(column, Category) and not all(map(_is_unicode, column.values)):
            why = "holds text that is not Unicode, which no ONNX file can hold: replace it"
        if why:
            raise OptionError(f"the model was not exported: its column {column.name!r} {why}, and train again.")


def kinds(table: Encoding, dtype: Any) -> dict[str, np.dtype]:
    """Return the type of each input by its name, in the table's order."""
    return {
        column.name: np.dtype(object) if isinstance(column, Category) else np.dtype(dtype) for column in table.columns
    }


def encoded(graph: Graph, table: Encoding) -> str:
    """Add what :meth:`xnn.Model.encode` does; returns the matrix's name, float64 of shape (samples, width)."""
    parts = [
        _number(graph, column) if isinstance(column, Number) else _category(graph, column)
        for column in table.columns
        if column.width
    ]
    return graph.add("Concat", *parts, axis=1, name="encoded")


def _number(graph: Graph, column: Number) -> str:
    """Add the column with the median in its gaps; and behind it, if training had some, 1 where they are."""
    x = graph.add("Unsqueeze", graph.cast(column.name, "float64"), graph.constant(np.array([1])))
    missing = graph.add("IsNaN", x)
    x = graph.add("Where", missing, graph.constant(np.float64(column.median)), x)
    return graph.add("Concat", x, graph.cast(missing, "float64"), axis=1) if column.gaps else x


def _category(graph: Graph, column: Category) -> str:
    """Add a column a category, and one for gaps, 1 or 0; with ``zeros`` what is none of them is 0 in all."""
    words = [*column.values, *([GAP] if column.gaps else [])]
    one_hot = graph.add(
        "OneHotEncoder", column.name, domain="ai.onnx.ml", cats_strings=words, zeros=1
    )  # float32, whatever it is given
    return graph.cast(one_hot, "float64")


def given(table: Encoding, X: Any, dtype: Any) -> dict[str, np.ndarray]:
    """Return the columns of a frame as the inputs of the graph, by their names.

    Raises
    ------
    DataError, DtypeError
        If a column is missing, holds what it did not in training, or a gap that ONNX would take for a category.
    NotFiniteError
        If a number is too large for `dtype`.
    """
    found: dict[str, np.ndarray] = {}
    for column, array in zip(table.columns, table.entries(X), strict=True):
        if isinstance(column, Category):
            if GAP in column.values and any(word is None for word in array):
                raise DataError(
                    f"X, column {column.name!r} has a gap, which ONNX would take for the empty text, one of the "
                    "categories trained on: put another word there."
                )
            found[column.name] = np.array([GAP if word is None else word for word in array], dtype=object)
        else:
            found[column.name] = in_precision(array, dtype, f"X, column {column.name!r}")
    return found


def in_precision(values: np.ndarray, dtype: Any, where: str) -> np.ndarray:
    """Convert finite numbers and NaN to `dtype`, or raise NotFiniteError where they overflow in it."""
    with np.errstate(over="ignore"):
        found = np.asarray(values, dtype=dtype)
    if np.isinf(found).any():
        raise NotFiniteError(f"{where} reaches {np.nanmax(np.abs(values)):.3g}, which {dtype} does not hold.")
    return found


def _is_unicode(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True
