"""Which changes are tried for which finding: a row a code, the likeliest change first."""

from collections.abc import Callable, Iterator

from ...findings import Finding
from ..examination import Examination
from .candidate import Candidate
from .editable import Editable
from .forward import axis, bias, steady
from .handed import labels, rate, scale, shape

TABLE: dict[str, Callable[[Examination, Finding, Editable], Iterator[Candidate]]] = {
    "samples-mixed": axis,
    "probabilities": axis,
    "loss-broadcast": shape,
    "labels-range": labels,
    "loss-activation-mismatch": labels,
    "unstable": steady,
    "input-scale": scale,
    "detached": bias,
    "learning-rate-high": rate,
    "learning-rate-low": rate,
}
