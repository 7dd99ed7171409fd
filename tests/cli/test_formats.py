"""What ``xnn check`` and ``xnn diagnose`` print for people, for editors and for CI."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import xnn as package
from tests.display.findings import NET, NOTE, UNPLACED, WRONG, at
from tests.rig import refuses
from xnn.cli.formats import check_format
from xnn.errors import UnknownNameError
from xnn.findings import Finding
from xnn.formats import as_github, as_json
from xnn.gradcheck import GradientReport

pytestmark = pytest.mark.host

PROGRAM = """\
import numpy as np

def loss(p, X, y):
    return np.mean((np.tanh(X @ p["W1"]) @ p["W2"] - y) ** 2)

def gradients(p, X, y):
    h = np.tanh(X @ p["W1"])
    dz = 2 * (h @ p["W2"] - y) / y.size
    dh = dz @ p["W2"].T
    da = dh * (1 - h)
    return {"W1": X.T @ da, "W2": h.T @ dz}

rng = np.random.default_rng(0)
params = {"W1": rng.normal(size=(3, 4)), "W2": rng.normal(size=(4, 2))}
data = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
"""


def test_an_error_of_github_to_the_letter():
    assert as_github("net.py", False, "WRONG", [WRONG]) == (
        "::error file=net.py,line=6,endLine=6,col=10,endColumn=22,title=factor-missing [W1]::"
        "the factor 1 + h is missing."
        "%0Afix: write da = dh * (1 - h) * (1 + h)"
        '%0Abecause: line 2  h = np.tanh(X @ p["W1"])'
        "%0Aevidence: with this every gradient is right, to 3e-11"
    )


def test_what_github_takes_for_its_own_is_escaped():
    text = "a,b:c%d\r\n"
    place = at(text, "a", file="C:\\a,b%.py")
    finding = Finding("sign", "W:1,2\n%", "50% wrong\n::error::x\r", place=place)
    assert as_github("net.py", False, "", [finding]) == (
        "::error file=C%3A\\a%2Cb%25.py,line=1,endLine=1,col=1,endColumn=2,title=sign [W%3A1%2C2%0A%25]::"
        "50%25 wrong%0A::error::x"
    )


def test_over_several_lines_github_takes_no_columns():
    finding = Finding("unknown", "", "wrong.", place=at(NET, NET.strip()))
    assert as_github("net.py", False, "", [finding]) == "::error file=net.py,line=1,endLine=7,title=unknown::wrong."


def test_what_has_no_place_is_told_of_the_file_and_a_note_is_a_notice():
    assert as_github("a/net.py", False, "", [UNPLACED, NOTE]).splitlines() == [
        "::error file=a/net.py,title=learning-rate-high::the steps overshoot."
        "%0Afix: divide the rate by 2%0Aevidence: rate times curvature",
        "::notice file=a/net.py,title=no-source::no line can be given: net.py was changed since it was imported.",
    ]


def test_what_is_wrong_without_a_finding_is_an_error_too():
    assert as_github("net.py", False, "It is WRONG.", [NOTE]).splitlines()[1] == "::error file=net.py::It is WRONG."
    assert as_github("net.py", True, "It is right.", []) == ""


def test_the_json_is_what_is_documented(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = at(NET, "dh * (1 - h)", file=str(tmp_path / "a" / "net.py"))
    other = at("h = 3\n", "3", file="/elsewhere/layers.py")
    finding = Finding("sign", "W", "wrong.", place=place, because=other, residual=float("nan"))
    numbers = {"rate": np.float64(0.5), "rows": np.array([1, 2]), "most": float("inf"), "ok": np.True_}
    told = json.loads(as_json("diagnose", str(tmp_path / "net.py"), False, "WRONG", [finding], measured=numbers))
    assert told == {
        "version": 1,
        "command": "diagnose",
        "file": "net.py",
        "ok": False,
        "verdict": "WRONG",
        "findings": [
            {
                "code": "sign", "parameter": "W", "message": "wrong.", "advice": "", "evidence": "", "certainty": 1.0,
                "note": False, "stands": "", "belongs": "", "residual": None, "file": "a/net.py", "line": 6,
                "column": 10, "end_line": 6, "end_column": 22, "source": "dh * (1 - h)", "function": "gradients",
                "because": {
                    "file": "/elsewhere/layers.py", "line": 1, "column": 5, "end_line": 1, "end_column": 6,
                    "source": "3", "function": "gradients",
                },
                "fix": None,
            }
        ],
        "measured": {"rate": 0.5, "rows": [1, 2], "most": None, "ok": True},
    }  # fmt: skip


def test_every_name_of_the_json_is_documented():
    from xnn import formats

    for name in (*WRONG.to_dict(), "version", "command", "ok", "verdict", "findings", "tensors", "checks", "measured"):
        assert f"``{name}``" in formats.__doc__, name


@pytest.mark.parametrize("command", ["check", "diagnose"])
def test_as_json(xnn, tmp_path, command):
    (tmp_path / "net.py").write_text(PROGRAM)
    answer = xnn(command, "net.py", "--format", "json")
    told = json.loads(answer.out)
    assert (answer.code, answer.err) == (1, "")
    assert (told["version"], told["command"], told["file"], told["ok"]) == (1, command, "net.py", False)
    first = told["findings"][0]
    assert (first["file"], first["line"], first["function"]) == ("net.py", 10, "gradients")
    if command == "check":
        assert (told["tensors"]["W1"]["ok"], told["tensors"]["W2"]["ok"]) == (False, True)
        assert told["tensors"]["W1"]["shape"] == [3, 4]
    else:
        assert told["checks"]["gradient"] == "done"
        assert told["measured"] is not None


@pytest.mark.parametrize("command", ["check", "diagnose"])
def test_for_github(xnn, tmp_path, command):
    (tmp_path / "net.py").write_text(PROGRAM)
    answer = xnn(command, "net.py", "--format", "github")
    assert answer.code == 1
    assert re.match(
        r"::error file=net\.py,line=10,endLine=10,col=20,endColumn=21,title=[a-z-]+( \[W1\])?::", answer.out
    )
    assert all(line.startswith(("::error ", "::notice ")) for line in answer.out.splitlines())


@pytest.mark.parametrize(("format", "expected"), [("text", "The gradient is right.\n"), ("github", "")])
def test_a_right_gradient_is_said_to_be_right(xnn, tmp_path, format, expected):
    (tmp_path / "net.py").write_text(PROGRAM.replace("(1 - h)", "(1 - h**2)"))
    answer = xnn("check", "net.py", "--format", format)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(expected) and (answer.out == "") == (expected == "")
    told = json.loads(xnn("check", "net.py", "--format", "json").out)
    assert (told["ok"], told["findings"]) == (True, [])


@pytest.mark.parametrize("command", ["check", "diagnose"])
def test_what_a_program_prints_does_not_come_between(xnn, tmp_path, command):
    (tmp_path / "net.py").write_text("print('epoch 1')\n" + PROGRAM)
    answer = xnn(command, "net.py", "--format", "json")
    assert json.loads(answer.out)["findings"][0]["line"] == 11
    assert "epoch 1" in answer.err
    assert "epoch 1" in xnn(command, "net.py").out


@pytest.mark.parametrize("command", ["check", "diagnose"])
def test_an_unknown_format(xnn, command):
    """Before anything is run: there is no file of that name."""
    answer = xnn(command, "net.py", "--format", "jsn")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "error: unknown format 'jsn'. Did you mean 'json'? Known: github, json, text.\n"


def test_a_file_that_cannot_be_used_is_an_error_in_every_format(xnn, tmp_path):
    for format in ("text", "json", "github"):
        answer = xnn("check", "net.py", "--format", format)
        assert (answer.code, answer.out) == (2, "")
        assert "no file net.py" in answer.err


def test_check_writes_a_page_too(xnn, tmp_path):
    (tmp_path / "net.py").write_text(PROGRAM)
    assert xnn("check", "net.py", "--save", "no/report.html").code == 2
    answer = xnn("check", "net.py", "--save", "report.html", "--format", "github")
    assert answer.code == 1
    assert "da = dh * (1 - h)" in re.sub("<[^>]*>", "", (tmp_path / "report.html").read_text())


def run(tmp_path, terminal: bool, **variables: str) -> str:
    """Run the command as a process, in a terminal or with its output piped, and return what it printed."""
    (tmp_path / "net.py").write_text(PROGRAM)
    words = [sys.executable, "-m", "xnn", "check", "net.py"]
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    environment = {**kept, "PYTHONPATH": str(Path(package.__file__).parents[1]), "TERM": "xterm-256color", **variables}
    if not terminal:
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=False)
        assert done.returncode == 1
        return done.stdout.decode()
    pty = pytest.importorskip("pty", reason="there are no terminals of this kind here")
    leader, follower = pty.openpty()
    process = subprocess.Popen(words, cwd=tmp_path, env=environment, stdout=follower, stderr=follower)
    os.close(follower)
    parts = []
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(leader)
    assert process.wait(120) == 1
    return b"".join(parts).decode()


def test_colours_are_for_terminals(tmp_path):
    piped, shown = run(tmp_path, False), run(tmp_path, True, COLUMNS="200")
    assert "\x1b" not in piped
    assert "10 |     da = dh * (1 - h)\n   |" in piped
    assert re.search(r"\x1b\[1;31m\^+\x1b\[0m", shown)
    words = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in shown.splitlines()]
    assert words == piped.splitlines()


def test_no_colour_where_none_is_wanted(tmp_path):
    assert re.search(r"\x1b\[[0-9;]*3[0-9]m", run(tmp_path, True, NO_COLOR="1")) is None


def test_signs_that_the_output_has_no_code_for(tmp_path):
    name = "重み"
    program = PROGRAM.replace('"W1"', f'"{name}"')
    (tmp_path / "net.py").write_text(program, encoding="utf-8")
    words = [sys.executable, "-m", "xnn", "check", "net.py"]
    environment = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1]), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith(rb"The gradient is WRONG in \u91cd\u307f")


def test_unknown_names_are_refused_as_everywhere():
    with refuses(UnknownNameError, "Known: github, json, text"):
        check_format("xml")


def test_a_report_begins_with_what_is_wrong_and_where():
    lines = str(GradientReport({}, (WRONG,))).splitlines()
    assert lines[2].startswith("factor-missing") and lines[3] == " --> net.py:6:10 in gradients"
