"""What is printed, to the letter."""

import json
import re
from dataclasses import replace
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnn.display.excerpt import NARROW, excerpt, shown
from xnn.display.line import WIDTH, cells, clean, plain
from xnn.findings import Finding
from xnn.gradcheck import GradientReport, TensorReport
from xnn.source import Location, nearest

from .findings import NOTE, UNPLACED, WRONG, at

pytestmark = pytest.mark.host


def drawn(text: str) -> str:
    """Return a picture written in a test: without its indentation and the first line break."""
    return dedent(text).strip("\n")


def test_a_finding_with_all_its_parts():
    assert str(WRONG) == drawn("""
        factor-missing [W1]: the factor 1 + h is missing.
         --> net.py:6:10 in gradients
          |
        6 |     da = dh * (1 - h)
          |          ^^^^^^^^^^^^
            fix: write da = dh * (1 - h) * (1 + h)
            because: line 2  h = np.tanh(X @ p["W1"])
            evidence: with this every gradient is right, to 3e-11
    """)


def test_advice_that_says_more_than_what_belongs_there_stands_beside_it():
    """Only where the fix is to write what belongs there, one line says both."""
    finding = replace(WRONG, advice="for tanh f'(z) = 1 - a**2", because=None, evidence="")
    assert str(finding).splitlines()[-2:] == [
        "    belongs: da = dh * (1 - h) * (1 + h)",
        "    fix: for tanh f'(z) = 1 - a**2",
    ]


def test_a_finding_without_a_place():
    assert str(UNPLACED) == drawn("""
        learning-rate-high: the steps overshoot.
            fix: divide the rate by 2
            evidence: rate times curvature
    """)


def test_a_note_says_that_it_is_one():
    assert str(NOTE) == "note: no-source: no line can be given: net.py was changed since it was imported."


def test_a_reason_in_another_file_is_given_with_it():
    other = at("\n\nh = np.tanh(z)\n", "np.tanh(z)", file="layers.py")
    assert "    because: layers.py:3  h = np.tanh(z)" in str(replace(WRONG, because=other)).splitlines()


def test_lines_that_begin_with_the_fault():
    text = "da = np.sum(\n    dh * h,\n    axis=0,\n)\n"
    assert plain(excerpt(at(text, text.strip(), first=9))) == drawn("""
          --> net.py:9:1 in gradients
           |
         9 | / da = np.sum(
        10 | |     dh * h,
        11 | |     axis=0,
        12 | | )
           | |_^
    """)


def test_lines_whose_fault_begins_inside():
    text = "    da = np.sum(\n        dh * h)\n"
    assert plain(excerpt(at(text, "np.sum(\n        dh * h)"))) == drawn("""
         --> net.py:1:10 in gradients
          |
        1 |       da = np.sum(
          |  __________^
        2 | |         dh * h)
          | |_______________^
    """)


def test_of_many_lines_both_ends_are_shown():
    text = "".join(f"line {i}\n" for i in range(1, 21))
    picture = plain(excerpt(at(text, text.strip())))
    assert picture == drawn("""
          --> net.py:1:1 in gradients
           |
         1 | / line 1
         2 | | line 2
         3 | | line 3
         4 | | line 4
        ...  |
        18 | | line 18
        19 | | line 19
        20 | | line 20
           | |_______^
    """)


def test_a_tab_is_four_columns_wide_at_most():
    assert plain(excerpt(at("\tx\t= a * b\n", "a * b"))) == drawn("""
         --> net.py:1:6 in gradients
          |
        1 |     x   = a * b
          |           ^^^^^
    """)


def test_chinese_signs_and_emoji_take_two_columns():
    assert plain(excerpt(at("誤差 = '😀' + 重み\n", "重み"))) == drawn("""
         --> net.py:1:12 in gradients
          |
        1 | 誤差 = '😀' + 重み
          |               ^^^^
    """)


def test_an_accent_of_its_own_takes_none():
    assert plain(excerpt(at("e\u0301 = a * b\n", "a"))).splitlines()[-1] == "  |     ^"


def test_line_ends_of_windows_are_not_shown():
    assert plain(excerpt(at("a = 1\r\nb = a\r\n", "b = a"))).splitlines()[2:] == ["2 | b = a", "  | ^^^^^"]


@pytest.mark.parametrize(("start", "end"), [(0, 8), (1990, 1998), (3990, 3998), (100, 3000)])
def test_a_very_long_line_is_cut_around_what_is_marked(start, end):
    text = "".join(f"{i:07d} " for i in range(500))
    place = Location("net.py", 1, start + 1, 1, end + 1, text[start:end], "", (text,))
    source, marks = plain(excerpt(place)).splitlines()[2:]
    assert WIDTH - 8 <= len(source) <= WIDTH
    first = marks.index("^")
    marked = source[first : len(marks)]
    assert marked == text[start:end] or (marked == text[start : start + len(marked)] and len(marked) > 100)
    cut = source.removeprefix("1 | ")
    assert cut.startswith("...") == (start > 200 or end - start > 200)
    assert cut.endswith("...") == (end < 3900)


def test_a_long_line_of_wide_signs_is_cut_too():
    line = "重" * 300 + "x" + "重" * 300
    text, start, end = shown(line, 300, 301, 41)
    assert text[start:end] == "x"
    assert cells(text) <= 41
    assert text.startswith("...重") and text.endswith("重...")


@pytest.mark.parametrize("columns", [(3, 3), (6, 6), (9, 12), (6, 3)])
def test_a_span_that_is_empty_or_beyond_the_line_gets_one_mark(columns):
    """As of a file that was changed, or of a place made by hand."""
    start, end = columns
    picture = plain(excerpt(Location("net.py", 1, start, 1, end, "", "", ("a = b\n",))))
    assert picture.splitlines()[2] == "1 | a = b"
    assert picture.count("^") == 1


def test_a_place_without_its_lines_is_named():
    assert plain(excerpt(Location("net.py", 3, 1, 3, 5, "x"))) == " --> net.py:3:1"


def test_the_cell_of_a_notebook_keeps_its_name():
    place = at("x = y\n", "y", file="<ipython-input-1-abc>", function="")
    assert plain(excerpt(place)).splitlines()[0] == " --> <ipython-input-1-abc>:1:5"


def test_a_path_is_given_from_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert nearest(str(tmp_path / "a" / "net.py")) == "a/net.py"
    assert nearest(str(tmp_path.parent / "net.py")) == str(tmp_path.parent / "net.py")
    assert nearest("net.py") == "net.py"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain 'text' <b> é 重 😀", "plain 'text' <b> é 重 😀"),
        ("a\x1b[31mb\rc\0", "a␛[31mb␍c␀"),  # colours, the start of the line
        ("if a\u202e:", "if a\ufffd:"),  # what follows would be shown from the right to the left
        ("\ud800\x85\u2028", "\ufffd\ufffd\ufffd"),
    ],
)
def test_what_would_change_the_terminal_is_shown_as_a_sign(text, expected):
    assert clean(text) == expected


def test_names_and_messages_of_a_user_cannot_reach_the_terminal_either():
    finding = Finding("sign", "W\x1b[2J", "raised\nValueError: \x1b]0;title\x07", "a\r\nb", "c\td\ve")
    assert str(finding) == drawn("""
        sign [W␛[2J]: raised
            ValueError: ␛]0;title␇
            fix: a
                 b
            evidence: c␉d
                      e
    """)


def test_the_roles_of_the_lines():
    roles = [line.role for line in WRONG.lines()]
    assert roles == ["code", "place", "underline", "source", "underline", "belongs", "because", "evidence"]


def test_as_a_dict_it_is_ready_for_json():
    told = json.loads(json.dumps(WRONG.to_dict()))
    assert told == {
        "code": "factor-missing", "parameter": "W1", "message": "the factor 1 + h is missing.",
        "advice": "write da = dh * (1 - h) * (1 + h)", "evidence": "with this every gradient is right, to 3e-11",
        "certainty": 0.97, "note": False, "file": "net.py", "line": 6, "column": 10, "end_line": 6, "end_column": 22,
        "source": "dh * (1 - h)", "function": "gradients", "stands": "da = dh * (1 - h)",
        "belongs": "da = dh * (1 - h) * (1 + h)", "residual": 3e-11,
        "because": {
            "file": "net.py", "line": 2, "column": 9, "end_line": 2, "end_column": 29, "source": 'np.tanh(X @ p["W1"])',
            "function": "gradients",
        },
        "fix": None,
    }  # fmt: skip
    assert {name for name, value in UNPLACED.to_dict().items() if value is None} == {
        "file", "line", "column", "end_line", "end_column", "source", "function", "because", "residual",
        "fix",
    }  # fmt: skip


def test_nor_can_the_names_of_tensors():
    wrong = TensorReport(False, (), 1.0, 1e-7, None, None, None, 1, 1)
    assert str(GradientReport({"W\x1b[2J": wrong})) == drawn("""
        The gradient is WRONG in W␛[2J.

        tensor  shape   gradient  relative error  tolerance  worst entry  checked
        W␛[2J   scalar  WRONG     1.0e+00         1e-07                   1/1
    """)


@given(
    st.lists(st.text(st.sampled_from("ab \t\r\x0c重😀é\u0301\u202e\ud800<&"), max_size=60), min_size=1, max_size=12),
    *[st.integers(-2, 70)] * 2, st.integers(0, 90),
)  # fmt: skip
def test_any_place_in_any_text_can_be_shown(lines, column, end_column, width):
    """Also places that are not in the text; what is shown is no wider than was asked for, from 20 columns on."""
    place = Location("net.py", 95, column, 94 + len(lines), end_column, "", "", tuple(f"{line}\n" for line in lines))
    finding = Finding("sign", "", "wrong.", place=place, belongs="\n".join(lines), because=place)
    picture = excerpt(place, width)
    assert sum("^" in line.text for line in picture) in (1, 2)
    assert all(cells(line.text) <= max(width, NARROW + 6) for line in picture[1:])
    assert all(c >= " " for line in picture for c in line.text)
    assert finding.to_html(function=True).encode()


@given(
    st.text(st.sampled_from("ab \t重😀é<&"), min_size=1, max_size=200), st.integers(0, 199), st.integers(1, 200),
    st.integers(20, 90),
)  # fmt: skip
def test_what_is_marked_is_what_was_meant(line, start, length, width):
    """From its beginning; where there is no room for it all, as much as there is room for."""
    meant = line.rstrip()[start : start + length]
    text, first, last = shown(line, start, start + length, width)
    part = text[first:last]
    tabs = [re.sub(" +", " ", p.replace("\t", " ")).strip() for p in (part, meant)]
    assert tabs[1].startswith(tabs[0])
    assert part == "" if meant == "" else cells(part) >= min(cells(meant), width - 10)
