"""What the fuzz gives to the public doors: values that fit, and values that must be refused."""

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pandas

import xnn


class Raises:
    """An array-like whose __array__ raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise self.error


# For each option values that fit anything here, and values that never fit.
FITS: dict[str, list[Any]] = {
    "hidden": [(), 1, 3, (4, 2), [3], numpy.int64(4), (numpy.uint8(2), 3)],
    "activation": ["relu", "tanh", "sigmoid", "elu", "softplus", xnn.nn.LeakyReLU(numpy.float32(0.2))],
    "optimizer": [*xnn.optimizers.OPTIMIZERS, xnn.optimizers.Adam(beta1=0.0)],
    "learning_rate": [1e-3, 0.1, 1, numpy.float32(0.01), Fraction(1, 10), 1e-12],
    "schedule": [None, "constant", "step", "exponential", "inverse_time", "reduce_on_plateau", "cosine"],
    "epochs": [1, 2, numpy.int8(2), numpy.uint64(1)],
    "batch_size": [None, 1, 7, 1000, numpy.uint8(8), 10**30],
    "l1": [0.0, 0, 1e-3, numpy.float32(0.1), numpy.float64(0.0), Fraction(1, 1000)],
    "l2": [0.0, 1e-3, numpy.float16(0.1), numpy.int64(1)],
    "penalize_biases": [True, False, numpy.True_],
    "dropout": [0.0, 0, 0.3, numpy.float32(0.5)],
    "bias": [True, False, numpy.False_],
    "initializer": ["auto", "he_normal", "glorot_uniform", "zeros"][:3],
    "clip_norm": [None, 1.0, 1, numpy.float32(0.1)],
    "clip_value": [None, 0.5, numpy.int32(1)],
    "scale": ["auto", "standard", "common", None],
    "validation": [None, 0, 0.25, 0.5, numpy.float32(0.2), Fraction(1, 4)],
    "patience": [None, 1, numpy.int16(2)],
    "metrics": [None, [], ()],
    "callbacks": [(), [], [xnn.Callback()], [lambda run: run.model.mlp], iter(())],
    "doctor": ["on", "off"],
    "backend": [None, "numpy"],
    "device": [None, "cpu"],
    "dtype": ["float32", "float64"],
    "seed": [0, 1, 10**50, numpy.uint32(7)],
    "init": [None],
}
ODD: list[Any] = [
    "", "\0", "no", b"bytes", -1, -0.5, float("nan"), float("inf"), 10**400, -(10**400), 1j, [], [[]], {}, object(),
    numpy.nan, numpy.array(3.5), numpy.array([0.1, 0.2]), numpy.datetime64("2020-01-01"), Decimal("0.1"), pandas.NA,
    (None,), lambda: None, int, Raises(ValueError("odd")), range(3), {1}, NotImplemented, "float16", "ü" * 300,
]  # fmt: skip
# What of these does fit, or may.
SPARED = {
    "hidden": lambda v: (isinstance(v, list) and not v) or isinstance(v, range),
    **dict.fromkeys(("batch_size", "patience", "seed", "epochs"), lambda v: isinstance(v, int) and v > 0),
    "callbacks": lambda v: isinstance(v, (list, dict, str, bytes, set, range, tuple)),
    "metrics": lambda v: isinstance(v, (list, tuple, range, type)),
    "activation": lambda v: callable(v),
    "optimizer": lambda v: callable(v),
    "schedule": lambda v: callable(v),
    "initializer": lambda v: callable(v),
}


def odd_for(name: str, rng: random.Random) -> Any:
    """Return a value that the option must refuse."""
    for _ in range(100):
        value = rng.choice(ODD)
        spared = SPARED.get(name)
        if spared is None or not spared(value):
            return value
    raise AssertionError(name)


def table(rng: random.Random, n: int, features: int) -> numpy.ndarray:
    """Return plain features, of any size and spread."""
    numbers = numpy.random.default_rng(rng.randrange(2**32))
    X = numbers.normal(size=(n, features)) * 10.0 ** numbers.integers(-3, 4, size=features)
    return X + numbers.integers(-2, 3, size=features)


def dressed(X: numpy.ndarray, rng: random.Random) -> Any:
    """Return the same table in another form, which means the same."""
    forms: list[Any] = [
        lambda: X, lambda: X.tolist(), lambda: numpy.asfortranarray(X), lambda: X[::-1][::-1], lambda: X.astype(">f8"),
        lambda: pandas.DataFrame(X, columns=[f"c{i}" for i in range(X.shape[1])]), lambda: tuple(map(tuple, X)),
        lambda: numpy.ma.masked_array(X, mask=False), lambda: X.astype(object), lambda: X.astype(numpy.longdouble),
        lambda: pandas.DataFrame(X), lambda: memoryview(X),
    ]  # fmt: skip
    return rng.choice(forms)()


def broken(X: numpy.ndarray, rng: random.Random) -> Any:
    """Return what can be no features, of which the right thing is to refuse them."""
    row, column = rng.randrange(X.shape[0]), rng.randrange(X.shape[1])

    def holding(value: Any, dtype: Any = None) -> Any:
        Z = X.astype(dtype or X.dtype)
        Z[row, column] = value
        return Z

    mask = numpy.zeros(X.shape, dtype=bool)
    mask[row, column] = True
    forms: list[Any] = [
        lambda: holding(numpy.nan), lambda: holding(numpy.inf), lambda: holding(-1e308), lambda: holding(1e200),
        lambda: holding("a", object), lambda: holding(None, object), lambda: X[:, 0], lambda: X[:, :, None],
        lambda: X[:0], lambda: X[:, :0], lambda: X * 1j, lambda: X.astype(str), lambda: None, lambda: 3,
        lambda: numpy.ma.masked_array(X, mask=mask), lambda: [*X.tolist()[:-1], [1.0]] if X.shape[1] > 1 else "text",
        lambda: Raises(RuntimeError("cannot")), lambda: Raises(TypeError("cannot\nat all")), lambda: {"a": 1},
        lambda: X.astype("datetime64[s]"), lambda: pandas.DataFrame(X).assign(town="x"), lambda: object(), lambda: b"x",
        lambda: numpy.zeros(len(X), dtype=[("a", "f8"), ("b", "f8")]), lambda: Sparse(X), lambda: iter(X),
        lambda: pandas.DataFrame(holding(None, object)), lambda: X.tolist()[:-1],
    ]  # fmt: skip
    return rng.choice(forms)()


class Sparse:
    """Looks like a SciPy matrix."""

    def __init__(self, X: numpy.ndarray) -> None:
        self.nnz, self.shape = int(numpy.count_nonzero(X)), X.shape
        self.toarray = lambda: X
