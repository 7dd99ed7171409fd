"""The check itself: observe how the functions behave, compare tensor by tensor, explain what is wrong."""

from dataclasses import replace
from time import perf_counter

from ..findings import Finding
from ..quiet import quiet
from .bugs.calls import place_calls
from .bugs.catalogue import finding
from .dense.network import Network
from .explain import Explainer
from .judge import Judge
from .program.behaviour import Observed, observe
from .program.calls import Program, Raised
from .report import GradientReport, TensorReport


class Check:
    """One check: what is known so far, and the network that the loss is of, where one had to be found."""

    def __init__(self, program: Program, tolerance: float | None, thorough: bool, seed: int) -> None:
        self.program, self.tolerance, self.thorough, self.seed = program, tolerance, thorough, seed
        self.seen = Observed()
        self.network: Network | None = None
        self.samples = ""

    def run(self) -> GradientReport:
        """Return the report."""
        began = perf_counter()  # is told; nothing depends on it
        with quiet():  # the user's functions may overflow far from their parameters
            self.seen = observe(self.program)
            tensors, findings = ({}, []) if self.seen.stop else self._tensors()
            self.seen.findings = place_calls(self.program, self.seen)
            if self.program.before is not None:
                self.program.before()  # what is kept from call to call is left as it was found
        findings = sorted(
            [*self.seen.findings, *findings], key=lambda f: (f.is_note, f.code == "unknown", -f.certainty)
        )
        calls, seconds = self.program.evaluations, perf_counter() - began
        return GradientReport(tensors, tuple(findings), self.seen.loss, calls, self.samples, seconds)

    def _tensors(self) -> tuple[dict[str, TensorReport], list[Finding]]:
        program = self.program
        judge = Judge(program, self.seen, self.tolerance, self.thorough, self.seed)
        try:
            judged = judge.judge()
        except Raised as raised:
            self.seen.add("raises:near", who=raised.who, error=raised.error)
            return {}, []
        self.samples = judged.samples
        explainer = Explainer(program, self.seen, judge, judged)
        findings, wrong = explainer.explain()
        self.network = explainer.network
        missing = {leaf.name for leaf, g in zip(program.leaves, self.seen.raw, strict=True) if g is None}
        findings = [
            replace(f, message=finding("zero:missing", [f.parameter]).message)
            if f.code == "zero" and f.parameter in missing else f
            for f in findings
        ]  # fmt: skip
        tensors = {
            leaf.name: replace(c.report, ok=i not in wrong)
            for i, (leaf, c) in enumerate(zip(program.leaves, judged.found, strict=True))
        }
        return tensors, [*findings, *judged.notes]
