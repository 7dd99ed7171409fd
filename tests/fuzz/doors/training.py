"""train(): any options, options that fit nothing, data that cannot be any, and a loop by hand beside it."""

import random
from typing import Any

import numpy

import xnn
from tests.fuzz import loop
from tests.fuzz.expect import Wrong, refused, samples
from tests.fuzz.values import FITS, broken, dressed, odd_for
from xnn.nn import leaves
from xnn.training.frames import is_table


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
