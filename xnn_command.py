"""The command line's door: what is to be settled before NumPy, and so anything of xnn, is imported."""

import os

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


def main() -> None:
    """Run the command line."""
    set_core_type()
    from xnn.cli import main

    main()
