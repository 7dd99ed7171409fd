"""Figures of programs as people write them: how often the first finding is the cause, and its line one of it.

``python -m tests.people.figures held_out check`` and ``... diagnose`` run a part of them through one of the two, a line
a program, and print the figures; ``dev`` is in-sample.
"""

import importlib
import sys
import time
import warnings

import xnn


def asked(part, case, how="check"):
    """Return a program's module and what is handed over: to the doctor, all samples where the checker gets one."""
    module = case.module() if hasattr(case, "module") else importlib.import_module(f"tests.people.{part}.{case.name}")
    all_samples = getattr(case, "ask_diagnose", None) if how == "diagnose" else None
    return module, (all_samples or case.ask)(module)


def check(given):
    """Hand a program to the checker."""
    layer = given.get("layer") or (
        (given["forward"], given["backward"], given["inputs"]) if "forward" in given else None
    )
    options = given.get("options", {}) | {k: given[k] for k in ("reseed", "up_to_factor") if k in given}
    if layer is not None:
        forward, backward, inputs = layer
        return xnn.check_layer(forward, backward, *inputs, **options)
    both = given.get("loss_and_gradients")
    loss, gradients = (both, None) if both else (given["loss"], given["gradients"])
    if gradients is loss:
        gradients = None
    return xnn.check_gradients(loss, gradients, given["params"], *given["data"], **options)


def diagnose(given):
    """Hand a program to the doctor, None where it is a layer alone."""
    if "layer" in given or "forward" in given:
        return None
    both = given.get("loss_and_gradients")
    loss, gradients = given.get("loss"), given.get("gradients")
    if both or gradients is loss:
        both = both or loss
        loss, gradients = (lambda *a: both(*a)[0]), (lambda *a: both(*a)[1])
    more = {k: given[k] for k in ("predict", "accuracy", "step", "learning_rate") if k in given}
    options = given.get("options", {}) | given
    more |= {k: options[k] for k in ("reseed",) if k in options}
    return xnn.diagnose(loss, gradients, given["params"], *given["data"], **more)


def lines(case, module):
    """Return the lines of the cause."""
    with open(module.__file__, encoding="utf-8") as file:
        text = file.read()
    causes = case.cause if hasattr(case, "cause") else case.lines
    return {text[: text.index(cause)].count("\n") + 1 for cause in causes}


def run(part, how):
    """Run a part, and print what is said of each program and the figures."""
    sick = right = placed = healthy = blamed = raised = 0
    seconds = []
    for case in importlib.import_module(f"tests.people.{part}.cases").CASES:
        codes = getattr(case, how)
        if getattr(case, "only", "") not in ("", how):
            continue
        module, given = asked(part, case, how)
        began = time.process_time()
        try:
            report = {"check": check, "diagnose": diagnose}[how](given)
        except Exception as error:
            raised += 1
            print(f"{case.name}: {type(error).__name__}: {str(error)[:120]}")
            continue
        if report is None:
            continue
        seconds.append(time.process_time() - began)
        found = [f for f in report.findings if not f.is_note]
        said = [f.code for f in found]
        if codes:
            sick += 1
            right += bool(said) and said[0] in codes
            first = found[0] if found else None
            here = bool(first and first.line and any(first.line <= n <= first.end_line for n in lines(case, module)))
            placed += here
            mark = "true" if said and said[0] in codes else "-"
            print(f"{case.name}: {said} for {list(codes)}: {mark}{', line' if here else ''} {seconds[-1]:.1f} s")
        elif not getattr(case, "many_updates", False):
            healthy += 1
            true_too = set(getattr(case, "true_too", ()))
            blamed += not report.ok and not set(said) <= true_too
            print(f"{case.name}: {said or 'right'} {seconds[-1]:.1f} s")
    seconds.sort()
    print(
        f"{part}, {how}: the first finding is the cause in {right} of {sick}, its line in {placed}; "
        f"{blamed} of {healthy} blamed that are right for it; {raised} raised; "
        f"{seconds[len(seconds) // 2]:.1f} s in the median"
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    run(*sys.argv[1:3])
