"""The processes that a launcher of MPI started: to train with, and to keep silent."""

import os
import sys
from typing import Any

from ..errors import BackendError, OptionError
from . import environment


def ranks_of(mpi: bool | None, nccl: bool = False) -> Any:
    """Return the processes to train with, None where this one trains alone."""
    launched = environment.launched()
    if mpi is False or (mpi is None and launched is None):
        if nccl:
            raise OptionError("--nccl needs several processes: start them with mpiexec -n 4 xnn train.")
        return None
    from ..interop.mpi import world

    try:
        ranks = world(launched and launched.size, nccl)
    except BackendError as error:
        alone = " Or let each process train alone: --no-mpi." if launched else ""
        raise BackendError(f"{error}{alone}") from None
    if ranks.rank:
        silence()
    return ranks


def silence() -> None:
    """Print nothing: rank 0 speaks for all."""
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - as long as the process is
