"""The command line."""

import contextlib
import csv
import io
import os
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy

from tests.fuzz.expect import Wrong, samples

WORDS = {
    "--hidden": ["4", "4,3", "", "0", "-1", "x", "4,,3", "1e3"],
    "--activation": ["relu", "leaky_relu:slope=0.1", "leaky_relu:slope=x", "leaky_relu:", "swoosh", "elu:alpha=nan"],
    "--optimizer": ["sgd", "adam:beta1=0.5", "adam:beta1=2", "adamw:weight_decay=true", "adam:=3", "adam:x=1"],
    "--schedule": ["cosine", "cosine:warmup=9", "step:every=0", "exponential:gamma=2", ""],
    "--loss": ["auto", "huber:delta=2", "mse", "softmax_cross_entropy:label_smoothing=0.1"],
    "--learning-rate": ["0.1", "0", "-1", "nan", "inf", "x", "1e400"],
    "--epochs": ["1", "2", "0", "-3", "1.5", "x", ""],
    "--batch-size": ["0", "1", "8", "-8", "x"],
    "--l2": ["0", "0.1", "-1", "nan", "inf"],
    "--dropout": ["0.2", "1", "-1", "nan"],
    "--validation": ["0", "0.3", "1", "-1", "nan", "x"],
    "--scale": ["auto", "none", "common", "x"],
    "--seed": ["0", "7", "-1", "x", str(10**40)],
    "--dtype": ["float32", "float64", "float16"],
    "--task": ["auto", "classification", "regression", "x"],
    "--target": ["c1", "0", "-1", "99", "x", ""],
    "--drop": ["c0", "0", "x"],
    "--save": ["m.safetensors", "nowhere/m", ".", "/dev/full", "n" * 300],
    "--checkpoint": ["run.safetensors", "nowhere/m", ".", "/dev/null"],
    "--every": ["1", "0.5", "0", "nan", "-1"],
    "--resume": [None],
    "--balanced": [None],
    "--quiet": [None],
    "--no-bias": [None],
}


def commands(rng: random.Random) -> None:
    """The command line: a result, or one sentence and exit code 2."""
    from xnn.cli import app

    X, y, _ = samples(rng)
    y = y.reshape(len(y), -1)[:, 0]
    words = ["train", "--data", rng.choice(["t.csv", "t.csv", "t.csv", "t.npy", "none.csv", ".", "pipe.csv"])]
    for name in rng.sample(sorted(WORDS), rng.randrange(0, 5)):
        value = rng.choice(WORDS[name])
        words += [name] if value is None else [name, value]
    if "--epochs" not in words:
        words += ["--epochs", "1"]
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            os.mkfifo("pipe.csv")
            numpy.save("t.npy", X)
            with open("t.csv", "w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(
                    [[f"c{i}" for i in range(X.shape[1] + 1)], *[[*a, b] for a, b in zip(X.tolist(), y, strict=True)]]
                )
            code, out, err = _called(app, words)
            if code not in (0, 2) or "Traceback" in err or (code == 2 and not err.strip()):
                raise Wrong(f"xnn {' '.join(words)}: exit code {code}, {err[-300:]}")
            if code == 0 and "--quiet" not in words and "network" not in out:
                raise Wrong(f"xnn {' '.join(words)}: nothing said")
            if code == 0 and Path("m.safetensors").exists() and "t.csv" in words:
                _further(app, y, rng)
        finally:
            os.chdir(here)


def _further(app: Any, y: numpy.ndarray, rng: random.Random) -> None:
    """Predict with the model that was saved, measure it, and have it described."""
    odd = rng.random() < 0.3
    model = rng.choice(["none", "t.csv", ".", ""]) if odd else "m.safetensors"
    found = [
        _called(app, words)
        for words in (
            ["predict", model, "--data", "t.csv"],
            ["evaluate", model, "--data", "t.csv", *rng.choice([[], ["--metrics", "accuracy"], ["--metrics", "r2"]])],
            ["info", model],
        )
    ]
    for code, out, err in found:
        if code not in (0, 2) or "Traceback" in err or bool(code) != bool(err.strip()) or bool(code) == bool(out):
            raise Wrong(f"of the model {model!r}: exit code {code}, {out[-300:]} {err[-300:]}")
    if odd and [code for code, *_ in found] != [2, 2, 2]:
        raise Wrong(f"{model!r} is taken for a model")
    (code, predicted, _), (_, measured, _), _ = found
    rows = predicted.splitlines()[1:]
    if code == 0 and len(rows) != len(y):
        raise Wrong(f"{len(rows)} predictions of {len(y)}")
    if (said := re.search(r"^accuracy +([0-9.]+)%", measured, re.MULTILINE)) is not None:
        right = numpy.mean([p == str(t) for p, t in zip(rows, y.tolist(), strict=True)])
        if abs(float(said[1]) / 100 - right) > 1e-4:
            raise Wrong(f"an accuracy of {said[1]}%, and by the predictions {right:.2%}")


def _called(app: Any, words: list[str]) -> tuple[Any, str, str]:
    out, err, argv = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["xnn", *words]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            app.run()
        code: Any = 0
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        sys.argv = argv
    return code, out.getvalue(), err.getvalue()
