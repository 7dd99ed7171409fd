"""Tables as people have them, made from a seed: passengers of a ship like the Titanic, and houses with their prices.

They have the columns, the kinds of text, the gaps and the shares of the well-known ones, and no row of them.
"""

from pathlib import Path
from typing import Any

import numpy as np

Columns = dict[str, list[Any]]


def titanic(seed: int = 0, n: int = 891) -> Columns:
    """Who survived a shipwreck: sex, class and age say much, and much stays chance; age and deck have gaps."""
    rng = np.random.default_rng(seed)
    rank = rng.choice([1, 2, 3], n, p=[0.24, 0.21, 0.55])
    sex = rng.choice(["male", "female"], n, p=[0.65, 0.35])
    age = np.clip(rng.normal(44 - 5.5 * rank, 13.5, n), 0.4, 80).round(1)
    child = age < 13
    sibsp, parch = rng.poisson(0.5 + 1.2 * child), rng.poisson(0.3 + 1.0 * child)
    fare = (rng.lognormal(np.array([4.1, 2.9, 2.3])[rank - 1], 0.5) * (1 + 0.5 * (sibsp + parch))).round(4)
    town = rng.choice(["Southampton", "Cherbourg", "Queenstown"], n, p=[0.72, 0.19, 0.09])
    alone = sibsp + parch == 0
    logit = 1.4 - 1.05 * (rank - 1) - 0.025 * (age - 30) + 0.4 * (town == "Cherbourg") - 0.5 * (sibsp + parch > 3)
    logit = 1.3 * logit + np.where(sex == "female", 1.6 - 0.4 * (rank == 3), -1.1 + 1.9 * child * (rank < 3))
    survived = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
    deck = np.where(rank == 1, rng.choice(list("ABCDE"), n), rng.choice(list("DEFG"), n))
    no_deck = rng.random(n) < np.array([0.2, 0.9, 0.98])[rank - 1]
    return {
        "survived": survived.tolist(),
        "pclass": rank.tolist(),
        "sex": sex.tolist(),
        "age": [None if gap else value for gap, value in zip(rng.random(n) < 0.2, age.tolist(), strict=True)],
        "sibsp": sibsp.tolist(),
        "parch": parch.tolist(),
        "fare": fare.tolist(),
        "class": [("First", "Second", "Third")[i - 1] for i in rank],
        "deck": [None if gap else value for gap, value in zip(no_deck, deck.tolist(), strict=True)],
        "embark_town": [None if i in (61, 829) else value for i, value in enumerate(town.tolist())],
        "alone": [str(value) for value in alone],
    }


def houses(seed: int = 0, n: int = 1460) -> Columns:
    """What houses sold for, in 1,000: prices and lots with commas between thousands, many words, many gaps."""
    rng = np.random.default_rng(seed)
    area, quality = rng.lognormal(7.3, 0.33, n).round(), rng.integers(3, 11, n)
    built = rng.integers(1900, 2011, n)
    place = rng.integers(0, 25, n)
    worth = np.random.default_rng(99).normal(0, 0.15, 25)[place]
    lot, garage = rng.lognormal(9.1, 0.4, n).round(), rng.integers(0, 4, n)
    air = rng.random(n) < 0.93
    log = 11.0 + 0.55 * (np.log(area) - 7.3) + 0.11 * (quality - 6) + 0.003 * (built - 1970) + worth
    log = log + 0.07 * garage + 0.12 * air + 0.08 * (np.log(lot) - 9.1) + 0.12 * rng.normal(size=n)
    price = (np.exp(log) / 100).round() * 100
    return {
        "zoning": rng.choice(["RL", "RM", "FV", "C (all)"], n, p=[0.78, 0.15, 0.05, 0.02]).tolist(),
        "frontage": [
            None if gap else float(v) for gap, v in zip(rng.random(n) < 0.18, (lot**0.5).round(), strict=True)
        ],
        "lot": [f"{int(v):,}" for v in lot],
        "alley": rng.choice(["NA", "Grvl", "Pave"], n, p=[0.93, 0.04, 0.03]).tolist(),
        "neighborhood": [f"Place{i:02d}" for i in place],
        "quality": quality.tolist(),
        "built": built.tolist(),
        "area": area.astype(int).tolist(),
        "central_air": ["Y" if each else "N" for each in air],
        "garage": ["NA" if cars == 0 else ["Attchd", "Detchd", "BuiltIn"][cars % 3] for cars in garage],
        "cars": garage.tolist(),
        "price": [f"{int(v):,}" for v in price],
    }


def write(path: Path, columns: Columns, delimiter: str = ",") -> Path:
    """Write a table as a program of tables does: an empty cell for a gap, quotes where they are needed."""
    import csv
    import gzip

    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path
