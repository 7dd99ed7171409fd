"""Pages that are made when the site is built: the codes, and the reference; and whether they are complete."""

import importlib
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from codes import Example, Shown, examples, shown
from sphinx.application import Sphinx
from sphinx.util import logging

from xnn.gradcheck.bugs.catalogue import CATALOGUE

HERE = Path(__file__).parents[1]
CODES = """# Codes

Every code that `xnn check`, `xnn diagnose` and {py:class}`xnn.Doctor` can print, with a minimal program that has the
fault, what is printed, and the fix. Programs and output are no copies: all were run when this page was made, each with
its fix too.

| code | in short |
|---|---|
"""
SECTION = """
({code})=
## {code}

{why}

```{{code-block}} python
:caption: {file}{emphasis}
{program}```

`{call}` prints

```text
{output}```
"""
FIX = """
The fix:

```diff
{fix}
```
"""
PUBLIC = {
    "xnn": "The functions that most programs need.",
    "xnn.gradcheck": "The gradient checker.",
    "xnn.doctor": "Why a network does not learn.",
    "xnn.training": "Training, models, callbacks and metrics.",
    "xnn.nn": "The mathematics: each formula with its derivative.",
    "xnn.optimizers": "Optimizers, clipping and schedules.",
    "xnn.plots": "Pictures, a function each.",
    "xnn.datasets": "Data sets, and files of your own.",
    "xnn.backends": "Array libraries by name.",
    "xnn.errors": "What is raised on purpose.",
    "xnn.formats": "Findings for editors and for CI.",
    "xnn.interop.onnx": "Models as ONNX files.",
    "xnn.interop.scipy": "SciPy's optimizers.",
    "xnn.interop.sklearn": "Estimators for scikit-learn.",
    "xnn.interop.torch": "Models to PyTorch and back.",
}


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the pages before any is read, and see afterwards whether a name is missing."""
    app.connect("builder-inited", make)
    app.connect("env-check-consistency", complete)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def make(app: Sphinx) -> None:
    """Write the pages that are made, where they have changed."""
    _write("reference/codes.md", codes_page())
    for module, what in PUBLIC.items():
        _write(f"reference/{module}.md", reference_page(module, what))


def codes_page() -> str:
    """Return the page of codes; a program that does not show its code stops the build."""
    every = examples()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(shown, every))
    wrong = [
        f"{one.path.name}: {result.complaint}" for one, result in zip(every, found, strict=True) if result.complaint
    ]
    if wrong:
        raise RuntimeError("programs that do not show their code: " + "; ".join(wrong))
    rows = "".join(f"| [{one.code}](#{one.code}) | {meaning(one)} |\n" for one in every)
    return CODES + rows + "".join(map(_section, every, found))


def meaning(example: Example) -> str:
    """Return what a code means: in the catalogue's words, else in those of its program."""
    row = next((row for name, row in CATALOGUE.items() if name.partition(":")[0] == example.code), None)
    return row.means if row else example.why.split(":")[0].split(". ")[0].rstrip(".")


def _section(example: Example, result: Shown) -> str:
    marked = ",".join(map(str, example.marked))
    text = SECTION.format(
        code=example.code, why=example.why, file=example.path.name, program=example.wrong, call=example.call,
        emphasis=f"\n:emphasize-lines: {marked}\n" if marked else "\n", output=result.output,
    )  # fmt: skip
    return text + (FIX.format(fix=example.fix) if example.fix else "")


def names(module: str) -> list[str]:
    """List what a package lists as public and is documented on its page: not what another page has."""
    found = importlib.import_module(module)
    listed = getattr(found, "__all__", [])
    if module == "xnn":
        return [name for name in listed if not hasattr(getattr(found, name), "__path__") and name != "errors"]
    top = importlib.import_module("xnn")
    # xnn.datasets.load is not xnn.load.
    return [name for name in listed if name not in top.__all__ or getattr(found, name) is not getattr(top, name)]


def reference_page(module: str, what: str) -> str:
    """Return the page of a package: its public names, from their docstrings."""
    found = importlib.import_module(module)
    elsewhere = sorted(set(getattr(found, "__all__", [])) - set(names(module)))
    also = ""
    if elsewhere and module != "xnn":
        also = f"\nUnder this name too, and documented in {{py:mod}}`xnn`: `{'`, `'.join(elsewhere)}`.\n"
    functions_first = sorted(names(module), key=lambda name: isinstance(getattr(found, name), type))
    blocks = "".join(_directive(module, name) for name in functions_first)
    # The package's name is a function's too, which is in the index under it.
    options = "   :no-members:\n" + ("   :no-index:\n" if module == "xnn.backends" else "")
    return f"# {module}\n\n{what}\n{also}\n```{{eval-rst}}\n.. automodule:: {module}\n{options}\n{blocks}```\n"


def _directive(module: str, name: str) -> str:
    found = getattr(importlib.import_module(module), name)
    if isinstance(found, type):
        kind = "exception" if issubclass(found, Exception) else "class"
        # What scikit-learn gives an estimator has its references in scikit-learn's own pages.
        given = [name for name in dir(found) if name.startswith("set_") and name.endswith("_request")]
        options = "   :members:\n" + (f"   :exclude-members: {', '.join(given)}\n" if given else "")
    elif callable(found):
        kind, options = "function", ""
    else:
        kind, options = "data", "   :no-value:\n"
    return f".. auto{kind}:: {module}.{name}\n{options}\n"


def complete(app: Sphinx, env: Any) -> None:
    """Warn of a public name that no page documents."""
    known = set(env.domaindata["py"]["objects"])
    for module in PUBLIC:
        for name in names(module):
            if f"{module}.{name}" not in known:
                logging.getLogger(__name__).warning("no page documents %s.%s", module, name)


def _write(name: str, text: str) -> None:
    path = HERE / name
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
