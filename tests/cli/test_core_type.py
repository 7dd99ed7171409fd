"""OpenBLAS told of a processor that it does not know, before NumPy loads it, and never against the user."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from xnn.backends import advice, kernels
from xnn.cli import environment

ROOT = Path(environment.__file__).parents[2]
AVX2 = "fpu sse2 avx avx2 fma"
AVX512 = f"{AVX2} avx512f avx512cd avx512bw avx512dq avx512vl"


def cpuinfo(tmp_path, *cores: str) -> str:
    path = tmp_path / "cpuinfo"
    path.write_text("".join(f"processor\t: {i}\nflags\t\t: {flags}\n\n" for i, flags in enumerate(cores)))
    return str(path)


@pytest.mark.parametrize(
    ("cores", "found"),
    [
        ([AVX512, AVX512], "SkylakeX"),
        ([AVX2], None),
        ([AVX512.replace("avx512vl", "")], None),  # Knights Landing
        ([AVX512, AVX2], None),  # a core that cannot
        ([], None),
    ],
)
def test_flags_prove_it_or_nothing_is_set(tmp_path, monkeypatch, cores, found):
    monkeypatch.setenv(environment.VARIABLE, "")  # so that it is put back as it was, whatever sets it meanwhile
    monkeypatch.delenv(environment.VARIABLE)
    monkeypatch.setattr(environment, "was_set", False)
    path = cpuinfo(tmp_path, *cores)
    assert environment.core_type(path) == found
    environment.set_core_type(path)
    assert os.environ.get(environment.VARIABLE) == found
    assert environment.was_set == (found is not None)


def test_where_there_is_no_such_file_nothing_is_set(tmp_path):
    assert environment.core_type(str(tmp_path / "none")) is None


def test_the_users_choice_stands(tmp_path, monkeypatch):
    monkeypatch.setenv(environment.VARIABLE, "Haswell")
    environment.set_core_type(cpuinfo(tmp_path, AVX512))
    assert os.environ[environment.VARIABLE] == "Haswell"
    assert not environment.was_set


def test_lower_kernels_are_told_with_what_to_set():
    sentence = advice("SkylakeX", "Haswell")
    assert sentence is not None
    assert "Haswell" in sentence
    assert "OPENBLAS_CORETYPE=SkylakeX" in sentence
    for possible, chosen in (
        (None, "Haswell"),
        ("SkylakeX", "SkylakeX"),
        ("SkylakeX", "Cooperlake"),
        ("SkylakeX", None),
    ):
        assert advice(possible, chosen) is None


def test_the_kernels_are_those_openblas_says():
    pytest.importorskip("threadpoolctl", reason="threadpoolctl, which asks OpenBLAS, is not installed")
    if kernels() is None:
        pytest.skip("NumPy's matrix products are not OpenBLAS's here")
    if "avx2" not in Path("/proc/cpuinfo").read_text():
        pytest.skip("no processor with AVX2")
    assert kernels("Haswell") == "Haswell"


def test_the_command_says_so():
    pytest.importorskip("threadpoolctl", reason="threadpoolctl, which asks OpenBLAS, is not installed")
    if environment.core_type() is None or kernels("Haswell") != "Haswell":
        pytest.skip("no processor with AVX-512, or no OpenBLAS")
    words = [sys.executable, "-m", "xnn", "backends"]
    env = os.environ | {"OPENBLAS_CORETYPE": "Haswell", "COLUMNS": "200"}
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT, env=env)
    assert "set OPENBLAS_CORETYPE=SkylakeX before Python starts" in done.stdout
