"""Numeric gradients that know their own error.

Central differences at two steps, extrapolated, with ``D(h) = (f(w + h) - f(w - h)) / 2h``::

    n = (4 D(h/2) - D(h)) / 3          its truncation error is of the order h^4
    e = |n - D(h/2)| + |S(h/2) - S(h) / 2| + 8 noise / h     an estimate of what is left, of corners and of rounding

with the difference of the one-sided slopes ``S(h) = (f(w + h) + f(w - h) - 2 f(w)) / h``. It halves with h where f is
smooth; a corner within the step shows in its not halving, a *kink* at the point itself (ReLU at 0) in its staying.
Only coordinates whose `e` is too big go on to smaller steps.
"""

import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

import numpy

from .program.calls import PerturbedLoss
from .program.tree import Host

EPSILON = float(numpy.finfo("float64").eps)
SINGLE = float(numpy.finfo("float32").eps)
LADDER = (1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-6)  # times the first step
PATIENCE = 300  # derivatives that are measured again with smaller steps, beyond twice as many as there are
RESOLVED = 1e-8  # an error below this share of the largest entry needs no further step


@dataclass(frozen=True)
class Numeric:
    """Numeric derivatives, in the order asked for.

    Attributes
    ----------
    value, error : array, shape (k,)
        The derivatives and the estimate of their errors.
    kink : array of bool, shape (k,)
        Where the loss has a corner at the very point, so that there is no derivative.
    """

    value: Host
    error: Host
    kink: Host


def noise_of(at: PerturbedLoss, rng: numpy.random.Generator) -> float:
    """Return the rounding error in one value of the loss, measured: float32 anywhere inside shows here.

    The third differences of a smooth function over steps of 1e-6 are far below rounding: what is seen is noise, and
    ``sqrt(1 + 9 + 9 + 1)`` times its size; 1.5 makes a standard deviation of a median.
    """
    theta = at.buffer.copy()
    sizes = numpy.concatenate([numpy.full(leaf.size, _size(theta[leaf.slice])) for leaf in at.program.leaves])
    direction = rng.standard_normal(theta.size) * (numpy.abs(theta) + 1e-3 * sizes)

    def scatter(step: float) -> tuple[float, Host]:
        values = []
        for k in range(12):
            at.buffer[:] = theta + (k - 5.5) * step * direction
            values.append(at())
        at.buffer[:] = theta
        f = numpy.asarray(values)
        return 1.5 * float(numpy.median(numpy.abs(numpy.diff(f, 3)))) / 20**0.5, f  # the median passes over a corner

    # Where a step comes to a whole number of a coarse loss's units, it shows no noise: then another does.
    noise, f = max((scatter(1e-6), scatter(1.618e-6)), key=lambda found: found[0])
    shown = f if numpy.ptp(f) else scatter(1e-2)[1]  # where it is flat, digits show further away
    if numpy.ptp(shown) and numpy.array_equal(shown, shown.astype("float32")):
        noise = max(noise, 0.25 * SINGLE * float(numpy.max(numpy.abs(f))))
    size = float(numpy.max(numpy.abs(f)))
    if not numpy.isfinite(size):
        return EPSILON
    if noise > 1e-12 * size:
        finer, f = max((scatter(1e-8), scatter(1.618e-8)), key=lambda found: found[0])
        if finer < 0.1 * noise and numpy.unique(f).size == f.size:  # corners everywhere: their share shrinks
            noise = finer
    return max(noise, EPSILON * size)


def _size(part: Host) -> float:
    return float(numpy.sqrt(numpy.mean(part * part))) or 1.0 if part.size else 1.0


def first_step(noise: float, size: float) -> float:
    """Return the first step: 1e-3 in double precision, more where the loss is noisier (the fifth root of it)."""
    relative = noise / size if size > 0 else EPSILON
    return float(min(0.1, max(1e-3, 2.0 * relative**0.2 if relative > 1e-12 else 1e-3)))


def coordinates(
    at: PerturbedLoss,
    indices: Sequence[int],
    noise: float,
    leaf: int | None = None,
    scale: float = 0.0,
    show: bool = False,
) -> Numeric:
    """Return the derivatives by single parameters.

    Parameters
    ----------
    at : PerturbedLoss
        The loss, at the point.
    indices : sequence of int
        Which entries of the flat vector; all of one leaf.
    noise : float
        From :func:`noise_of`.
    leaf : int, optional
        The leaf they belong to.
    scale : float
        What counts as big among the derivatives; their largest if that is more.
    show : bool
        Whether to draw a progress bar once it takes more than two seconds.
    """
    f0 = at(leaf)
    first = first_step(noise, abs(f0))
    every = numpy.asarray(indices)

    def measure(which: Host, factor: float) -> Numeric:
        w = at.buffer[every[which]]
        h = first * factor * numpy.maximum(1.0, abs(w))
        far, near = (w + h) - w, (w + 0.5 * h) - w  # the steps really taken
        steps = numpy.stack([far, -far, near, -near], axis=1)
        with progress(range(len(which)), show) as counted:
            values = at.stepped(every[which], steps, leaf, counted)
        return _extrapolate(numpy.column_stack([far, near, values]), f0, noise)

    return _ladder(measure, len(every), scale)


def gradient(at: PerturbedLoss, noise: float | None = None, show: bool = False) -> Numeric:
    """Return the derivatives by every parameter, shape (N,); see :func:`coordinates`."""
    noise = noise_of(at, numpy.random.default_rng(0)) if noise is None else noise
    parts = [
        coordinates(at, range(leaf.start, leaf.start + leaf.size), noise, i, show=show)
        for i, leaf in enumerate(at.program.leaves)
    ]
    return Numeric(*(numpy.concatenate([getattr(part, name) for part in parts]) for name in ("value", "error", "kink")))


def directions(
    at: PerturbedLoss,
    vectors: Sequence[Host],
    part: slice,
    noise: float,
    leaf: int | None = None,
    rungs: int = len(LADDER),
) -> Numeric:
    """Return the derivatives along `vectors`, each of the size of `part` of the flat vector; at most `rungs` steps."""
    buffer, theta = at.buffer, at.buffer[part].copy()
    f0 = at(leaf)
    first = max(1e-4, 0.1 * first_step(noise, abs(f0)) if noise > 1e-12 * abs(f0) else 0.0)

    def sample(u: Host, h: float) -> tuple[float, float, float, float, float, float]:
        values = []
        for step in (h, -h, 0.5 * h, -0.5 * h):
            buffer[part] = theta + step * u
            values.append(at(leaf))
        buffer[part] = theta
        return h, 0.5 * h, values[0], values[1], values[2], values[3]

    def measure(which: Host, factor: float) -> Numeric:
        rows = [sample(vectors[int(i)], first * factor) for i in which]
        return _extrapolate(numpy.asarray(rows).reshape(-1, 6), f0, noise)

    return _ladder(measure, len(vectors), 0.0, rungs)


def _extrapolate(rows: Host, f0: float, noise: float) -> Numeric:
    far, near, f_far, f_back, f_near, f_near_back = rows.T
    with numpy.errstate(all="ignore"):
        wide = (f_far - f_back) / (2.0 * far)
        narrow = (f_near - f_near_back) / (2.0 * near)
        value = (4.0 * narrow - wide) / 3.0
        bend_far = (f_far + f_back - 2.0 * f0) / far
        bend_near = (f_near + f_near_back - 2.0 * f0) / near
        error = numpy.abs(value - narrow) + numpy.abs(bend_near - 0.5 * bend_far) + 8.0 * noise / far
        seen = numpy.abs(bend_near) > numpy.maximum(100.0 * noise / near, 1e-6 * numpy.abs(narrow))
        kink = seen & (numpy.abs(bend_near - bend_far) < 0.2 * numpy.abs(bend_near))
    lost = ~numpy.isfinite(value)
    return Numeric(numpy.where(lost, 0.0, value), numpy.where(lost, numpy.inf, error), kink & ~lost)


def _ladder(measure: Callable[[Host, float], Numeric], count: int, scale: float, rungs: int = len(LADDER)) -> Numeric:
    """Measure all, then again with smaller steps those that are not resolved; keep the smallest error."""
    every = numpy.arange(count)
    best = measure(every, LADDER[0])
    again_at_most = 2 * count + PATIENCE
    value, error, kink = best.value.copy(), best.error.copy(), best.kink.copy()
    for factor in LADDER[1:rungs]:
        sound = numpy.isfinite(error)
        big = max(scale, float(numpy.max(numpy.abs(value[sound]), initial=0.0)))
        left = every[(error > RESOLVED * big) & (error > 0)]
        if not left.size or again_at_most < 0:
            break
        again_at_most -= left.size
        again = measure(left, factor)
        better = again.error < error[left]
        value[left] = numpy.where(better, again.value, value[left])
        error[left] = numpy.where(better, again.error, error[left])
        kink[left] = numpy.where(better, again.kink, kink[left])  # a corner near the point moves out of a small step
    return Numeric(value, error, kink)


@contextmanager
def progress(items: Sequence[int], show: bool) -> Generator[Iterable[int]]:
    """Give `items` back, with a bar on standard error, where it is a terminal, once they take more than two seconds."""
    if not show or not sys.stderr.isatty():
        yield items
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("numeric gradient", total=len(items))
    began = monotonic()

    def counted() -> Generator[int]:
        for done, item in enumerate(items):
            yield item
            if done % 64 == 0 and monotonic() - began > 2.0:
                bar.start()
                bar.update(task, completed=done)

    try:
        yield counted()
    finally:
        if bar.live.is_started:
            bar.stop()
