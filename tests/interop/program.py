"""What the ranks of a test run: ``mpiexec -n 3 python program.py CASE FILE``; rank 0 writes to the file."""

import os
import signal
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np

import xnn

SETTINGS = {
    "adam": {},
    "clipped": {"optimizer": "sgd", "learning_rate": 0.1, "clip_norm": 0.5, "l2": 0.01, "validation": None},
    "dropout": {"dropout": 0.3, "patience": 2, "schedule": "reduce_on_plateau", "class_weight": "balanced"},
}


def table():
    rng = np.random.default_rng(5)
    X = rng.normal(size=(150, 6))
    return X, np.argmax(X @ rng.normal(size=(6, 3)) + 0.3 * rng.normal(size=(150, 3)), axis=1)


def trained(comm=None, **options):
    """Train on 135 samples, of which batches of 33 leave a last one of 3: fewer than 4 ranks."""
    given = {"hidden": (12,), "epochs": 5, "batch_size": 33, "seed": 3, "learning_rate": 0.01}
    return xnn.train(*table(), comm=comm, **given | {"doctor": "off", "progress": False} | options)


def vector(result):
    return np.concatenate([np.ravel(part) for layer in result.model.host_params() for part in layer])


def alike(world, file):
    """Train on each number of ranks up to all, in both precisions."""
    found = {}
    for ranks in range(1, world.size + 1):
        part = world.Split(world.rank < ranks)
        if world.rank < ranks:
            for name, options in SETTINGS.items():
                for dtype in ("float32", "float64"):
                    result = trained(part, dtype=dtype, **options)
                    assert len(set(part.allgather(vector(result).tobytes()))) == 1
                    found[f"{name} {dtype} {ranks}"] = vector(result)
                    found[f"{name} {dtype} {ranks} loss"] = result.history.loss
                    found[f"{name} {dtype} {ranks} held out"] = result.history.validation_loss
        part.Free()
    if world.rank == 0:
        np.savez(file, **found)


class In(xnn.Callback):
    """Do something in the midst of an epoch, on one rank, when a thread has written an epoch before."""

    def __init__(self, rank, act, file):
        self.rank, self.act, self.file = rank, act, Path(file)

    def on_step(self, run):
        if run.team.rank == self.rank and run.step == 23:  # of the fifth epoch
            for _ in range(2000):
                if self.file.exists():
                    break
                time.sleep(0.01)
            self.act()


class Late(xnn.Callback):
    """Be sent the signal that another rank was sent too, when that one has told of it."""

    def on_step(self, run):
        if run.ends:
            os.kill(os.getpid(), run.signal)


def slip():
    raise ValueError("a slip")


ACTS = {
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "raises": slip,
    "leaves": lambda: sys.exit(3),
    "vanishes": lambda: os._exit(4),
    "terminated": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "interrupted": lambda: os.kill(os.getpid(), signal.SIGINT),
}

if __name__ == "__main__":
    from mpi4py import MPI

    world = MPI.COMM_WORLD
    case, file, *rest = sys.argv[1:]
    if case == "alike":
        alike(world, file)
    elif case == "decoded":
        import xnn.datasets.parquet as parquet
        from xnn.training.team import as_team

        parquet._SMALL = 0  # anything is big
        with as_team(world) or nullcontext() as team:
            found = xnn.datasets.load(rest[0], mapped=True, team=team)
        assert isinstance(found.X, np.memmap if rest[1] == "numbers" else parquet.StoredFrame)
        result = xnn.train(found.X, found.y, hidden=8, epochs=3, dtype="float64", progress=False, comm=world)
        assert all(np.array_equal(vector(result), other) for other in world.allgather(vector(result)))
        if world.rank == 0:
            np.save(file, vector(result))
    elif case == "resumed":
        result = trained(world, epochs=7, dtype="float64", checkpoint=file, resume=True)
        if world.rank == 0:
            np.save(Path(file).with_suffix(".npy"), vector(result))
    else:
        case, _, late = case.partition(" ")
        others = [Late()] if late and world.rank != int(rest[0]) else []
        trained(
            world, epochs=7, dtype="float64", checkpoint=file, callbacks=[In(int(rest[0]), ACTS[case], file), *others]
        )
