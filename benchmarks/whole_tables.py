"""Tables with text and gaps, all defaults, beside scikit-learn's: how well each does on rows that none of them saw."""

import warnings
from collections.abc import Iterator
from statistics import mean
from typing import Any, NamedTuple

import numpy as np

import xnn
from tests.training.made_tables import houses, titanic

MOST_WORSE = 0.01  # than the lower of the two
SHARE = 0.25  # of the rows, to judge by


class Scores(NamedTuple):
    table: str
    rows: int
    ours: float  # accuracy, or R^2, a mean over the seeds
    trees: float  # HistGradientBoosting's, with its categories by the columns' type
    perceptron: float  # scikit-learn's MLP behind an imputer with indicators, one-hot columns and scaled numbers

    @property
    def worse(self) -> float:
        return min(self.trees, self.perceptron) - self.ours


def measure(seeds: int = 5) -> Iterator[Scores]:
    """Train all three on the same three quarters of each table."""
    for name, make, target in (("like the Titanic", titanic, "survived"), ("like houses", houses, "price")):
        found = []
        for seed in range(seeds):
            frame, y = _as_frame(make(seed), target)
            order = np.random.default_rng(seed).permutation(len(y))
            rest, rows = np.split(order, [int(SHARE * len(y))])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                task = "regression" if target == "price" else "classification"
                model = xnn.train(frame.iloc[rows], y[rows], task=task, seed=seed, progress=False).model
                peers = [peer.fit(frame.iloc[rows], y[rows]) for peer in _peers(task, seed)]
                found.append([float(each.score(frame.iloc[rest], y[rest])) for each in (model, *peers)])
        yield Scores(name, len(y), *map(mean, zip(*found, strict=True)))


def _as_frame(columns: dict[str, list[Any]], target: str) -> tuple[Any, np.ndarray]:
    """Return a frame of numbers and categories: the peers read no commas between thousands and no words for gaps."""
    import pandas

    frame = pandas.DataFrame(columns).replace("NA", None)
    for name in frame:
        if not pandas.api.types.is_numeric_dtype(frame[name]):
            plain = (
                frame[name].astype(object).map(lambda cell: cell.replace(",", "") if isinstance(cell, str) else cell)
            )
            numbers = pandas.to_numeric(plain, errors="coerce")
            frame[name] = frame[name].astype("category") if numbers.isna().all() else numbers
    return frame, frame.pop(target).to_numpy()


def _peers(task: str, seed: int) -> list[Any]:
    from sklearn.compose import TransformedTargetRegressor, make_column_selector, make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    words = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"), OneHotEncoder(handle_unknown="ignore")
    )
    encoder = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")), (words, make_column_selector(dtype_include="category"))
    )
    if task == "classification":
        return [
            HistGradientBoostingClassifier(random_state=seed),
            make_pipeline(encoder, MLPClassifier(random_state=seed)),
        ]
    perceptron = TransformedTargetRegressor(MLPRegressor(random_state=seed), transformer=StandardScaler())
    return [HistGradientBoostingRegressor(random_state=seed), make_pipeline(encoder, perceptron)]
