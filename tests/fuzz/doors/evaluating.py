"""Model.evaluate and Result.evaluate, beside scikit-learn's metrics of the model's predictions."""

import random
from typing import Any

import numpy

import xnn
from tests.fuzz.expect import Wrong, refused, samples
from tests.fuzz.values import broken, dressed
from xnn.training.frames import is_table

CLASSES = ["accuracy", "balanced_accuracy", "f1", "roc_auc", "log_loss"]
NUMBERS = ["r2", "rmse", "absolute_error"]


def trained(rng: random.Random) -> tuple[xnn.Result, numpy.ndarray, numpy.ndarray, str]:
    """Return the result of a short training, its data and what they are."""
    X, y, kind = samples(rng)
    task = "regression" if kind == "squares" else "classification"
    result = xnn.train(X, y, task=task, hidden=3, epochs=1, progress=False, doctor="off", dtype="float64")
    return result, X, y, kind


def judged(y: numpy.ndarray, predicted: numpy.ndarray, p: Any, kind: str) -> dict[str, float]:
    """Return scikit-learn's figures of predictions and probabilities."""
    from sklearn import metrics as judge

    if kind == "squares":
        return {"r2": judge.r2_score(y, predicted), "absolute_error": judge.mean_absolute_error(y, predicted),
                "rmse": judge.root_mean_squared_error(y, predicted)}  # fmt: skip
    classes = numpy.unique(y)
    two = len(classes) == 2
    own = p[numpy.arange(len(y)), numpy.searchsorted(classes, y)]
    return {
        "accuracy": judge.accuracy_score(y, predicted),
        "balanced_accuracy": judge.balanced_accuracy_score(y, predicted),
        "f1": judge.f1_score(y, predicted, **({"pos_label": classes[1]} if two else {"average": "macro"})),
        "roc_auc": judge.roc_auc_score(y, p[:, 1] if two else p, multi_class="ovr"),
        "log_loss": -numpy.mean(numpy.log(numpy.maximum(own, 1e-300))),
    }


def evaluates(rng: random.Random) -> None:
    """Any of the metrics are scikit-learn's, and so are those of a constant prediction."""
    result, X, y, kind = trained(rng)
    rows = numpy.arange(len(X)) if rng.random() < 0.5 else numpy.random.default_rng(rng.randrange(99)).permutation(6)
    X, y = X[rows], y[rows]
    known = NUMBERS if kind == "squares" else CLASSES
    asked = rng.choice([None, rng.sample(known, rng.randrange(len(known) + 1))])
    if kind != "squares" and len(set(y.tolist())) < len(result.model.classes):
        return
    found = rng.choice([result, result.model]).evaluate(dressed(X, rng), y, asked)
    model = result.model
    p = None if kind == "squares" else model.predict_proba(X)
    wanted = judged(y, model.predict(X), p, kind)
    if kind == "squares":
        constant, share = numpy.broadcast_to(y.mean(axis=0), y.shape), None
    else:
        classes, counts = numpy.unique(y, return_counts=True)
        constant = numpy.full(len(y), classes[counts.argmax()])
        share = numpy.broadcast_to(counts / len(y), (len(y), len(classes)))
        if len(classes) == 2 and counts[0] == counts[1]:
            constant[:] = classes[0]
    alike = judged(y, constant, share, kind)
    if list(found.scores) != list(known if asked is None else asked) or found.samples != len(y):
        raise Wrong(f"scores {found.scores} of {asked}")
    for said, right in ((found.scores, wanted), (found.baseline, alike)):
        for name, value in said.items():
            # One logit of a single precision decides what 1 - p cannot show.
            if not numpy.isclose(value, right[name], rtol=1e-5, atol=1e-7):
                raise Wrong(f"{name} {value}, by scikit-learn {right[name]}")
    if not all(name.replace("_", " ") in str(found) for name in found.scores):
        raise Wrong(f"a metric is not said: {found}")


def refuses(rng: random.Random) -> None:
    """Metrics, features and targets that do not fit the model."""
    result, X, y, kind = trained(rng)
    other = CLASSES[1:] if kind == "squares" else NUMBERS[:2]
    odd: list[Any] = ["accuracy", 3, [3], ["no"], [None], {"accuracy": 1}, rng.sample(other, 1), object(), numpy.nan]
    value = rng.choice(odd)
    refused(lambda: result.evaluate(X, y, value), f"metrics={value!r}")
    Z = broken(X, rng)
    fewer = isinstance(Z, list) and len(Z) == len(X) - 1
    if not (isinstance(Z, numpy.ndarray) and Z.dtype.kind == "f" and Z.size and Z.ndim == 2 and abs(Z).max() > 1e100):
        refused(lambda: result.evaluate(Z, y), f"X={type(Z)} {Z!r:.80}, table {is_table(Z)}, fewer {fewer}")
    classes = ["another"] * len(y) if kind != "squares" else [None] * len(y)
    for wrong in (None, y[:-1], 3, y[:, None, None], {"a": 1}, classes):
        refused(lambda: result.evaluate(X, wrong), f"y={wrong!r:.80}")  # noqa: B023
