"""Runs killed with SIGKILL at random moments, writes included, and resumed until they end.

``python -m tests.training.killing 200`` kills 200 times, a fourth on each of NumPy, PyTorch, JAX and array-api-strict,
and compares weights and history with those of a run that was never killed; ``... 200 numpy torch`` a half on each of
these two. Moments are counted, not timed: steps, and
within a checkpoint's writing each half of a part, the synchronizing and the renaming.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

BACKENDS = ("numpy", "torch", "jax", "array_api_strict")
KINDS: tuple[dict[str, Any], ...] = (
    {"dropout": 0.2, "every": 0.3},
    {"patience": 4, "optimizer": "momentum", "learning_rate": 0.05},
    {"schedule": "reduce_on_plateau", "every": 2, "optimizer": "rmsprop"},
    {"batch_size": None, "every": 1, "dtype": "float64"},
)


def train(path: str, backend: str, kind: int, moment: int | None) -> Any:
    """Train to the end, or be killed at a moment."""
    import numpy

    import xnn
    from xnn import files

    left = iter(range(moment)) if moment is not None else None

    def perhaps() -> None:
        if left is not None and next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    write_all, replace, fsync = files._write_all, os.replace, os.fsync

    def in_halves(file: Any, part: memoryview) -> None:
        write_all(file, part[: len(part) // 2])
        perhaps()
        write_all(file, part[len(part) // 2 :])
        perhaps()

    def before(function: Any) -> Any:
        def called(*arguments: Any) -> Any:
            perhaps()
            result = function(*arguments)
            perhaps()
            return result

        return called

    class Steps(xnn.Callback):
        def on_step(self, run: Any) -> None:
            perhaps()

        def on_epoch(self, run: Any) -> None:
            perhaps()

    rng = numpy.random.default_rng(0)
    X = rng.normal(size=(60, 4))
    y = numpy.abs(X).argmax(axis=1)
    try:
        files._write_all, os.replace, os.fsync = in_halves, before(replace), before(fsync)
        return xnn.train(
            X, y, **{"hidden": 6, "batch_size": 16, "epochs": 6, "progress": False, "backend": backend} | KINDS[kind],
            checkpoint=path, resume=True, callbacks=[Steps()],
        )  # fmt: skip
    finally:
        files._write_all, os.replace, os.fsync = write_all, replace, fsync


def outcome(result: Any) -> Any:
    """Return the bits of a result: weights and history, but for the seconds."""
    from xnn.nn import leaves

    weights = [array.tobytes().hex() for array in leaves(result.model.host_params())]
    history = {name: values for name, values in vars(result.history).items() if name != "seconds"}
    return json.loads(json.dumps([weights, history, result.kept_epoch, result.stopped]))


def once(path: Path, backend: str, kind: int, moment: int | None) -> Any:
    """Train in a process of its own, and return what came of it, None if it was killed."""
    words = [sys.executable, "-m", "tests.training.killing", "--one", str(path), backend, str(kind), str(moment)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def forked(path: Path, backend: str, kind: int, moment: int | None) -> Any:
    """Do the same in a copy of this process, where its libraries allow that: it starts a hundred times as fast."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            with os.fdopen(writing, "w") as file:
                json.dump(outcome(train(str(path), backend, kind, moment)), file)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as file:
        text = file.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), f"the process ended with {status}"
    return json.loads(text) if status == 0 else None


def kill(kills: int, backend: str, seed: int = 0, quick: bool = False) -> tuple[int, int]:
    """Kill so many times; return how often that was, and how many runs differ from one that was never killed."""
    import xnn.training  # noqa: F401 - by the copies of this process too

    rng, run = random.Random(seed), forked if quick else once
    killed = different = runs = 0
    with tempfile.TemporaryDirectory() as folder:
        whole = [run(Path(folder, f"whole{kind}"), backend, kind, None) for kind in range(len(KINDS))]
        while killed < kills:
            kind, path = rng.randrange(len(KINDS)), Path(folder, f"run{runs}")  # not all are killed: a name for each
            runs += 1
            while killed < kills and (found := run(path, backend, kind, rng.randrange(120))) is None:
                killed += 1
            found = run(path, backend, kind, None)
            different += found != whole[kind]
    return killed, different


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        path, backend, kind, moment = sys.argv[2:]
        print(json.dumps(outcome(train(path, backend, int(kind), None if moment == "None" else int(moment)))))
    else:
        chosen = sys.argv[2:] or BACKENDS
        each = -(-int(sys.argv[1]) // len(chosen))
        for backend in chosen:
            quick = backend in ("numpy", "array_api_strict")  # the others have threads, which a copy lacks
            print(backend, "{} kills, {} runs that differ".format(*kill(each, backend, quick=quick)), flush=True)
