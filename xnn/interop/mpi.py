"""Training on MPI: the reduction that mpi4py gives the loop, and what the command line asks before it begins.

One sum a step, of one flat vector, is all that is sent: the gradients, and behind them the step's loss and metrics.
"""

import os
import sys
import time
import traceback
import warnings
from importlib import import_module
from typing import Any

import numpy as np
from array_api_compat import device, is_cupy_array

from ..backends import Array, namespace, to_host
from ..errors import BackendError, OptionError, XnnError
from ..training.guard import outside

_FIRST_SPEAKS = 1.0  # seconds that the others leave rank 0 to say an error that all have alike
_PAUSE, _LONGEST_PAUSE = 1e-5, 2e-4  # seconds between two looks for a sum, where ranks share cores
_HEARD = 0.2  # seconds in which the launcher takes what was said
_INSTALL = "pip install mpi4py mpich"


class MPIReduction:
    """What training asks of several processes, by the collective calls of a communicator.

    Parameters
    ----------
    comm : mpi4py.MPI.Comm
    cuda_aware : bool, optional
        Whether the MPI library reads a GPU's memory. By itself, where the communicator says so as MPI 4.1 has it, or
        MPICH_GPU_SUPPORT_ENABLED is 1; otherwise arrays of a GPU are staged through the host. With a GPU this is
        untested.
    nccl : bool
        Whether CuPy's arrays are summed by NCCL, each rank's on a GPU of its own, and MPI carries the rest. It takes
        all ranks of the job. On a GPU this is untested.

    Attributes
    ----------
    rank, size : int
    local, cores : int
        Ranks on this computer, and the cores that they may use.
    """

    def __init__(self, comm: Any, cuda_aware: bool | None = None, nccl: bool = False) -> None:
        if not comm or comm.is_inter:
            raise OptionError("comm must be a communicator of one group of ranks, such as MPI.COMM_WORLD.")
        self._mpi, self._comm = load(), comm
        self.rank, self.size = int(comm.rank), int(comm.size)
        self._cuda = _is_cuda_aware(comm) if cuda_aware is None else cuda_aware
        self._nccl = NCCL(self._mpi, comm) if nccl else None
        self.local, self.cores = _on_this_node(self._mpi, comm)
        # Of all alike: MPI does not join a blocking sum and one that is asked for.
        self._shares_cores = any(comm.allgather(self.local > self.cores))
        if self.rank == 0 and (sentence := _crowded(self.local, self.cores)):
            warnings.warn(sentence, RuntimeWarning, stacklevel=outside())

    def sum(self, array: Array) -> Array:
        """Return the sum of a vector over all ranks, by one all-reduce; its memory is reused where it may be."""
        if isinstance(array, np.ndarray):
            return self._summed(array)
        if self._nccl is not None and is_cupy_array(array):
            return self._nccl.sum(array)
        if self._cuda and hasattr(array, "__cuda_array_interface__"):
            device(array).synchronize()  # MPI does not wait for what the array is still computed by
            return self._summed(array)
        return namespace(array).asarray(self._summed(np.array(to_host(array))), device=device(array))

    def _summed(self, buffer: Any) -> Any:
        if not self._shares_cores:
            self._comm.Allreduce(self._mpi.IN_PLACE, buffer)
            return buffer
        # MPI waits by asking again and again, which keeps a core from the ranks that are waited for.
        request, pause = self._comm.Iallreduce(self._mpi.IN_PLACE, buffer), 0.0
        while not request.Test():
            time.sleep(pause)
            pause = min(pause + _PAUSE, _LONGEST_PAUSE)
        return buffer

    def gather(self, value: Any) -> list[Any]:
        """Return the plain values of all ranks, to each."""
        return self._comm.allgather(value)

    def described(self, threads_were_set: bool = False) -> str:
        """Say how many ranks there are, by which library, and how many threads each has."""
        threads = os.environ.get("OMP_NUM_THREADS")
        where = f"{self.local} on this computer with {_count(self.cores, 'core')}"
        by = library() if self._nccl is None else f"{library()} and NCCL"
        if threads is None:
            return f"{self.size} ranks by {by}, {where}; OMP_NUM_THREADS is not set"
        why = "so that they share the cores" if threads_were_set else "as you set"
        return f"{self.size} ranks by {by}, {where}; OMP_NUM_THREADS={threads} for each, {why}"

    def end(self, error: BaseException) -> None:
        """Say the error, and abort the job: the other ranks wait in a sum, where no other word reaches them."""
        if self.rank:
            time.sleep(_FIRST_SPEAKS)
        code, sentence = _said(error)
        unforeseen = error.__cause__ if isinstance(error, XnnError) else error
        if isinstance(unforeseen, Exception):
            traceback.print_exception(unforeseen, file=sys.__stderr__)
        print(f"error: rank {self.rank} of {self.size}: {sentence}", file=sys.__stderr__, flush=True)
        time.sleep(_HEARD)
        self._comm.Abort(code)


class NCCL:
    """Sums of CuPy's arrays by NCCL: from GPU to GPU, in the order of the stream that computes them.

    Raises
    ------
    OptionError
        If `comm` is not all ranks of the job, among whom alone CuPy has MPI introduce them to each other.
    BackendError
        If CuPy is missing or was built without NCCL.
    """

    def __init__(self, mpi: Any, comm: Any) -> None:
        if mpi.Comm.Compare(comm, mpi.COMM_WORLD) not in (mpi.IDENT, mpi.CONGRUENT):
            raise OptionError("nccl=True takes all ranks of the job: give MPI.COMM_WORLD as comm.")
        if said := next(filter(None, comm.allgather(_without_nccl())), None):  # by all alike, and nobody waits
            raise BackendError(said)
        self._rank, self._size = int(comm.rank), int(comm.size)
        self._group: Any = None

    def sum(self, array: Array) -> Array:
        """Return the sum of a vector over all ranks, in its own memory."""
        if self._group is None:  # only now is the GPU the current one on which this rank computes
            try:
                init: Any = import_module("cupyx.distributed").init_process_group
                self._group = init(self._size, self._rank, use_mpi=True)
            except Exception as error:  # NCCL's own, and CUDA's
                raise BackendError(
                    f"NCCL does not start ({error}): give each rank a GPU of its own by CUDA_VISIBLE_DEVICES, or leave "
                    "nccl out."
                ) from error
        self._group.all_reduce(array, array)
        return array


def _without_nccl() -> str | None:
    """Return why there is no NCCL here, None where there is."""
    try:
        with warnings.catch_warnings(action="ignore"):  # CuPy's, of what is said here
            is_there = import_module("cupy.cuda.nccl").available
    except ImportError as error:
        return f"NCCL is reached by CuPy, which cannot be imported ({error}): leave nccl out."
    known = "pip install nvidia-nccl-cu12 (or nvidia-nccl-cu13, as CuPy is), or leave nccl out"
    return None if is_there else f"CuPy finds no NCCL library: {known}."


def _said(error: BaseException) -> tuple[int, str]:
    """Return the exit code of a job that an error ends, and the sentence."""
    if isinstance(error, KeyboardInterrupt):
        return 130, "it was interrupted."
    if isinstance(error, SystemExit):
        code = error.code if isinstance(error.code, int) else 1
        return code, f"it left the training by sys.exit({error.code!r}): stop all ranks with run.stop('why')."
    if isinstance(error, XnnError):
        return 2, str(error)
    return 1, f"{type(error).__name__}: {error}"


def load() -> Any:
    """Import mpi4py's MPI, which begins it, or raise BackendError."""
    try:
        from mpi4py import MPI
    except ModuleNotFoundError:
        raise BackendError(f"mpi4py is not installed: {_INSTALL}.") from None
    except (ImportError, RuntimeError) as error:
        said = str(error).strip().partition("\n")[0].rstrip(".")
        raise BackendError(f"mpi4py finds no MPI library ({said}): pip install mpich, or load the cluster's.") from None
    return MPI


def world(started: int | None, nccl: bool = False) -> MPIReduction:
    """Return all processes of this job.

    `started` is how many the launcher says that it has started, None where there is none; `nccl` as in `MPIReduction`.

    Raises
    ------
    BackendError
        If mpi4py or the MPI library is missing, if the library is another than the launcher's, so that each process
        believes to be alone, or if there is no launcher.
    """
    comm = load().COMM_WORLD
    if started is None and comm.size == 1:
        raise BackendError("one process alone has nobody to train with: start several with mpiexec -n 4 xnn train.")
    if started not in (None, comm.size):
        raise BackendError(
            f"the launcher started {started} processes, but {library()} sees {comm.size}: it belongs to another MPI. "
            f"Use the one of this library, such as {os.path.join(sys.prefix, 'bin', 'mpiexec')}."
        )
    return MPIReduction(comm, nccl=nccl)


def library() -> str:
    """Return the MPI library's name and version, such as "MPICH 5.0.2"."""
    first = load().Get_library_version().strip("\0 \n").partition("\n")[0]
    return " ".join(first.partition(",")[0].replace("Version:", "").split())


def status() -> str:
    """Say in a few words which MPI is here, or why none; nothing is begun by asking."""
    try:
        import mpi4py
    except ModuleNotFoundError:
        return f"mpi4py is not installed: {_INSTALL}"
    if "mpi4py.MPI" not in sys.modules:
        mpi4py.rc.initialize = False  # beginning MPI ends the process on a cluster's login node
    try:
        return f"{library()} by mpi4py {mpi4py.__version__}"
    except BackendError as error:
        return str(error).rstrip(".")


def _on_this_node(mpi: Any, comm: Any) -> tuple[int, int]:
    """Return how many ranks are on this computer, and how many cores they may use."""
    node = comm.Split_type(mpi.COMM_TYPE_SHARED)
    cores = set[int]().union(*node.allgather(_cores()))
    found = int(node.size), len(cores)
    node.Free()
    return found


def _crowded(local: int, cores: int) -> str | None:
    """Return what to do where all ranks on a computer would start a thread for each core that they may use."""
    if any(name in os.environ for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")):
        return None
    if local * len(_cores()) <= cores or len(_cores()) == 1:
        return None
    return (
        f"the {local} ranks on this computer share {_count(cores, 'core')}, and each may start one thread a "
        f"core: set OMP_NUM_THREADS={max(1, cores // local)} before mpiexec."
    )


def _cores() -> set[int]:
    """Return the cores that this process may use."""
    return set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _is_cuda_aware(comm: Any) -> bool:
    if os.environ.get("MPICH_GPU_SUPPORT_ENABLED") == "1":
        return True
    info = comm.Get_info()
    kinds = info.Get("mpi_memory_alloc_kinds") or ""
    info.Free()
    return "cuda" in kinds
