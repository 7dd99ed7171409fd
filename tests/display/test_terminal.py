"""What a terminal shows: colours where it has them, and words wrapped under words."""

import io
import re
from dataclasses import replace

import pytest

from xnn.display.line import cells
from xnn.gradcheck import GradientReport

from .findings import NOTE, UNPLACED, WRONG, at

pytestmark = pytest.mark.host
rich_console = pytest.importorskip("rich.console")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def drawn(finding, width=80, terminal=True, monkeypatch=None, **variables):
    """Return what rich writes to a terminal, or to a file."""
    environment = {"TERM": "xterm-256color", **variables}
    console = rich_console.Console(
        file=io.StringIO(), force_terminal=terminal, width=width, highlight=False, markup=False, _environ=environment
    )
    console.print(finding)
    return console.file.getvalue()


def test_in_a_wide_terminal_the_words_are_those_of_the_text():
    for finding in (WRONG, UNPLACED, NOTE):
        assert ESCAPES.sub("", drawn(finding, 120)).rstrip("\n") == str(finding)


def test_the_fault_is_red_and_what_belongs_there_green():
    text = drawn(WRONG)
    assert "\x1b[1;31mfactor-missing\x1b[0m" in text
    assert "\x1b[1;31m^^^^^^^^^^^^\x1b[0m" in text
    assert "\x1b[32mda = dh * (1 - h) * (1 + h)\x1b[0m" in text


def test_a_note_is_not_red():
    assert "\x1b[1;31m" not in drawn(replace(WRONG, note=True))
    assert "\x1b[1;33mno-source\x1b[0m" in drawn(NOTE)


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_there_are_no_colours_where_none_are_wanted(variables):
    assert re.search(r"\x1b\[[0-9;]*3[0-9]", drawn(WRONG, **variables)) is None


def test_nothing_but_text_goes_into_a_file():
    assert drawn(WRONG, terminal=False).rstrip("\n") == str(WRONG)


def test_words_are_wrapped_under_words():
    finding = replace(UNPLACED, message="one two three four five six", advice="seven eight nine ten eleven")
    assert ESCAPES.sub("", drawn(finding, 32)).splitlines() == [
        "learning-rate-high: one two",
        "    three four five six",
        "    fix: seven eight nine ten",
        "         eleven",
        "    evidence: rate times",
        "              curvature",
    ]


def test_several_lines_of_what_belongs_there_keep_their_indentation():
    text = ESCAPES.sub("", drawn(replace(WRONG, advice="", belongs="da = (dh\n      * h)"))).splitlines()
    assert text[5:7] == ["    belongs: da = (dh", "                   * h)"]


@pytest.mark.parametrize("width", [12, 20, 33, 47, 80])
def test_no_line_is_wider_than_the_terminal(width):
    """But for source in a very narrow one, of which 20 columns are shown."""
    text = "    重み = " + " + ".join(f"W[{i}] * x" for i in range(200)) + "\n"
    finding = replace(WRONG, parameter="重み", place=at(text, "W[77] * x"), message="重" * 50, because=None)
    lines = ESCAPES.sub("", drawn(finding, width)).splitlines()
    assert max(map(cells, lines)) <= max(width, 24)
    marks = next(i for i, line in enumerate(lines) if "^" in line)
    start = lines[marks].index("^")
    before = lines[marks - 1]
    assert "W[77] * x"[: lines[marks].count("^")] == before[start : start + lines[marks].count("^")]


def test_a_report_is_drawn_as_it_is_printed():
    report = GradientReport({}, (WRONG, NOTE))
    text = [line.rstrip() for line in ESCAPES.sub("", drawn(report, 120)).splitlines()]
    assert text == str(report).splitlines()
