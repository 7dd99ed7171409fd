"""Files of models."""

import random
import tempfile
from pathlib import Path

import numpy

import xnn
from tests.fuzz.expect import Wrong, refused
from tests.fuzz.values import ODD


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
            at = rng.randrange(max(1, len(whole)))
            if action == 0 and whole:
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
