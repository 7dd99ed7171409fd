"""A file as a saved model takes it."""

from pathlib import Path
from typing import Any


def for_model(model: Any, data: Path, drop: list[str] | None = None, target: str | int | None = None) -> Any:
    """Read the features that a model was trained on, by their names where it has some; and a target where one is said.

    What was text in training is text here too, and where nothing was missing then nothing may be now.
    """
    from .. import datasets

    has_names = data.suffix.lower() not in (".npy", ".npz")
    names = model.feature_names if has_names else None
    texts = () if model.table is None else model.table.texts
    return datasets.load(
        data,
        target if target is None or names is not None or target != -1 else None,
        features_only=names or target is None,
        drop=drop or (),
        as_text=texts if has_names else None,
        gaps=model.table is not None or not has_names,
    )
