"""The tutorials as notebooks, made of their pages: the same text, and each block that is run as a cell."""

import json
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

DOCS = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(?P<kind>{?[a-z]+}?)(?P<rest>[^\n]*)\n(?P<text>.*?)^```$\n?", re.MULTILINE | re.DOTALL)
PAGES = ("first_network", "not_learning")


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the notebooks before the pages are read, which offer them."""
    app.connect("builder-inited", lambda app: [write(name) for name in PAGES])
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(name: str) -> None:
    """Write the notebook of a tutorial beside its page."""
    text = (DOCS / "tutorial" / f"{name}.md").read_text(encoding="utf-8")
    made = json.dumps(notebook(text), indent=1) + "\n"
    path = DOCS / "tutorial" / f"{name}.ipynb"
    if not path.exists() or path.read_text(encoding="utf-8") != made:
        path.write_text(made, encoding="utf-8")


def notebook(text: str) -> dict[str, Any]:
    """Return a page in MyST Markdown as a notebook, version 4.5, without outputs."""
    cells, start = [], 0
    for found in BLOCK.finditer(text):
        source = _code(found)
        if source is None:
            continue
        cells += [_cell("markdown", text[start : found.start()]), _cell("code", source)]
        start = found.end()
    cells = [cell for cell in [*cells, _cell("markdown", text[start:])] if "".join(cell["source"]).strip()]
    for i, cell in enumerate(cells):
        cell["id"] = f"cell-{i}"
    language = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": cells, "metadata": language, "nbformat": 4, "nbformat_minor": 5}


def _code(block: re.Match[str]) -> str | None:
    """Return the cell of a block that is run, None of one that is only read."""
    kind, text = block["kind"], block["text"]
    if kind == "python":
        lines = (line for line in text.splitlines() if line.startswith((">>> ", "... ", "...")))
        return "\n".join(line[4:] for line in lines)
    if kind == "console":
        return "\n".join(f"!{line}" for line in text.splitlines())
    if kind == "{literalinclude}":  # a file that the commands behind it take
        path = (DOCS / "tutorial" / block["rest"].strip()).resolve()
        return f"%%writefile {path.name}\n{path.read_text(encoding='utf-8').rstrip()}"
    return None


def _cell(kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": "",
        "metadata": {},
        "source": text.strip().splitlines(keepends=True),
    }
    return cell if kind == "markdown" else {**cell, "execution_count": None, "outputs": []}
