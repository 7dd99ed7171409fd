"""Every error xnn raises on purpose: one clear sentence that says what to do.

Each class is also the built-in exception that fits (``ValueError``, ``TypeError``, ...), so code that does not
know xnn can still catch it, and ``except XnnError`` catches them all.
"""

from collections.abc import Iterable
from typing import Any

__all__ = [
    "BackendError",
    "CallbackError",
    "DataError",
    "DtypeError",
    "FileError",
    "LabelError",
    "MixedArraysError",
    "NotFiniteError",
    "OptionError",
    "OutOfMemoryError",
    "RankError",
    "ShapeError",
    "UnknownNameError",
    "XnnError",
]


class XnnError(Exception):
    """The base of all errors that xnn raises on purpose."""


class ShapeError(XnnError, ValueError):
    """An array has a shape that does not fit the others."""


class DtypeError(XnnError, TypeError):
    """An array has a data type that the operation has no meaning for."""


class LabelError(XnnError, ValueError):
    """Class labels are out of range, not whole numbers, or do not fit the outputs."""


class NotFiniteError(XnnError, ValueError):
    """An input holds NaN or infinity."""


class DataError(XnnError, ValueError):
    """A data set cannot be used: empty, ragged, missing a column, or not numeric."""


class OptionError(XnnError, ValueError):
    """An option has a value outside its range."""


class MixedArraysError(XnnError, TypeError):
    """Arrays of two libraries, or of none, meet in one call."""


class BackendError(XnnError, RuntimeError):
    """A backend or a device that was asked for cannot be used here; the message says why."""


class OutOfMemoryError(BackendError, MemoryError):
    """A device, or the computer itself, has no room for what is to be computed; the message says how much that is."""


class RankError(XnnError, RuntimeError):
    """Another process of a training on several failed; the message says which, and why."""


class CallbackError(XnnError, RuntimeError):
    """A metric or a callback of the user's raised an error, which is this one's cause.

    Attributes
    ----------
    result : xnn.Result or None
        What was trained until then, as after Ctrl-C; None if nothing was.
    """

    result: Any = None


class FileError(XnnError, OSError):
    """A file cannot be read or written, or does not hold what it should."""


# What other libraries say for what is here, without capitals and underscores.
_ELSEWHERE = {
    "squared_error": "mse mseloss meansquarederror l2 l2loss",
    "sum_of_squares": "sse",
    "absolute_error": "mae maeloss meanabsoluteerror l1 l1loss",
    "huber": "smoothl1 smoothl1loss",
    "softmax_cross_entropy": "ce crossentropy crossentropyloss categoricalcrossentropy sparsecategoricalcrossentropy "
    "logloss nll nllloss",
    "binary_cross_entropy": "bce bceloss bcewithlogits bcewithlogitsloss crossentropy logloss",
    "identity": "linear none",
    "silu": "swish",
    "sigmoid": "logistic expit",
    "leaky_relu": "lrelu",
    "glorot_uniform": "xavier xavieruniform glorot",
    "glorot_normal": "xavier xaviernormal glorot",
    "he_uniform": "he kaiming kaiminguniform",
    "he_normal": "he kaiming kaimingnormal",
    "normal": "gaussian",
    "reduce_on_plateau": "plateau reducelronplateau",
    "L-BFGS-B": "lbfgs lbfgsb",
    "cosine": "cosineannealing cosineannealinglr cosinedecay warmup",
    "exponential": "exp exponentiallr exponentialdecay",
    "accuracy": "acc",
    "f1": "f1score fscore",
    "r2": "r2score rsquared",
    "rmse": "rootmeansquarederror",
    "hidden": "hiddenlayersizes hiddensizes layers units",
    "initializer": "kernelinitializer weightinit",
    "optimizer": "solver",
    "learning_rate": "lr learningrateinit eta stepsize",
    "schedule": "lrscheduler lrschedule scheduler",
    "epochs": "nepochs numepochs maxiter iterations",
    "l2": "weightdecay alpha",
    "validation": "validationsplit validationdata validationset validationfraction",
    "patience": "earlystopping niternochange",
    "progress": "verbose",
    "on_start": "ontrainbegin ontrainstart onfitstart",
    "on_step": "onbatchend ontrainbatchend",
    "on_epoch": "onepochend ontrainepochend",
    "on_end": "ontrainend onfitend",
    "seed": "randomstate randomseed",
}


class UnknownNameError(XnnError, ValueError):
    """A name that is not in the table; the message gives the nearest one that is, or what it is called here."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        from difflib import get_close_matches  # costs a millisecond at import, needed only on failure

        names = sorted(known)
        word = "".join(letter for letter in str(name).lower() if letter.isalnum())
        nearest = [here for here, words in _ELSEWHERE.items() if here in names and word in words.split()]
        nearest = nearest or get_close_matches(str(name).lower(), names, n=1, cutoff=0.5)
        guess = f" Did you mean {' or '.join(map(repr, nearest))}?" if nearest else ""
        known_names = ", ".join(names[:20]) + (f", ... ({len(names)} in all)" if len(names) > 20 else "")
        super().__init__(f"unknown {kind} {name!r}.{guess} Known: {known_names or 'none'}.")
