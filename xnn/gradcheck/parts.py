"""What other packages build on: a program that is called safely, its check, and the dense network that its loss is of.

The rest of the checker's modules are its own affair and may move.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .check import Check
from .dense.losses import BINARY, CROSS, HINGE, SQUARED
from .dense.network import Network, Trace, forward
from .dense.search import Search
from .program.behaviour import Observed, gradient_at
from .program.calls import Program, Raised, host_data, upcast
from .program.cost import lines_of
from .program.forms import unbound
from .program.samples import count_samples, sample_arrays, take_samples
from .program.seeds import reseeded
from .program.tree import Host, Leaf, Structure, holders, is_object, walk
from .report import GradientReport

__all__ = [
    "BINARY",
    "CROSS",
    "HINGE",
    "SQUARED",
    "Checked",
    "GradientReport",
    "Host",
    "Leaf",
    "Network",
    "Observed",
    "Program",
    "Raised",
    "Structure",
    "Trace",
    "check_program",
    "count_samples",
    "dense_network",
    "forward",
    "gradient_at",
    "holders",
    "host_data",
    "is_object",
    "lines_of",
    "reseeded",
    "sample_arrays",
    "take_samples",
    "unbound",
    "upcast",
    "walk",
]


class Checked(NamedTuple):
    """A checked program: the report, how its functions behave, and its network, where one had to be found."""

    report: GradientReport
    seen: Observed
    network: Network | None


def check_program(program: Program) -> Checked:
    """Check a program's gradients at its own parameters."""
    check = Check(program, None, False, 0)
    report = check.run()
    return Checked(report, check.seen, check.network)


def dense_network(
    leaves: Sequence[Leaf], theta: Host, loss: Callable[[Host], float], arrays: Sequence[Host]
) -> Network | None:
    """Return the dense network of a common kind that reproduces `loss` near `theta`, or None where none does."""
    return Search(leaves, theta, loss, arrays).likely()
