"""The estimators for scikit-learn: fit, predict, partial_fit, clone and pickle."""

import pickle
import random
import traceback
from typing import Any

import numpy
import pandas

import xnn
from tests.fuzz.expect import Wrong, refused, samples, sentence
from tests.fuzz.values import FITS, broken, dressed, odd_for
from xnn.errors import XnnError
from xnn.nn import leaves

OPTIONS = ("hidden", "activation", "optimizer", "learning_rate", "batch_size", "l1", "l2", "dropout", "bias",
           "clip_norm", "scale", "initializer")  # fmt: skip


def chosen(rng: random.Random) -> dict[str, Any]:
    """Return options that fit."""
    names = rng.sample(OPTIONS, rng.randrange(5))
    return {"hidden": 3} | {name: rng.choice(FITS[name]) for name in names}


def made(kind: str, **options: Any) -> Any:
    from xnn.interop.sklearn import MLPClassifier, MLPRegressor

    return (MLPRegressor if kind == "squares" else MLPClassifier)(doctor="off", **options)


def same(a: xnn.Model, b: xnn.Model) -> bool:
    return all(map(numpy.array_equal, leaves(a.host_params()), leaves(b.host_params())))


def estimates(rng: random.Random) -> None:
    """A fit is the training of the same options, and as many parts; what was pickled predicts the same."""
    from sklearn.base import clone

    X, y, kind = samples(rng)
    options, seed, epochs = chosen(rng), rng.randrange(9), rng.randrange(1, 4)
    task = "regression" if kind == "squares" else "classification"
    by_hand = xnn.train(
        X, y, task=task, seed=seed, epochs=epochs, validation=None, progress=False, doctor="off", dtype="float64",
        **options,
    )  # fmt: skip
    estimator = clone(made(kind, random_state=seed, epochs=epochs, **options))
    door = rng.randrange(3)
    if door == 0:
        estimator.fit(X, y)
    elif door == 1:
        estimator.set_params(warm_start=True, epochs=1)
        for _ in range(epochs):
            estimator.fit(X, y)
    else:
        for _ in range(epochs):
            estimator.partial_fit(X, y, **({} if kind == "squares" else {"classes": numpy.unique(y)}))
    if not numpy.isfinite(by_hand.history.loss[-1]):
        return
    if not same(estimator.model_, by_hand.model) or estimator.history_.loss != by_hand.history.loss:
        raise Wrong(f"another model than train()'s by door {door}, of {options}")
    Z = dressed(X, rng)
    if isinstance(Z, (memoryview, pandas.DataFrame)) or getattr(Z, "dtype", None) == numpy.longdouble:
        Z = X  # no matrix for scikit-learn, warned of, and scaled with digits of its own
    p = pickle.loads(pickle.dumps(estimator)).predict(Z)
    if not numpy.array_equal(p, estimator.predict(Z)) or p.shape != y.shape:
        raise Wrong("other predictions from a pickle")
    # Rows that do not lie one behind the other in memory are multiplied in another order.
    plain = estimator.predict(X)
    if not (numpy.allclose(p, plain, rtol=1e-9) if kind == "squares" else numpy.array_equal(p, plain)):
        raise Wrong("other predictions in another form")
    if kind != "squares" and estimator.score(X, y) != numpy.mean(p == y):
        raise Wrong("another score")


def refuses(rng: random.Random) -> None:
    """What xnn refuses is one sentence; what scikit-learn refuses before is its own."""
    X, y, kind = samples(rng)
    name = rng.choice(OPTIONS)
    value = odd_for(name, rng)
    refused(lambda: made(kind, epochs=1, **{name: value}).fit(X, y), f"{name}={value!r}")
    fitted = made(kind, epochs=1, hidden=2).fit(X, y)
    Z = broken(X, rng)
    before = fitted.model_
    for work in (lambda: fitted.predict(Z), lambda: fitted.partial_fit(Z, y), lambda: fitted.score(Z, y)):
        either(work, f"{type(Z)} {Z!r:.60}")
    if fitted.model_ is before:
        for wrong in (None, y[:-1], 3, y[:, None, None]):
            either(lambda: fitted.partial_fit(X, wrong), f"y={wrong!r:.60}")  # noqa: B023
        if fitted.model_ is not before:
            raise Wrong("a wrong y is learnt from")


def either(work: Any, what: str) -> None:
    """Expect a result, one sentence, or an error that scikit-learn raised itself."""
    try:
        with numpy.errstate(all="ignore"):
            work()
    except XnnError as error:
        sentence(error)
    except Exception as error:
        raised_by = traceback.extract_tb(error.__traceback__)
        within = [frame.filename for frame in raised_by if "/xnn/" in frame.filename]
        last = within[-1] if within else ""
        ours = raised_by[-1].filename == last
        own = isinstance(error, RuntimeError) and "cannot" in str(error)  # the input's
        if ours or not (own or any("sklearn" in frame.filename for frame in raised_by)):
            raise Wrong(f"{type(error).__name__}: {error} of {what}") from error
