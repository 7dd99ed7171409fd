"""What a page and a notebook show."""

import linecache
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import xnn
from tests.rig import refuses
from xnn.display.html import STYLE
from xnn.errors import FileError
from xnn.findings import Finding
from xnn.gradcheck import GradientReport, TensorReport

from .findings import NET, NOTE, UNPLACED, WRONG, at

pytestmark = pytest.mark.host
VOID = {"meta", "img", "source"}


class Tree(HTMLParser):
    """The text of a page by tag, and whether every tag is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.tags: set[str] = set()
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        for tag in set(self.open):
            self.texts[tag][-1] += data


@pytest.fixture
def net(tmp_path):
    """Write a file, and return a function that finds a part of it."""

    def write(text: str, part: str, name: str = "net.py"):
        path = tmp_path / name
        path.write_bytes(text.encode())
        return at(text, part, file=str(path))

    return write


def report(*findings: Finding) -> GradientReport:
    right = TensorReport(True, (3, 2), 1e-11, 1e-7, (0, 1), None, None, 6, 6)
    wrong = TensorReport(False, (3, 2), 0.5, 1e-7, (0, 1), np.zeros((3, 2)), None, 6, 6)
    return GradientReport({"W1": wrong, "<b>W2</b>": right}, findings)


def page(finding: Finding, tmp_path) -> str:
    report(finding).save(tmp_path / "report.html")
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_page_shows_the_whole_function_and_what_belongs_beneath_the_line(net, tmp_path):
    text = "import numpy as np\n\n\n@njit\n" + NET + "\n\nparams = 3\n"
    place, because = net(text, "dh * (1 - h)"), net(text, 'np.tanh(X @ p["W1"])')
    tree = Tree(page(replace(WRONG, place=place, because=because), tmp_path))
    assert tree.texts["pre"] == ["""\
 4 | @njit
 5 | def gradients(p, X, y):
 6 |     h = np.tanh(X @ p["W1"])
 7 |     dz = 2 * (h @ p["W2"] - y) / y.size
 8 |
 9 |     dh = dz @ p["W2"].T
10 |     da = dh * (1 - h)
 + |     da = dh * (1 - h) * (1 + h)
11 |     return {"W1": X.T @ da, "W2": h.T @ dz}
""".replace(" 8 |\n", " 8 | \n")]  # fmt: skip
    assert tree.texts["mark"] == ["dh * (1 - h)"]
    assert tree.texts["h1"] == ["The gradient is WRONG in W1; right in 1 more."]
    paragraphs = tree.texts["p"]
    assert "the factor 1 + h is missing." in paragraphs
    assert 'because: line 6  h = np.tanh(X @ p["W1"])' in paragraphs
    assert "evidence: with this every gradient is right, to 3e-11" in paragraphs
    assert not any(paragraph.startswith("fix") for paragraph in paragraphs)  # it stands in the source


def test_the_innermost_function_is_shown():
    text = "class Net:\n    def backward(self):\n        def inner():\n            return 1\n        return inner\n"
    linecache.cache["cell"] = (len(text), None, text.splitlines(True), "cell")
    lines = replace(WRONG, place=at(text, "return 1", file="cell"), because=None).lines(function=True)
    assert [line.text for line in lines if line.role == "source"] == [
        "3 |         def inner():",
        "4 |             return 1",
    ]
    lines = replace(WRONG, place=at(text, "return inner", file="cell"), because=None).lines(function=True)
    assert sum(line.role == "source" for line in lines) == 4


def test_around_a_line_in_no_function_five_lines_are_shown(net):
    place = net("".join(f"x{i} = {i}\n" for i in range(1, 31)), "x20 = 20")
    lines = [line.text for line in replace(WRONG, place=place).lines(function=True) if line.role == "source"]
    assert (lines[0], lines[-1]) == ("15 | x15 = 15", "25 | x25 = 25")


@pytest.mark.parametrize("change", ["gone", "changed", "shorter", "a folder", "binary"])
def test_a_file_that_is_no_longer_what_was_seen_is_not_shown(net, change):
    place = net(NET, "dh * (1 - h)")
    path = Path(place.file)
    path.unlink()
    if change == "a folder":
        path.mkdir()
    elif change != "gone":
        path.write_bytes({"changed": b"# new\n" + NET.encode(), "shorter": b"x\n", "binary": b"\0\xff" * 99}[change])
    lines = [line.text for line in replace(WRONG, place=place).lines(function=True) if line.role == "source"]
    assert lines == ["6 |     da = dh * (1 - h)"]


def test_a_file_that_was_read_before_it_changed_is_shown_as_it_was(net):
    """As the recording reads it: what ran is what is shown."""
    place = net(NET, "dh * (1 - h)")
    linecache.getlines(place.file)
    Path(place.file).write_text("")
    lines = [line for line in replace(WRONG, place=place).lines(function=True) if line.role == "source"]
    assert len(lines) == 7


def test_the_cell_of_a_notebook_is_shown_even_if_it_is_not_all_python():
    name, text = "<ipython-input-1-abc>", "%matplotlib inline\nW = x @ y\n"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    html = replace(WRONG, place=at(text, "x @ y", file=name, function=""), because=None).to_html(function=True)
    assert "&lt;ipython-input-1-abc&gt;:2:5" in html
    assert Tree(html).texts["pre"][0].startswith("1 | %matplotlib inline\n2 | W = x @ y\n+ | da =")


HOSTILE = (
    "def f(x):\n\tt = \"</pre></style><script>alert(1)</script>\" '&amp;' * x  # \u91cd 😀 \x1b[0m\u202e\r\n"
    "\treturn t" + " + x" * 5000 + "\r\n"
)


@pytest.mark.parametrize("part", ["</pre></style><script>alert(1)</script>", "return t + x", "x  # \u91cd 😀"])
def test_hostile_source_is_text(net, tmp_path, part):
    place = net(HOSTILE, part)
    evil = "<script>alert(2)</script>\x1b\ud800\n<b>"
    finding = Finding(evil, evil, evil, evil, evil, place=place, belongs=evil, because=place)
    html = page(finding, tmp_path)
    tree = Tree(html)
    assert "script" not in tree.tags and "b" in tree.tags  # b: what belongs there
    assert tree.texts["mark"] == [part]
    assert "\x1b" not in html and "\u202e" not in html and "\r" not in html
    assert len(html) < 40_000  # very long lines are cut
    notebook = Tree(finding._repr_html_())
    assert "script" not in notebook.tags


def test_the_page_needs_nothing_from_elsewhere(net, tmp_path):
    html = page(replace(WRONG, place=net(NET, "dh * (1 - h)")), tmp_path)
    assert html.startswith("<!doctype html>")
    assert re.findall(r"src=|href=|url\(|@import|<script", html) == []
    assert "prefers-color-scheme: dark" in html


def contrast(a: str, b: str) -> float:
    """Return the contrast of two colours, as the Web Content Accessibility Guidelines define it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_everything_can_be_read_in_both_themes(theme):
    blocks = re.findall(r"\.xnn \{ color-scheme: \w+; ([^}]*)\}", STYLE)
    colours = dict(re.findall(r"--(\w+): (#\w{6})", blocks[theme]))
    for text, backs in {
        "text": ("back", "card", "code", "hit"), "soft": ("back", "card", "code", "hit", "fit"),
        "good": ("back", "fit"), "bad": ("back", "card"), "note": ("card",),
    }.items():  # fmt: skip
        for back in backs:
            assert contrast(colours[text], colours[back]) >= 4.5, (text, back)


def test_notes_stand_with_their_names(tmp_path):
    assert Tree(page(NOTE, tmp_path)).texts["p"][:2] == [
        "note: no-source",
        "no line can be given: net.py was changed since it was imported.",
    ]


def test_a_notebook_shows_findings_reports_and_diagnoses():
    for shown in (WRONG, UNPLACED, report(WRONG, NOTE), report(), GradientReport({}), xnn.Diagnosis((WRONG, NOTE))):
        html = shown._repr_html_()
        tree = Tree(html)
        assert html.startswith('<div class="xnn">')
        assert "script" not in tree.tags and {"h1", "article"} & tree.tags
    diagnosis = xnn.Diagnosis((WRONG, NOTE), {"rate": "left out: no learning rate"}, {"largest rate": 0.5})
    tree = Tree(diagnosis._repr_html_())
    assert tree.texts["h1"] == ["Change this first."]
    assert tree.texts["h2"] == ["Notes", "Measured", "Left out"]
    assert tree.texts["td"] == ["largest rate", "0.5", "rate", "no learning rate"]
    assert Tree(report()._repr_html_()).texts["td"][7] == "<b>W2</b>"


def test_a_page_that_cannot_be_written(tmp_path):
    with refuses(FileError, "cannot be written"):
        report().save(tmp_path / "no" / "report.html")
