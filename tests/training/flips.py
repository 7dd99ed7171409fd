"""Bytes of saved models changed one at a time: ``python -m tests.training.flips 6000``."""

import random
import sys
import tempfile
from pathlib import Path

import numpy

import xnn
from tests.training.problems import blobs, curve, fit
from xnn.errors import FileError


def flips(count: int, folder: Path, seed: int = 0) -> tuple[int, int]:
    """Change one byte so many times; return how often that was, and how often the file was loaded all the same."""
    rng, paths = random.Random(seed), []
    X, y = blobs()
    for i, (data, targets, options) in enumerate(
        [(X, y, {}), (X, numpy.array(["a", "bb", "c"])[y], {"bias": False}), (*curve(), {"dtype": "float64"})]
    ):
        paths.append(folder / f"{i}.safetensors")
        result = fit(data, targets, hidden=3, epochs=1, **options)
        result.save(paths[-1]) if i == 2 else result.model.save(paths[-1])
    wholes, loaded = [path.read_bytes() for path in paths], 0
    for _ in range(count):
        i = rng.randrange(len(paths))
        content = bytearray(wholes[i])
        content[rng.randrange(len(content))] ^= rng.randrange(1, 256)
        paths[i].write_bytes(content)
        try:
            xnn.load(paths[i])
            loaded += 1
        except FileError:
            pass
    return count, loaded


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print("{:,} bytes changed, {} files loaded".format(*flips(int(sys.argv[1]), Path(folder))))
