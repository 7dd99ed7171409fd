"""A noisy loss as smoothed: a loss on small batches jumps about; what is judged is its median over a stretch."""

import numpy

from ...gradcheck.parts import Host


class SmoothedLoss:
    """A noisy loss as smoothed: medians of stretches."""

    def __init__(self, losses: Host) -> None:
        self.losses = losses[numpy.isfinite(losses)]
        n = len(self.losses)
        self.width = max(1, min(25, n // 8))
        windows = numpy.lib.stride_tricks.sliding_window_view(self.losses, self.width) if n else numpy.zeros((1, 1))
        self.smooth: Host = numpy.median(windows, axis=1)
        self.start, self.end = float(self.smooth[0]), float(self.smooth[-1])
        if n and 0 < 10.0 * self.losses[0] < self.start:
            self.start = float(self.losses[0])  # it blew up at once
        self.best = min(self.start, float(self.smooth.min()))
        self.first = float(numpy.median(self.losses[:3])) if n else self.start  # a window may hide how it began

    @property
    def fell(self) -> float:
        """The share of its start by which the loss fell in all."""
        return (self.start - self.end) / abs(self.start) if self.start else 0.0
