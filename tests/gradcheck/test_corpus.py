"""Figures on the corpus beside this file: how often the first finding is the planted bug.

In-sample: the corpus was written together with the namer, so these figures flatter it. Programs that nobody tuned the
namer on are counted separately. They are read off what `test_snapshot` holds every program to.
"""

from collections import Counter
from dataclasses import replace

import pytest

from .corpus.catalogue import wrong
from .corpus.styles import make
from .snapshot import Case, cases, kept, said

pytestmark = pytest.mark.host


def codes_of(kind):
    """Yield what was planted in each program of a kind, and what is found."""
    for name, case in cases("corpus").items():
        if name.startswith(kind):
            yield case.planted, [code for code, _ in kept("corpus")[name]["findings"]]


def test_planted_bugs(capsys):
    total, first, true, given = Counter(), Counter(), 0, 0
    for planted, codes in codes_of("wrong"):
        code = "unknown" if "unknown" in planted else min(planted)  # the code it was planted as
        total[code] += 1
        first[code] += bool(codes) and codes[0] in planted
        true += sum(found in planted for found in codes)
        given += len(codes)
    top_1, precision = first.total() / total.total(), true / given
    with capsys.disabled():
        print(f"\nplanted bugs, in-sample: {total.total()} programs, top-1 {top_1:.1%}, precision {precision:.1%}")
        print(", ".join(f"{code} {first[code]}/{total[code]}" for code in total))
    assert top_1 >= 0.99
    assert precision >= 0.99
    assert all(first[code] >= 0.9 * total[code] for code in total)


def test_two_bugs_in_different_layers(capsys):
    found = [set(codes) == planted for planted, codes in codes_of("pair")]
    with capsys.disabled():
        print(f"\ntwo bugs at once, in-sample: {sum(found)} of {len(found)} programs named in full")
    assert sum(found) >= 0.95 * len(found)


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_do_not_hang_on_the_seed(seed):
    wrongly = []
    planted = [case.planted for name, case in cases("corpus").items() if name.startswith("wrong")]
    for true, (_, spec) in list(zip(planted, wrong(), strict=True))[seed::40]:
        loss, gradients, params, data = make(replace(spec, seed=spec.seed + 10 + seed))
        case = Case(true, lambda call=(loss, gradients, params, *data): call)
        codes = [found for found, _ in said(case)["findings"]]
        wrongly += [(true, codes)] if not codes or codes[0] not in true else []
    assert wrongly == []
