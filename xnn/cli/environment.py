"""What is to be settled before NumPy is imported: OpenBLAS's kernels, and the threads of each MPI rank."""

import os
from typing import NamedTuple

# What launchers of MPI tell their processes: the rank, how many there are, and how many on this computer.
_LAUNCHERS = (
    ("PMI_RANK", "PMI_SIZE", "MPI_LOCALNRANKS"),  # MPICH and what stems from it
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE"),  # Open MPI
    ("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_LOCAL_SIZE"),  # MVAPICH
    ("PMIX_RANK", "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS_PER_NODE"),  # srun --mpi=pmix
)
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
threads_were_set = False  # here, and not by the user
VARIABLE = "OPENBLAS_CORETYPE"
was_set = False  # here, and not by the user
# All that OpenBLAS's SkylakeX kernels use. Linux lists a flag only where the system lets programs use it.
_NEEDED = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma"}


def core_type(cpuinfo: str = "/proc/cpuinfo") -> str | None:
    """Name OpenBLAS's AVX-512 kernels if the processor's flags prove that it can run them, else None.

    OpenBLAS knows processors by their model, and takes AVX2 kernels, half as fast, for one that it does not know.
    """
    try:
        with open(cpuinfo, encoding="utf-8") as file:
            flags = [set(line.partition(":")[2].split()) for line in file if line.startswith("flags")]
    except OSError:
        return None
    return "SkylakeX" if flags and all(each >= _NEEDED for each in flags) else None


def set_core_type(cpuinfo: str = "/proc/cpuinfo") -> None:
    """Tell OpenBLAS which kernels to take, unless the user has: it reads this when NumPy is first imported."""
    global was_set
    if VARIABLE not in os.environ and (found := core_type(cpuinfo)):
        os.environ[VARIABLE], was_set = found, True


class LaunchedProcess(NamedTuple):
    """Which of how many processes this is, and how many of them are on this computer."""

    rank: int
    size: int
    local: int


def launched() -> LaunchedProcess | None:
    """Return what an MPI launcher says of this process; None where it is alone."""
    for rank, size, local in _LAUNCHERS:
        if rank in os.environ and (count := _number(size)) > 1:
            return LaunchedProcess(_number(rank), count, _number(local) or count)
    return None


def _number(name: str) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() else 0


def set_threads() -> None:
    """Share the cores among the ranks on this computer, unless the user has set a number of threads.

    Each process' BLAS would otherwise start a thread a core, and the threads of all would wait for each other.
    """
    global threads_were_set
    found = launched()
    if found is None or any(name in os.environ for name in _THREADS):
        return
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ[_THREADS[0]], threads_were_set = str(max(1, cores // found.local)), True
