"""The doctor beside a run: what a loop hands over each step is boiled down to a few floats, and judged when asked."""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

import numpy

from ...backends import to_host
from ...errors import DataError, OptionError
from ...gradcheck.parts import Host, walk
from ..report.causes import ordered
from ..report.diagnosis import Diagnosis
from .history import RunHistory, weight_names
from .units import Units
from .watch import watch


class Doctor:
    """Watches a run and says why it does not learn.

    In a loop of your own, call :meth:`record` each step with what you have, and :meth:`report` whenever you like. For
    :func:`xnn.train`, give it as a callback: ``callbacks=[xnn.Doctor()]``.

    Examples
    --------
    >>> import numpy as np
    >>> doctor, w = Doctor(), np.array([1.0])
    >>> for _ in range(60):
    ...     gradient = 2 * 3.0 * w
    ...     doctor.record(loss=3.0 * w[0] ** 2, params=w, gradients=gradient)
    ...     w = w - 0.4 * gradient  # 1 / 3 is the most that is stable
    >>> [finding.code for finding in doctor.report().findings]
    ['learning-rate-high']
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self.history = RunHistory()
        self._units = Units()
        self._began = perf_counter()
        self._step = 0
        self._size: int | None = None
        self._names: list[str] = []
        self._before: dict[str, list[Host]] = {}  # parameters and gradients of the record before

    def record(
        self,
        *,
        loss: Any = None,
        params: Any = None,
        gradients: Any = None,
        activations: Any = None,
        validation_loss: Any = None,
        samples: int | None = None,
    ) -> None:
        """Take in one step; everything may be left out. Arrays of any library, which are not kept and not changed.

        Parameters
        ----------
        loss, validation_loss : float or array of shape ()
        params, gradients : array, list, tuple, dict, in any nesting
            Before the step or after it, as you like, but always the same.
        activations : array, list of array, or dict of array, each of shape (samples, units)
            Of each layer, the first first.
        samples : int, optional
            In the batch; read off `activations` otherwise. Batches of different size are not compared.

        Raises
        ------
        OptionError
            If nothing is given.
        DataError
            If a loss is not one number.
        """
        given = (loss, params, gradients, activations, validation_loss)
        layers = _layers(activations)
        if all(item is None for item in given):
            raise OptionError("record needs at least a loss: doctor.record(loss=loss, params=params).")
        self._step += 1
        step, history = self._step, self.history
        if loss is not None:
            history.loss.append((step, _number("loss", loss)))
            size = samples if samples is not None else next((len(a) for _, a in layers if a.ndim > 1), None)
            if size is not None:
                history.batch.append((step, float(size)))
                if size != self._size:
                    self._before.pop("gradients", None)  # of a sum, they are not those of a batch of another size
                self._size = size
        if validation_loss is not None:
            history.validation_loss.append((step, _number("validation_loss", validation_loss)))
        with numpy.errstate(all="ignore"):
            weights, slopes = self._tensors("params", params), self._tensors("gradients", gradients)
            if weights:
                history.add_norms(history.weight_norm, step, self._names, weights)
                history.matrices = weight_names(self._names, [part.shape for part in weights])
            if slopes:
                history.add_norms(history.gradient_norm, step, self._names, slopes)
            self._changes(step, weights, slopes)
            for name, a in layers:
                self._units.take(history, step, name, a)

    def report(self) -> Diagnosis:
        """Say what was seen so far."""
        with numpy.errstate(all="ignore"):
            findings = ordered(watch(self.history))
        checks = {
            name: "done" if seen else f"left out: record {what}="
            for name, seen, what in (
                ("loss", self.history.loss, "loss"),
                ("parameters", self.history.weight_norm, "params"),
                ("gradients", self.history.gradient_norm, "gradients"),
                ("units", self.history.dead, "activations"),
                ("overfitting", self.history.validation_loss, "validation_loss"),
            )
        }
        measured: dict[str, Any] = {"steps": self._step}
        if self.history.loss:
            measured["loss, first and last"] = [self.history.loss[0][1], self.history.loss[-1][1]]
        return Diagnosis(findings, checks, measured, self.history, perf_counter() - self._began)

    def _tensors(self, what: str, tree: Any) -> list[Host]:
        if tree is None:
            return []
        found = [(name, numpy.array(to_host(x), dtype="float64")) for name, x in walk(tree)]
        if len(found) != len(self._names):
            if self._names and self._before:
                raise DataError(f"{what} have {len(found)} tensors, and before there were {len(self._names)}.")
            self._names = [name for name, _ in found]
        return [part for _, part in found]

    def _changes(self, step: int, weights: list[Host], slopes: list[Host]) -> None:
        """Compare with the record before: how far, which way, along what curvature."""
        history, before = self.history, self._before
        g, g_before = _flat(slopes), _flat(before.get("gradients", []))
        w, w_before = _flat(weights), _flat(before.get("params", []))
        if g.size and g.shape == g_before.shape:
            history.turn.append((step, _cosine(g, g_before)))
        if w.size and w.shape == w_before.shape:
            history.add_change(step, self._names, weights, before["params"])
            moved = w - w_before
            if g.size and g.shape == g_before.shape == w.shape and numpy.any(moved):
                last = before.get("moved", [moved])[0]
                # A loop records before its step, or after it: then the change belongs to this record's gradient.
                ways = [(_cosine(moved, g_before), moved, g_before), (_cosine(moved, g), last, g_before)]
                history.descent.append((step, max(ways, key=lambda way: abs(way[0]))[0]))
                cosine, along, slope = max(ways, key=lambda way: abs(way[0]))
                size = float(along @ along)
                if size > 0 and cosine < 0 and float(slope @ slope) > 0:
                    curvature = float((g - g_before) @ along) / size
                    rate = -float(along @ slope) / float(slope @ slope)
                    history.stiffness.append((step, curvature * rate))
                before["moved"] = [moved]
        if weights:
            before["params"] = weights
        if slopes:
            before["gradients"] = slopes


def _layers(activations: Any) -> list[tuple[str, Host]]:
    if activations is None:
        return []
    if isinstance(activations, Mapping):
        return [(str(name), numpy.asarray(to_host(a), dtype="float64")) for name, a in activations.items()]
    items = list(activations) if isinstance(activations, (list, tuple)) else [activations]
    return [(f"layer {i + 1}", numpy.asarray(to_host(a), dtype="float64")) for i, a in enumerate(items)]


def _number(name: str, value: Any) -> float:
    host = numpy.asarray(to_host(value))
    if host.size != 1 or host.dtype.kind not in "fiub":
        raise DataError(
            f"{name} must be one number, got {'an array of shape ' + str(host.shape) if host.size != 1 else value!r}."
        )
    return float(host.reshape(()))


def _flat(parts: list[Host]) -> Host:
    return numpy.concatenate([part.reshape(-1) for part in parts]) if parts else numpy.zeros(0)


def _cosine(a: Host, b: Host) -> float:
    size = float(numpy.linalg.norm(a) * numpy.linalg.norm(b))
    return float(a @ b) / size if size > 0 and numpy.isfinite(size) else 0.0
