"""What each rank does: ``mpiexec -n 2 python -m benchmarks.ranks_worker steps 0 128``, ``left``, or ``soak 100000``."""

import json
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

import xnn
from xnn.interop.mpi import MPIReduction

from .ranks import parameters
from .setting import NETWORKS, Setting

_EPOCHS, _STEPS = 5, 40
_MEANWHILE, _SUMS = 0.03, 100  # seconds without a call of MPI; sums of which the median is taken


class Timed(MPIReduction):
    """A reduction with a watch on its sums."""

    seconds = 0.0

    def sum(self, array: Any) -> Any:
        started = time.perf_counter()
        found = super().sum(array)
        self.seconds += time.perf_counter() - started
        return found


def steps(network: int, batch: int) -> None:
    """Print the seconds of a step of the fastest epoch but the first, the share of them in sums, and of the processor.

    Other programs on the same cores lengthen the first and hardly the last, which is what one rank computes.
    """
    ranks = Timed(MPI.COMM_WORLD)
    setting = Setting(NETWORKS[network][0], batch, batch * _STEPS, "adam")
    X, y = setting.data()
    sums, computed = [0.0], [time.process_time()]

    def look(run: Any) -> None:
        sums.append(ranks.seconds)
        computed.append(time.process_time())

    result = xnn.train(
        X, y, hidden=setting.sizes[1:-1], epochs=_EPOCHS, batch_size=batch, validation=None, scale=None,
        progress=False, doctor="off", callbacks=[look], comm=ranks,
    )  # fmt: skip
    each = list(zip(result.history.seconds, np.diff(sums), strict=True))[1:]
    seconds, reducing = min(each)
    if ranks.rank == 0:
        processor = min(np.diff(computed)[1:])
        print(json.dumps([seconds / _STEPS, reducing / seconds, processor / _STEPS]), flush=True)


def left() -> None:
    """Print for each network the seconds of a sum, and those that one still takes after a while of other work.

    The other work is sleep, so that neither a rank nor a thread of MPI's lacks a core meanwhile.
    """
    comm = MPI.COMM_WORLD
    for sizes, *_ in NETWORKS:
        vector = np.ones(parameters(sizes) + 3, dtype=np.float32)
        blocking, waiting = [], []
        for _ in range(_SUMS):
            comm.Barrier()
            started = time.perf_counter()
            comm.Allreduce(MPI.IN_PLACE, vector)
            blocking.append(time.perf_counter() - started)
            comm.Barrier()
            request = comm.Iallreduce(MPI.IN_PLACE, vector)
            time.sleep(_MEANWHILE)
            started = time.perf_counter()
            request.Wait()
            waiting.append(time.perf_counter() - started)
            vector[:] = 1.0
        if comm.rank == 0:
            print(json.dumps([vector.nbytes, float(np.median(blocking)), float(np.median(waiting))]), flush=True)


def resident() -> float:
    """Return the memory of this process in MiB."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 2**10


def soak(count: int) -> None:
    """Make so many steps, with all that goes with them; print the steps and each rank's memory, ten times."""
    batch, samples = 32, 3200
    rng = np.random.default_rng(0)
    X = rng.normal(size=(samples, 8))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    epochs = count * batch // samples

    def look(run: Any) -> None:
        if run.epoch % max(1, epochs // 10) == 0 or run.epoch == 1:
            memory = run.team.exchange(resident()) if run.team else [resident()]
            if MPI.COMM_WORLD.rank == 0:
                print(json.dumps([run.step, memory]), flush=True)

    with tempfile.TemporaryDirectory() if MPI.COMM_WORLD.rank == 0 else nullcontext() as folder:
        folder = MPI.COMM_WORLD.bcast(folder)
        xnn.train(
            X, y, hidden=8, epochs=epochs, batch_size=batch, dropout=0.1, validation=(X[:400], y[:400]),
            progress=False, doctor="off", callbacks=[look], comm=MPI.COMM_WORLD,
            checkpoint=Path(folder, "run.safetensors"), every=max(1, epochs // 100),
        )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "steps":
        steps(int(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1] == "left":
        left()
    else:
        soak(int(sys.argv[2]))
