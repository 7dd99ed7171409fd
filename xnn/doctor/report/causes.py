"""What brings what: the cause stands before its symptoms, and a symptom that it explains is no finding of its own."""

from collections.abc import Iterable
from dataclasses import replace

from ...findings import Finding

# From what everything rests on to what is only seen. Codes of the gradient checker that are not listed: GRADIENT.
ORDER = (
    ("raises", "structure", "shape", "input-not-finite", "labels-shape", "labels-range", "labels-one-hot"),
    ("loss-broadcast", "samples-mixed", "loss-sign"),
    ("loss-mismatch", "loss-activation-mismatch", "detached", "probabilities"),
    ("nondeterministic", "mutates", "accumulates"),
    ("GRADIENT",),
    ("ascending",),
    ("loss-scale",),
    ("input-constant", "input-scale"),
    ("zero-init", "symmetric-init", "init-scale"),
    ("dead-units", "saturated-units", "vanishing-gradients", "exploding-gradients", "unstable", "not-finite"),
    ("decay-dominates", "no-bias", "learning-rate-high", "learning-rate-low"),
    ("class-imbalance", "accuracy-wrong", "overfitting"),
    ("diverging", "oscillating", "plateau", "cannot-overfit", "initial-loss"),
    ("unknown",),
)
NOTES = ("samples-mixed", "decay-dominates", "no-bias", "class-imbalance", "input-constant", "unstable", "initial-loss",
         "loss-sum")  # fmt: skip
_RANK = {code: rank for rank, codes in enumerate(ORDER) for code in codes}
_GRADIENT = _RANK["GRADIENT"]

_STUCK = {"plateau", "cannot-overfit", "vanishing-gradients", "initial-loss"}
_RATE = {"learning-rate-high", "learning-rate-low"}
_BLOWN = {"not-finite", "unstable", "diverging", "exploding-gradients", "oscillating", "initial-loss"}
_START = {"zero-init", "symmetric-init", "init-scale", "dead-units", "saturated-units"}
BRINGS: dict[str, set[str]] = {
    "input-not-finite": {"raises", "not-finite", "unstable", *_START, *_RATE, *_STUCK, "input-scale"},
    "labels-shape": {"raises", "structure", "shape", "loss-broadcast", "samples-mixed", "not-finite", "GRADIENT"},
    "labels-range": {"raises", "not-finite", "accuracy-wrong", "loss-activation-mismatch", *_STUCK, *_RATE},
    "labels-one-hot": {"probabilities", "accuracy-wrong", "class-imbalance", *_STUCK},
    "loss-broadcast": {
        "raises", "structure", "shape", "loss-scale", "loss-sum", "input-scale", "no-bias", *_RATE, *_STUCK,
    },
    "samples-mixed": {"probabilities", "loss-scale", "loss-sum", "accuracy-wrong", "unstable", *_RATE, *_STUCK},
    "loss-activation-mismatch": {
        "not-finite", "unstable", "probabilities", "zero", "dead-units", "saturated-units", "class-imbalance", *_RATE,
        *_STUCK, "init-scale", "input-scale", "accuracy-wrong",
    },
    "probabilities": {"loss-scale", "unstable", *_STUCK, *_RATE},
    "loss-scale": {*_RATE, "initial-loss"},
    "loss-mismatch": {"GRADIENT", "unknown", *_RATE, *_STUCK},
    "loss-sign": {"probabilities", "loss-mismatch", "sign", "ascending", *_RATE, *_STUCK},
    "detached": {"zero", *_STUCK},
    "ascending": {*_BLOWN, *_RATE, *_START, *_STUCK, "overfitting"},
    "input-constant": {"input-scale", *_STUCK, *_START, *_RATE},
    "input-scale": {*_BLOWN, *_RATE, *_START, *_STUCK},
    "zero-init": {*_STUCK, *_RATE, "dead-units", "saturated-units", "input-scale", "no-bias", "zero"},
    "symmetric-init": {*_STUCK, *_RATE, "dead-units", "saturated-units", "init-scale", "input-scale", "no-bias"},
    "init-scale": {*_BLOWN, *_STUCK, *_RATE, "dead-units", "saturated-units"},
    "dead-units": {*_STUCK, *_RATE, "no-bias"},
    "saturated-units": {*_STUCK, *_RATE},
    "vanishing-gradients": {"plateau", "cannot-overfit", *_RATE},
    "exploding-gradients": {*_BLOWN, *_RATE} - {"exploding-gradients"},
    "unstable": {"not-finite"},
    "decay-dominates": {*_STUCK, *_RATE, "dead-units"},
    "no-bias": {"cannot-overfit", "plateau"},
    "learning-rate-high": {
        "diverging", "oscillating", "exploding-gradients", "plateau", "not-finite", "learning-rate-low",
    },
    "learning-rate-low": {"plateau"},
    "class-imbalance": {"cannot-overfit", "plateau"},
    "diverging": {"oscillating", "exploding-gradients", "overfitting", "plateau", "learning-rate-low"},
    "oscillating": {"plateau", "learning-rate-low"},
    "cannot-overfit": {"plateau"},
    "plateau": {"cannot-overfit"},
}  # fmt: skip


def rank(finding: Finding) -> int:
    """Return how near to the root a finding is: 0 is the root."""
    if finding.parameter in ("predict", "accuracy"):
        return _RANK["accuracy-wrong"]  # nothing is learnt with them
    return _RANK.get(finding.code, _GRADIENT)


def _place(finding: Finding) -> float:
    if finding.is_note:
        return NOTES.index(finding.code) if finding.code in NOTES else len(NOTES)
    return rank(finding) + (0.5 if finding.code == "scale" else 0.0)  # directions come before sizes


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with the cause first and what it explains left out; notes come last."""
    found: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        twin = next((f for f in found.values() if f.code == finding.code and (rank(f) != _GRADIENT)), None)
        if twin is None or twin.is_note or not finding.is_note:  # the doctor's own comes later, and says more
            if twin is not None:
                del found[twin.code, twin.parameter]
            found[finding.code, finding.parameter] = finding
    kept = sorted(found.values(), key=lambda f: (f.is_note, _place(f), -f.certainty))
    faults = [f for f in kept if not f.is_note]
    wrong_gradient = any(rank(f) == _GRADIENT for f in faults)
    explained: set[str] = set()
    for fault in faults:
        if fault.code not in explained:
            explained |= BRINGS.get(fault.code, set())
    if wrong_gradient:
        explained |= {*_RATE, *_STUCK, "cannot-overfit", "diverging", "ascending", "input-scale"}
    if faults:
        explained |= {"unstable"} if any(f.code == "unstable" and f.is_note for f in kept) else set()
    return tuple(f for f in kept if f.code not in explained and not (rank(f) == _GRADIENT and "GRADIENT" in explained))


def without_sign(findings: Iterable[Finding]) -> list[Finding]:
    """Turn the flipped sign of all gradients into a note: a step that adds them goes down nevertheless."""
    return [
        replace(f, note=True, message=f"{f.message} The step adds it, which comes to the same.")
        if f.code == "sign" and not f.parameter else f
        for f in findings
    ]  # fmt: skip
