"""Pages that must be complete: every gradient of the library is derived beside its source."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "gradients.md").read_text(encoding="utf-8")


def shown() -> set[tuple[str, str]]:
    """Return the (file, object) of each source that the page includes."""
    found = re.findall(r"```{literalinclude} (?:\.\./)+(\S+)\n:pyobject: (\S+)", PAGE)
    return {(file, name) for file, name in found}


def backwards() -> set[tuple[str, str]]:
    """Return every derivative in ``xnn/nn``: functions ``..._backward``, and methods ``backward`` that do something."""
    found = set()
    for path in (ROOT / "xnn" / "nn").glob("*.py"):
        file = str(path.relative_to(ROOT))
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and "_backward" in node.name:
                found.add((file, node.name))
            for part in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(part, ast.FunctionDef) and part.name == "backward" and not _is_abstract(part):
                    found.add((file, f"{node.name}.{part.name}"))
    return found


def _is_abstract(function: ast.FunctionDef) -> bool:
    return isinstance(function.body[-1], ast.Raise)


def test_every_gradient_is_derived():
    assert len(backwards()) > 18
    assert backwards() - shown() == set()
