"""The names given later are of programs that are there and were labelled `unknown`, and are codes of the catalogue."""

from importlib import import_module

import pytest

from xnn.gradcheck.bugs.catalogue import CATALOGUE

from .relabelled import TRUE
from .snapshot import cases

pytestmark = pytest.mark.host
LOCATED = ("dev", "files", "kinds")  # parts whose bugs bear the codes of what is found in any program


def test_every_program_is_there_and_was_labelled_unknown():
    wrong = [key for key in TRUE if key[1] not in cases(key[0]) or "unknown" not in cases(key[0])[key[1]].planted]
    assert wrong == []


def test_every_name_is_true_beside_unknown():
    assert all(cases(part)[name].planted >= codes | {"unknown"} for (part, name), codes in TRUE.items())


def test_every_code_is_in_the_catalogue():
    parts = [import_module(f".located.{part}.bugs", __package__) for part in LOCATED]
    known = {row.partition(":")[0] for row in CATALOGUE} | {code for p in parts for bug in p.BUGS for code in bug.codes}
    assert all(codes and codes <= known - {"unknown"} for codes in TRUE.values())
