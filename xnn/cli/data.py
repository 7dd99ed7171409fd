"""A file as a saved model takes it."""

from pathlib import Path
from typing import Any


def for_model(model: Any, data: Path, drop: list[str] | None = None, target: str | None = None) -> Any:
    """Read the features that a model was trained on, by their names where it has some; and a target where one is said.

    What was text in training is text here too, and where nothing was missing then nothing may be now.
    """
    from .. import datasets

    if data.suffix.lower() == ".npz" and target == "-1":  # the last column of other files
        target = "y"
    named = data.suffix.lower() not in (".npy", ".npz")
    names = model.feature_names if named else None
    texts = () if model.table is None else model.table.texts
    return datasets.load(
        data,
        target,
        features_only=names or target is None,
        drop=drop or (),
        as_text=texts if named else None,
        gaps=model.table is not None or not named,
    )
