"""Small tables, all defaults, beside scikit-learn's MLP with its own: how well each does on rows that neither saw."""

import warnings
from collections.abc import Callable, Iterator
from statistics import mean, stdev
from typing import NamedTuple

import numpy as np

import xnn

MOST_WORSE = 0.01
SEEDS = range(10)  # whatever was chosen with a view of these is to be judged by others
SHARE = 0.25  # of the rows, to judge by
Table = tuple[np.ndarray, np.ndarray]


class Beside(NamedTuple):
    table: str
    rows: int
    ours: float  # accuracy, or R^2, a mean over the seeds
    theirs: float
    error: float  # of the difference of the two means: its standard error over the seeds
    epochs: float  # that xnn chose

    @property
    def worse(self) -> float:
        return self.theirs - self.ours


def california(seed: int, n: int = 5000) -> Table:
    """Make a table like California's houses: skewed features of many units, a bent and noisy target, cut off above."""
    rng = np.random.default_rng(seed)
    income, age = rng.lognormal(1.2, 0.45, n), rng.integers(1, 53, n).astype(float)
    rooms, people = rng.lognormal(1.6, 0.3, n), rng.lognormal(7.0, 0.7, n)
    north, east = rng.uniform(32, 42, n), rng.uniform(-124, -114, n)
    coast = np.exp(-(((north - 37.5) + (east + 119.5)) ** 2) / 4.0)
    price = 0.45 * income + 0.8 * coast + 0.006 * age + 0.3 * np.sin(north) * np.cos(east) + 0.1 * rooms
    price = price + 0.15 * rng.normal(size=n) * np.sqrt(income)
    return np.column_stack([income, age, rooms, people, north, east]), np.minimum(price, 5.0)


def tables() -> dict[str, Callable[[int], Table]]:
    from sklearn import datasets

    def of(function: Callable[..., Table], **options: object) -> Callable[[int], Table]:
        return lambda seed: function(random_state=seed, **options)

    def stored(function: Callable[..., Table]) -> Callable[[int], Table]:
        return lambda seed: function(return_X_y=True)

    return {
        "circle, 300": lambda seed: tuple(xnn.datasets.circle(n=300, seed=seed)),
        "spiral, 300": lambda seed: tuple(xnn.datasets.spiral(n=300, seed=seed)),
        "xor, 300": lambda seed: tuple(xnn.datasets.xor(n=300, seed=seed)),
        "moons, 300": of(datasets.make_moons, n_samples=300, noise=0.2),
        "circles, 300": of(datasets.make_circles, n_samples=300, noise=0.1, factor=0.5),
        "blobs, 500": of(datasets.make_blobs, n_samples=500, centers=4, cluster_std=2.0),
        "made, 400 x 20": of(datasets.make_classification, n_samples=400, n_features=20, n_informative=5),
        "made, 1,000 of 3": of(datasets.make_classification, n_samples=1000, n_informative=6, n_classes=3),
        "iris": stored(datasets.load_iris),
        "wine": stored(datasets.load_wine),
        "breast cancer": stored(datasets.load_breast_cancer),
        "diabetes": stored(datasets.load_diabetes),
        "Friedman 1, 500": of(datasets.make_friedman1, n_samples=500, noise=1.0),
        "Friedman 2, 500": of(datasets.make_friedman2, n_samples=500, noise=50.0),
        "like California, 5,000": california,
    }


def measure(seeds: range = SEEDS, chosen: str = "") -> Iterator[Beside]:
    """Train both on the same three quarters of each table, and judge both by the rest; scikit-learn gets scaled X.

    A seed makes the table, where one is made, splits it, and draws the weights and shuffles of both.
    """
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    for name, make in tables().items():
        if chosen not in name:
            continue
        ours, theirs, epochs = [], [], []
        for seed in seeds:
            X, y = make(seed)
            numbers = y.dtype.kind == "f"
            order = np.random.default_rng(seed).permutation(len(X))
            rest = order[: int(SHARE * len(X))]
            rows = order[len(rest) :]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                kind = "regression" if numbers else "classification"
                result = xnn.train(X[rows], y[rows], task=kind, seed=seed, progress=False)
                other = make_pipeline(StandardScaler(), (MLPRegressor if numbers else MLPClassifier)(random_state=seed))
                other.fit(X[rows], y[rows])
            ours.append(result.model.score(X[rest], y[rest]))
            theirs.append(float(other.score(X[rest], y[rest])))
            epochs.append(result.history.epochs)
        error = stdev(a - b for a, b in zip(ours, theirs, strict=True)) / len(seeds) ** 0.5
        yield Beside(name, len(X), mean(ours), mean(theirs), error, mean(epochs))
