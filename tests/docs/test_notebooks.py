"""The tutorials' notebooks run from their first cell to their last."""

import contextlib
import io
import shutil
import warnings
from pathlib import Path

import pytest
from codes import call

pytest.importorskip("sphinx")
from notebooks import PAGES, notebook

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", PAGES)
def test_a_notebook_runs(name, tmp_path, monkeypatch):
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("output", "__pycache__"))
    monkeypatch.chdir(tmp_path)
    cells = notebook((ROOT / "docs" / "tutorial" / f"{name}.md").read_text(encoding="utf-8"))["cells"]
    names, ran = {"__name__": "__main__"}, 0
    for cell in cells:
        source = "".join(cell["source"])
        assert cell["id"]
        if cell["cell_type"] == "markdown":
            assert ">>>" not in source
            continue
        ran += 1
        if source.startswith("%%writefile "):
            first, _, text = source.partition("\n")
            Path(first.split()[1]).write_text(text, encoding="utf-8")
        elif source.startswith("!"):
            for line in source.splitlines():
                code, output = call(line[1:].split())
                assert code != 2, output
        else:
            last = cell is [other for other in cells if other["cell_type"] == "code"][-1]
            assert refused(source, names) in ("", "ShapeError" if last else "")  # the last shows what is refused
    assert ran > 4


def refused(source: str, names: dict) -> str:
    """Run a cell, and return the name of the error of xnn's that it raises, empty if there is none."""
    from xnn.errors import XnnError

    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        try:
            exec(compile(source, "<cell>", "exec"), names)
        except XnnError as error:
            return type(error).__name__
    return ""
