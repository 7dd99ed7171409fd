"""The user's program with a change in it: its functions, followed together, and the data that it would have."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from types import FunctionType
from typing import Any

from ...backends import unwrap
from ...quiet import quiet
from ...source import File, FunctionSource, Tracked, Unavailable
from ..subject import Subject
from .candidate import Candidate

MEETING = 8  # samples on which the functions are run for what they call to be met


class Editable:
    """All functions of one subject, followed by one tracker: a change is made in all of them at once."""

    def __init__(self, subject: Subject) -> None:
        self.subject, self.tracked = subject, Tracked(unwrap)
        self.whole = True  # whether each function is followed
        program, functions = subject.program, subject.functions
        self.functions = replace(
            functions,
            loss=self._entry(program.loss),
            gradients=self._entry(program.gradients or functions.gradients),
            **{
                name: None if (given := getattr(functions, name)) is None else self._entry(given)
                for name in ("predict", "accuracy", "step")
            },
        )

    def _entry(self, function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            followed = self.tracked.entry(function)
        except Unavailable:
            self.whole = False
            return function

        def counted(*args: Any) -> Any:
            self.tracked.probe.rounds = 0  # a call that does not end is ended; a diagnosis takes many
            return followed(*args)

        return counted

    @cached_property
    def met(self) -> list[tuple[FunctionType, FunctionSource]]:
        """The user's functions that are called."""
        subject, own = self.subject, self.functions
        few = min(MEETING, subject.samples or 0)
        data = subject.part(subject.choose(few)) if few else subject.data
        with quiet(), subject.structure.place.scope():
            for function in (own.loss, own.gradients, own.predict, own.accuracy, own.step):
                if function is None:
                    continue
                fresh = subject.program.fresh_data(data)
                try:
                    subject.redraw()
                    function(subject.structure.at(subject.theta), *(fresh[:1] if function is own.predict else fresh))
                except Exception:  # what was called up to there is met
                    continue
        return list(self.tracked.met.values())

    @property
    def files(self) -> list[tuple[File, dict[str, Any]]]:
        """The files of these functions, with their global names."""
        return list({source.file.name: (source.file, f.__globals__) for f, source in self.met}.values())

    def file(self, name: str) -> File | None:
        """Return a file by its name."""
        return next((file for file, _ in self.files if file.name == name), None)

    @contextmanager
    def changed(self, candidate: Candidate) -> Generator[Subject]:
        """Yield the subject with a change in it, for as long as it lasts.

        Raises
        ------
        Unavailable
            If what comes out cannot be compiled.
        """
        subject = self.subject
        rate = subject.functions.learning_rate if candidate.rate is None else candidate.rate
        functions = replace(self.functions, learning_rate=rate)
        before = [(names, name, names[name]) for names, name, _ in candidate.names]
        try:
            for names, name, value in candidate.names:
                names[name] = value
            with self.tracked.edited(list(candidate.changes) if candidate.in_functions else []):
                data = candidate.data or subject.given
                yield Subject(functions, subject.structure.tree, data, subject.program.before)
        finally:
            for names, name, value in before:
                names[name] = value
