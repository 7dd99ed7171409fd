"""Runs that are stopped and go on: in memory, from a checkpoint, from a file of the result."""

import random
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy

import xnn
from tests.fuzz.expect import Wrong, refused, samples
from tests.fuzz.values import FITS, ODD
from xnn.errors import CallbackError
from xnn.nn import leaves

OPTIONS = ("activation", "optimizer", "learning_rate", "schedule", "batch_size", "l1", "l2", "dropout", "bias",
           "clip_norm", "scale", "validation", "patience", "dtype", "seed")  # fmt: skip


class Stop(xnn.Callback):
    """Ends a run at a step, or breaks it off."""

    def __init__(self, step: int, breaks: bool = False) -> None:
        self.step, self.breaks = step, breaks

    def on_step(self, run: Any) -> None:
        if run.step == self.step:
            if self.breaks:
                raise ArithmeticError("broken off")
            run.stop("enough")


def chosen(rng: random.Random) -> tuple[numpy.ndarray, numpy.ndarray, dict[str, Any]]:
    X, y, kind = samples(rng)
    options = {name: rng.choice(FITS[name]) for name in rng.sample(OPTIONS, rng.randrange(6))}
    options |= {"hidden": 3, "progress": False, "doctor": "off", "epochs": rng.randrange(1, 5)}
    options["task"] = "regression" if kind == "squares" else "classification"
    if rng.random() < 0.3:
        options["sample_weight"] = numpy.random.default_rng(1).uniform(0.5, 2.0, size=len(X))
    return X, y, {"batch_size": 9} | options


def resumes(rng: random.Random) -> None:
    """It ends with the bits of the run that was never stopped."""
    X, y, options = chosen(rng)
    whole = xnn.train(X, y, **options)
    if whole.stopped or not numpy.isfinite(whole.history.loss[-1]):
        return
    last = whole.model.run.step
    door = rng.randrange(3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run")
        if door == 0:
            found = xnn.train(X, y, callbacks=[Stop(rng.randrange(1, last + 1))], **options)
            if found.history.epochs < options["epochs"]:
                found = found.resume(progress=False, doctor="off")
        elif door == 1:
            kept = {"checkpoint": path, "every": rng.choice([0.01, 0.4, 1, 2])}
            for _ in range(rng.randrange(1, 4)):
                breaks = Stop(rng.randrange(1, last + 1), True)
                with suppress(CallbackError):
                    xnn.train(X, y, callbacks=[breaks], resume=True, **kept, **options)
            found = xnn.train(X, y, resume=True, **kept, **options)
        else:
            done = rng.randrange(1, options["epochs"] + 1)
            found = xnn.train(X, y, **options | {"epochs": done})
            if done == options["epochs"] or options.get("schedule") == "cosine" or found.stopped:
                return
            if rng.random() < 0.5 and "sample_weight" not in options:
                found.save(path)
                found = xnn.load(path).fit(X, y, epochs=options["epochs"] - done, progress=False, doctor="off")
            else:
                found = found.resume(epochs=options["epochs"] - done, progress=False, doctor="off")
    histories = [
        [h.loss, h.validation_loss, h.metrics, h.validation_metrics, h.learning_rate]
        for h in (found.history, whole.history)
    ]
    if repr(histories[0]) != repr(histories[1]) or found.kept_epoch != whole.kept_epoch:
        raise Wrong(f"another history by door {door}, of {options}")
    if not all(map(numpy.array_equal, leaves(found.model.host_params()), leaves(whole.model.host_params()))):
        raise Wrong(f"other weights by door {door}, of {options}")


def refuses(rng: random.Random) -> None:
    """Checkpoints that are damaged, of another call, or nowhere."""
    X, y, options = chosen(rng)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run")
        result = xnn.train(X, y, checkpoint=path, **options)
        value = rng.choice([v for v in ODD if v is not None])
        refused(lambda: xnn.train(X, y, checkpoint=path, every=value, **options), f"every={value!r}")
        refused(lambda: xnn.train(X, y, checkpoint=path, resume=value, **options), f"resume={value!r}")
        if not (isinstance(value, int) and value > 0):  # which would be a number of epochs
            refused(lambda: result.resume(epochs=value), f"epochs={value!r}")
        refused(lambda: result.resume(epochs=1, hidden=3), "another network")
        other = X.copy()
        other[rng.randrange(len(X)), 0] += 1.0
        refused(lambda: xnn.train(other, y, checkpoint=path, resume=True, **options), "other data")
        whole = bytearray(path.read_bytes())
        whole[rng.randrange(len(whole))] ^= rng.randrange(1, 256)
        path.write_bytes(whole)
        refused(lambda: xnn.train(X, y, checkpoint=path, resume=True, **options), "a damaged checkpoint")
