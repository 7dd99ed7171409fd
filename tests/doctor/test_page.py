"""The report as text, picture and page."""

import re

import pytest

import xnn
from tests.gradcheck import test_cases as cases
from tests.rig import refuses
from xnn.doctor.report.plot import panels
from xnn.errors import FileError

pytestmark = pytest.mark.host
pytest.importorskip("matplotlib", reason="matplotlib, which draws, is not installed")


@pytest.fixture(scope="module")
def found():
    return xnn.diagnose(*cases.case_4(lambda a: cases.rising(a) * (1 - cases.rising(a))))


def test_the_text_starts_with_what_to_change(found):
    lines = str(found).splitlines()
    assert lines[0] == "Change this first."
    assert lines[2].startswith("derivative-of-output")
    assert "note: no-bias" in str(found)
    assert "Left out" in lines


def test_the_page_stands_alone(found, tmp_path):
    path = tmp_path / "report.html"
    found.save(path)
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "derivative-of-output" in page and "<h2>Notes</h2>" in page
    outside = re.findall(r"(?:src|srcset|href)=\"(?!data:)[^\"]*", page) + re.findall(r"url\(|@import|<script", page)
    assert outside == []
    assert page.count("data:image/png;base64,") == 2  # for a light and for a dark screen
    assert "prefers-color-scheme: dark" in page


def test_what_people_call_their_arrays_is_text_on_the_page():
    finding = xnn.gradcheck.Finding("sign", "<b>W</b>", "a < b & c", "write <script>")
    page = __import__("xnn.doctor.report.page", fromlist=["page"]).page(xnn.Diagnosis((finding,)).content)
    assert "<b>W" not in page and "<script>" not in page
    assert "a &lt; b &amp; c" in page


def test_the_plot_has_four_panels(found, tmp_path):
    figure = found.plot(tmp_path / "course.png")
    assert (tmp_path / "course.png").read_bytes().startswith(b"\x89PNG")
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == [panel.title for panel in panels(found.history)]
    losses = figure.axes[0].lines[0].get_ydata()
    assert list(losses) == [value for _, value in found.history.loss]


def test_nothing_overlaps(found):
    """No legend covers its axes, and no two panels meet."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = found.plot()
    FigureCanvasAgg(figure).draw()
    boxes = [axes.get_tightbbox() for axes in figure.axes]
    for i, a in enumerate(boxes):
        assert not any(a.overlaps(b) for b in boxes[i + 1 :])
    for axes in figure.axes:
        if axes.get_legend() is not None:
            assert axes.get_legend().get_window_extent().x0 >= axes.get_window_extent().x1


def test_a_run_without_records_is_drawn_too(tmp_path):
    xnn.Doctor().report().save(tmp_path / "empty.html")
    figure = xnn.Doctor().report().plot()
    assert "no loss was recorded" in [text.get_text() for text in figure.axes[0].texts]


def test_a_page_that_cannot_be_written(found, tmp_path):
    with refuses(FileError, "cannot be written"):
        found.save(tmp_path / "no" / "such" / "report.html")
