"""The record that every module here fills in."""

from dataclasses import dataclass, field


@dataclass
class Program:
    """One hand-written network: its functions, start, data, and the faults planted in it."""

    name: str
    loss: object
    gradients: object
    params: object
    X: object
    y: object
    options: dict = field(default_factory=dict)
    planted: tuple = ()
