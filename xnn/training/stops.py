"""Signals: Ctrl-C and, where a run is written down, SIGTERM end it after a step, so that no update is cut in half."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from .run import Run

_SAID = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


@contextmanager
def signals_stop(run: Run, terminated: bool) -> Generator[None]:
    """Let Ctrl-C end the run after the current step; a second one interrupts. `terminated`: SIGTERM does so too."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals
        return

    own: list[int] = []

    def stop(number: int, frame: Any) -> None:
        own.append(number)
        if run.signal == number and len(own) == 1:
            return  # the signal that all ranks were sent, and one of them told of before it came here
        if run.stopped:
            raise KeyboardInterrupt
        run.signal = number
        run.stop(f"{_SAID[signal.Signals(number)]} in epoch {run.epoch + 1}")

    caught = (signal.SIGINT, signal.SIGTERM) if terminated else (signal.SIGINT,)
    before = {number: signal.signal(number, stop) for number in caught}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
