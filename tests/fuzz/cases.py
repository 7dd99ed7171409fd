"""One case after another: a right result, or one sentence."""

import contextlib
import csv
import io
import os
import random
import re
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy

import xnn
from tests.fuzz import loop
from tests.fuzz.values import FITS, ODD, broken, dressed, odd_for, table
from xnn.errors import XnnError
from xnn.nn import leaves
from xnn.training.frames import is_table


class Wrong(Exception):
    """A case that ended otherwise than it should."""


def refused(work: Any, what: str) -> None:
    """Expect one sentence."""
    try:
        work()
    except XnnError as error:
        sentence(error)
        return
    raise Wrong(f"not refused: {what}")


def sentence(error: XnnError) -> None:
    text = str(error)
    if "\n" in text or len(text) < 15 or "Traceback" in text:
        raise Wrong(f"no sentence: {text!r}")


def samples(rng: random.Random) -> tuple[numpy.ndarray, numpy.ndarray, str]:
    """Return a table, a target and what it is."""
    n, features = rng.randrange(8, 40), rng.randrange(1, 5)
    X = table(rng, n, features)
    kind = rng.choice(["sigmoid", "softmax", "squares", "squares of two"])
    if kind.startswith("squares"):
        y = X @ numpy.random.default_rng(rng.randrange(99)).normal(size=(features, 2)) + 3.0
        return X, y if kind == "squares of two" else y[:, 0], "squares"
    classes = 2 if kind == "sigmoid" else 3
    y = numpy.arange(n) % classes
    names = [numpy.array(["b", "a", "cc"]), numpy.array([5, -2, 9]), numpy.array([7, 8, 200], "uint8")]
    return X, (y == 1 if kind == "sigmoid" and rng.random() < 0.3 else rng.choice(names)[y]), kind


def trains(rng: random.Random) -> None:
    """Any options that fit: a result whose parts fit each other."""
    X, y, kind = samples(rng)
    names = rng.sample([name for name in FITS if name not in ("callbacks",)], rng.randrange(0, 9))
    options = {name: rng.choice(FITS[name]) for name in names} | {"callbacks": rng.choice(FITS["callbacks"][:4])}
    options = {"epochs": 1, "hidden": 3} | options
    if kind == "squares":
        options["task"] = "regression"
    result = xnn.train(dressed(X, rng), y, progress=False, **options)
    check(result, X, y, kind)


def check(result: Any, X: Any, y: Any, kind: str) -> None:
    model = result.model
    if not numpy.isfinite(result.history.loss[-1]):
        return
    predictions = model.predict(X)
    if predictions.shape != y.shape or not numpy.isfinite(model.outputs(X)).all():
        raise Wrong("predictions of another shape, or not finite")
    if kind != "squares":
        p = model.predict_proba(X)
        best = model.classes[p.argmax(axis=1)]
        if not numpy.allclose(p.sum(axis=1), 1, atol=1e-5) or not set(best) <= set(y.tolist()):
            raise Wrong("probabilities that do not sum to 1, or no classes")
        if abs(model.score(X, y) - numpy.mean(predictions == y)) > 1e-12:
            raise Wrong("another score")


def refuses_option(rng: random.Random) -> None:
    """One option that fits nothing."""
    X, y, kind = samples(rng)
    name = rng.choice(list(FITS))
    value = odd_for(name, rng)
    task = "regression" if kind == "squares" else "auto"
    options = {"epochs": 1, "task": task} | {name: value}
    refused(lambda: xnn.train(X, y, progress=False, **options), f"{name}={value!r}")


def refuses_data(rng: random.Random) -> None:
    """Features or targets that cannot be any."""
    X, y, kind = samples(rng)
    task = "regression" if kind == "squares" else "auto"
    Z = broken(X, rng)
    if not is_table(Z):  # whose text and gaps are taken
        refused(lambda: xnn.train(Z, y, epochs=1, progress=False, task=task), f"X={type(Z)} {Z!r:.80}")
    model = xnn.train(X, y, epochs=1, hidden=2, progress=False, task=task, doctor="off").model
    if not (isinstance(Z, list) and len(Z) == len(X) - 1):  # fewer rows are as good
        if isinstance(Z, numpy.ndarray) and Z.dtype.kind == "f" and Z.ndim == 2 and Z.size and abs(Z).max() > 1e100:
            with numpy.errstate(all="ignore"):
                refused(lambda: model.predict(Z), "huge X to predict")
        else:
            refused(lambda: model.predict(Z), f"X to predict={type(Z)} {Z!r:.80}")
    refused(lambda: model.score(X, rng.choice([None, y[:-1], 3, y[:, None, None], {"a": 1}])), "y to score")


def weighted(x: numpy.ndarray, w: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Return the mean and the deviation of each column, where a weight is how often a row counts."""
    mean = w @ x / w.sum()
    return mean, numpy.sqrt(w @ (x - mean) ** 2 / w.sum())


def is_the_loop_by_hand(rng: random.Random) -> None:
    """Losses and weights are those of a loop that knows nothing of xnn."""
    X, y, kind = samples(rng)
    o = {
        "epochs": rng.randrange(1, 4), "batch_size": rng.choice([None, 5, 100]), "l2": rng.choice([0.0, 0.01]),
        "optimizer": rng.choice(["sgd", "momentum"]), "learning_rate": rng.choice([0.01, 0.1]),
        "seed": rng.randrange(9), "scale": rng.choice(["standard", "common"]), "validation": rng.choice([None, 0.3]),
    }  # fmt: skip
    w = rng.choice([None, numpy.random.default_rng(1).uniform(0.5, 2.0, size=len(X))])
    start: list[Any] = []

    class Start(xnn.Callback):
        def on_start(self, run: Any) -> None:
            start.extend(numpy.array(p) for p in leaves(run.params))

    result = xnn.train(
        dressed(X, rng), y, hidden=rng.choice([(), 3, (3, 2)]), activation="tanh", dtype="float64", progress=False,
        sample_weight=w, callbacks=[Start()], task="regression" if kind == "squares" else "classification",
        doctor="off", **o,
    )  # fmt: skip
    held = result.validation_rows if result.validation_rows is not None else numpy.array([], int)
    rows = numpy.setdiff1d(numpy.arange(len(X)), held)
    weight = numpy.ones(len(X)) if w is None else w
    A = X[rows]
    m, s = weighted(A, weight[rows])
    if o["scale"] == "common":
        m, s = weighted(A.reshape(-1, 1), numpy.repeat(weight[rows], A.shape[1]))
    if kind == "squares":
        Y = y.reshape(len(y), -1)
        t0, t1 = weighted(Y[rows], weight[rows])
        T = (Y - t0) / t1
    else:
        T = (y[:, None] == numpy.unique(y)[1:] if kind == "sigmoid" else y[:, None] == numpy.unique(y)).astype(float)
    shuffle = numpy.random.default_rng(o["seed"]).spawn(4)[2]
    with numpy.errstate(all="ignore"):
        losses = loop.train((A - m) / s, T[rows], weight[rows], start, kind, shuffle, o)
    if not numpy.isfinite(losses).all() or max(losses) > 1e6:
        return  # diverged: rounding decides
    if not numpy.allclose(result.history.loss, losses, rtol=1e-6):
        raise Wrong(f"losses {result.history.loss}, by hand {losses}, of {o}")
    for ours, theirs in zip(leaves(result.model.host_params()), start, strict=True):
        if not numpy.allclose(ours, theirs, rtol=1e-5, atol=1e-8):
            raise Wrong(f"weights differ, of {o}")


def number(cell: str) -> float:
    """Return the number that a cell is, also with commas between thousands, as docs/howto/tables.md says."""
    return float(cell.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+", cell) else cell)


def is_the_table(rng: random.Random) -> None:
    """A CSV file is what Python's own reader makes of it, or is refused."""
    width, n = rng.randrange(2, 5), rng.randrange(3, 9)
    cell = rng.choice([
        lambda: str(rng.randrange(-9, 9)), lambda: f"{rng.uniform(-1, 1):.3f}", lambda: str(rng.randrange(2**60)),
    ])  # fmt: skip
    label = rng.choice([lambda: rng.choice(["a", "b"]), cell, lambda: str(rng.randrange(2**53, 2**62))])
    rows = [[*[cell() for _ in range(width - 1)], label()] for _ in range(n)]
    odd = rng.random() < 0.5
    if odd:
        rows[rng.randrange(n)][rng.randrange(width)] = rng.choice(
            ["", "NA", "nan", "inf", "1,5", "1e999", "\0", "ü", "1_000", "1,234,567", '"', "x\ny", "-", " 7 ", "None"]
        )
    text = io.StringIO()
    csv.writer(text).writerows([[f"c{i}" for i in range(width)], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_text(text.getvalue(), encoding="utf-8")
        try:
            found = xnn.datasets.load(path)
        except XnnError as error:
            sentence(error)
            if not odd:
                raise Wrong(f"a plain table is refused: {error}") from error
            return
    if isinstance(found.X, xnn.datasets.Frame):  # of the odd cell
        return
    if found.X.tolist() != [[number(c) for c in row[:-1]] for row in rows]:
        raise Wrong("other features than in the file")
    for value, row in zip(found.y.tolist(), rows, strict=True):
        if str(value) != row[-1].strip() and float(value) != number(row[-1]):
            raise Wrong(f"target {value!r} of {row[-1]!r}")
    if len(set(found.y.tolist())) != len({row[-1].strip() for row in rows}) and not odd:
        raise Wrong("targets of the file are merged")


def loads_or_refuses(rng: random.Random) -> None:
    """Files that are damaged, paths that are none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "m.safetensors")
        result = xnn.train([[0.0], [1.0]] * 8, [0, 1] * 8, hidden=2, epochs=1, progress=False, doctor="off")
        (result if rng.random() < 0.5 else result.model).save(path)
        whole = bytearray(path.read_bytes())
        before = xnn.load(path).predict_proba([[0.5]])
        for _ in range(rng.randrange(1, 4)):
            action = rng.randrange(4)
            at = rng.randrange(len(whole))
            if action == 0:
                whole[at] ^= rng.randrange(1, 256)
            elif action == 1:
                del whole[at : at + rng.randrange(1, 9)]
            elif action == 2:
                whole[at:at] = rng.randbytes(rng.randrange(1, 9))
            else:
                whole = whole[: max(1, at)]
        if bytes(whole) != path.read_bytes():
            path.write_bytes(whole)
            refused(lambda: xnn.load(path), "a damaged file")
        elif not numpy.array_equal(before, xnn.load(path).predict_proba([[0.5]])):
            raise Wrong("another model")
        for door in (xnn.load, result.model.save, result.save, xnn.datasets.load, result.history.plot):
            value = rng.choice([v for v in ODD if not (isinstance(v, str) and v in ("no", "float16"))])
            if value is not None:
                refused(lambda: door(value), f"{door.__name__}({value!r})")  # noqa: B023
        refused(lambda: xnn.load(Path(folder, "m.safetensors", "below")), "below a file")
        refused(lambda: result.save(folder), "a folder")


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
                code, out, err = _called(app, ["predict", "m.safetensors", "--data", "t.csv"])
                if code not in (0, 2) or (code == 0 and len(out.splitlines()) != len(X) + 1):
                    raise Wrong(f"xnn predict: exit code {code}, {err[-300:]}")
        finally:
            os.chdir(here)


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


DOORS = (
    trains,
    refuses_option,
    refuses_option,
    refuses_data,
    is_the_loop_by_hand,
    is_the_table,
    loads_or_refuses,
    commands,
)


def run(first: int, count: int, seed: int = 0) -> list[str]:
    """Run cases `first`, ...; return what is wrong with which of them."""
    wrong = []
    for case in range(first, first + count):
        rng = random.Random(f"{seed} {case}")
        door = rng.choice(DOORS)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                warnings.simplefilter("ignore", xnn.NotLearningWarning)
                door(rng)
        except XnnError as error:  # of options that fit each by itself, but not each other
            try:
                sentence(error)
            except Wrong as no_sentence:
                wrong.append(f"case {case}, {door.__name__}: {no_sentence}")
        except Exception as error:
            wrong.append(f"case {case}, {door.__name__}: {type(error).__name__}: {error}")
    return wrong
