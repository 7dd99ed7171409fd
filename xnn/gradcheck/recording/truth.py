"""What the gradients should be, at one point: by it an edited or altered run of `gradients` is judged."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy

from ..compare import Comparison
from ..numeric import Numeric, coordinates, directions, noise_of
from ..program.calls import Program
from ..program.tree import Host, Leaf
from ..same import bare

LIMIT = 1e-6  # relative, a tensor, beyond ten times the numeric error: what counts as right after an intervention
ENTRIES = 4000  # parameters up to which every entry is known; random directions stand for a bigger tensor
DIRECTIONS = 3
NOTHING = 1e-6  # of the largest derivative: what may be no more than rounding
FEW = 16  # entries of a tensor that cost little more than directions


@dataclass(frozen=True)
class Truth:
    """The derivatives at `theta`.

    Attributes
    ----------
    theta : array, shape (N,)
    parts : list of _Part
        One a leaf.
    ignored : frozenset of int
        Leaves that may be wrong: another fault is in these.
    """

    theta: Host
    parts: list["Part"]
    ignored: frozenset[int] = frozenset()

    def but_zero(self, leaves: frozenset[int]) -> frozenset[int]:
        """Return leaves without those whose derivative is zero, which say nothing of a path; as they are if all are."""
        return frozenset(i for i in leaves if not self.parts[i].zero) or leaves

    def off(self, gradients: Sequence[Host | None] | None) -> list[float]:
        """Return each tensor's relative error in units of what is allowed: at most 1 is right."""
        if gradients is None:
            return [float("inf")] * len(self.parts)
        return [part.off(g) / part.allowed for part, g in zip(self.parts, gradients, strict=True)]

    def right(self, gradients: Sequence[Host | None] | None) -> bool:
        """Whether every tensor that is not ignored is right."""
        if gradients is None:
            return False
        return all(part.off(g) <= part.allowed for part, g in self._judged(gradients))

    def residual(self, gradients: Sequence[Host | None]) -> float:
        """Return the largest relative error of any tensor that is not ignored."""
        return max(part.off(g) for part, g in self._judged(gradients))

    def factor(
        self, once: Sequence[Host | None], tensors: Collection[int], twice: Sequence[Host | None] | None = None
    ) -> float | None:
        """Return the one number by which a value is too big with which the gradients of some tensors are `once`.

        If given, they are `twice` with twice that value: what does not grow with it, as a weight decay, is right
        already. None where it is not one number.
        """
        found: list[float] = []
        for i in tensors:
            c = self.parts[i].factor(once[i], None if twice is None else twice[i])
            if c is None or (found and abs(c - found[0]) > LIMIT * abs(c)):
                return None
            found.append(c)
        return found[0] if found else None

    def _judged(self, gradients: Sequence[Host | None]) -> Iterator[tuple["Part", Host | None]]:
        pairs = enumerate(zip(self.parts, gradients, strict=True))
        return (pair for i, pair in pairs if i not in self.ignored)


@dataclass(frozen=True)
class Part:
    """One tensor's derivative: by entry, or along directions."""

    leaf: Leaf
    value: Host  # flat, or along the directions
    use: Host | None  # which entries are known
    vectors: Host | None
    allowed: float
    scale: float
    zero: bool = False  # as by symmetry: a bias in front of a norm

    @property
    def whole(self) -> Host | None:
        """The derivative in the leaf's shape, where every entry is known."""
        return self.value.reshape(self.leaf.shape) if self.vectors is None else None

    def off(self, g: Host | None) -> float:
        """Return the relative error of a gradient; infinite where it has another shape."""
        if g is None or g.size != self.leaf.size or bare(g.shape) != bare(self.leaf.shape):
            return float("inf")
        flat = g.reshape(-1)
        if self.vectors is not None:
            difference = (self.vectors @ flat - self.value) * self.leaf.size**0.5
            size = max(self.scale, float(numpy.linalg.norm(flat)))
            found = float(numpy.sqrt(numpy.mean(difference**2))) / size if size else 0.0
        else:
            assert self.use is not None
            difference = (flat - self.value)[self.use]
            size = max(self.scale, float(numpy.linalg.norm(flat[self.use])))
            found = float(numpy.linalg.norm(difference)) / size if size else 0.0
        return found if numpy.isfinite(found) else float("inf")

    def factor(self, once: Host | None, twice: Host | None = None) -> float | None:
        """Return c where a gradient, or what is added to it from once to twice, is c times too big; None where not."""
        if once is None or bare(once.shape) != bare(self.leaf.shape):
            return None
        grows = once if twice is None or twice.shape != once.shape else twice - once
        have, want = self._known(grows), self._known(grows - once)
        want += self.value if self.vectors is not None else self.value[self.use]
        size = float(numpy.vdot(want, want))
        c = float(numpy.vdot(have, want)) / size if size else 0.0
        return c if c and numpy.isfinite(c) and self.off(once - grows + grows / c) <= self.allowed else None

    def _known(self, g: Host) -> Host:
        """Return a gradient where the derivative is known: at entries, or along the directions."""
        flat = g.reshape(-1)
        return self.vectors @ flat if self.vectors is not None else flat[self.use]


def truth_at(
    program: Program, theta: Host, known: Sequence[Comparison] | None, seed: int, wrong: Collection[int] | None = None
) -> Truth:
    """Measure the derivatives at `theta`, but for those that a comparison there has measured.

    Entry by entry where the gradient is wrong, in a program that is not big; along random directions where it need
    only be seen to stay right.
    """
    at = program.along(theta)
    noise = noise_of(at, numpy.random.default_rng(seed))
    every = program.structure.size <= ENTRIES
    floor = 0.0
    measured: list[tuple[Numeric, Host | None]] = []
    for i, leaf in enumerate(program.leaves):
        entries = known[i].entries if known is not None else None
        if entries is not None:
            measured.append((entries, None))
        elif leaf.size <= FEW or (every and (wrong is None or i in wrong)):
            measured.append((coordinates(at, range(leaf.start, leaf.start + leaf.size), noise, i), None))
        else:
            rng = numpy.random.default_rng([seed, i])
            vectors = rng.standard_normal((DIRECTIONS, leaf.size))
            vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
            measured.append((directions(at, list(vectors), leaf.slice, noise, i), vectors))
        floor = max(floor, float(numpy.max(abs(measured[-1][0].value), initial=0.0)))
    parts = []
    for leaf, (found, vectors) in zip(program.leaves, measured, strict=True):
        use = numpy.isfinite(found.error) & ~found.kink if vectors is None else None
        share = leaf.size**0.5
        if use is not None:
            size = float(numpy.linalg.norm(found.value[use]))
            error = float(numpy.linalg.norm(found.error[use]))
        else:
            size = share * float(numpy.sqrt(numpy.mean(found.value**2)))
            error = share * float(numpy.max(found.error))
        # A tensor whose derivative is zero (a bias in front of a norm) is judged by the size of the others.
        scale = max(size, 1e-4 * floor)
        allowed = LIMIT + (10.0 * error / scale if scale else 0.0)
        allowed = min(allowed, 1e-3) if numpy.isfinite(allowed) else 1e-3
        zero = size <= 10.0 * error and size <= NOTHING * floor
        parts.append(Part(leaf, found.value, use, vectors, allowed, scale, zero))
    return Truth(theta, parts)
