"""The pictures of README and front page, which ``python docs/extensions/pictures.py`` draws again; and of the gallery.

``check.svg`` is what ``xnn check net.py`` prints, as a terminal shows it; ``regions.png`` is drawn by case 3. The
gallery shows what is printed for each of its programs; these are drawn when the site is built.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.terminal_theme import TerminalTheme

DOCS = Path(__file__).parents[1]
SVG = DOCS / "_static" / "check.svg"
EXAMPLES = DOCS.parent / "examples"
GALLERY = DOCS / "_static" / "gallery"
DARK = TerminalTheme(
    (24, 26, 31), (220, 223, 228),
    [(24, 26, 31), (255, 107, 104), (152, 195, 121), (229, 192, 123), (97, 175, 239), (198, 120, 221), (86, 182, 194),
     (220, 223, 228)],
)  # fmt: skip
# Like rich's own, but without its font from the network and its frame of a window.
FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
    .{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
    {styles}
</style>
<defs>
    <clipPath id="{unique_id}-clip-terminal">
        <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
</defs>
<rect fill="#181a1f" x="0" y="0" width="{width}" height="{height}" rx="8"/>
<g transform="translate(9, 9)" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
</g>
</svg>
"""


def check() -> str:
    """Return the picture of what ``xnn check net.py`` prints."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copy(DOCS / "files" / "net.py", "net.py")
        return check_file(Path("net.py"))


def check_file(path: Path) -> str:
    """Return the picture of what ``xnn check`` prints of a file."""
    from xnn import check_gradients
    from xnn.cli.program import program_of

    program, data = program_of(path)
    report = check_gradients(program["loss"], program["gradients"], program["params"], *data)
    return terminal(f"xnn check {path.as_posix()}", report)


def example(path: Path) -> str:
    """Return the picture of a program of the gallery: what is said of a case, what any other prints."""
    with contextlib.chdir(EXAMPLES.parent):
        name = path.relative_to(EXAMPLES.parent)
        if path.name.startswith("case"):
            return check_file(name)
        done = subprocess.run([sys.executable, name], capture_output=True, text=True, encoding="utf-8", check=True)
        return terminal(f"python {name.as_posix()}", done.stdout)


def terminal(command: str, printed: Any) -> str:
    """Return the picture of a command and what it prints."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(
            record=True, width=100, file=nowhere, force_terminal=True, color_system="truecolor", highlight=False,
            markup=False, emoji=False,
        )  # fmt: skip
        console.print(f"$ {command}", style="bold")
        console.print(printed)
    return console.export_svg(title="", theme=DARK, code_format=FORMAT, unique_id="xnn")


def setup(app: Any) -> dict[str, Any]:
    """Draw the gallery's pictures before its pages are made: as thumbnails, and to show on the pages of the cases."""
    app.connect("builder-inited", draw_gallery, priority=100)
    app.connect("source-read", show_case)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def draw_gallery(app: Any) -> None:
    """Draw a picture of each program that draws none itself, and of each case."""
    GALLERY.mkdir(exist_ok=True)
    for path in sorted(EXAMPLES.glob("c*.py")):
        (GALLERY / f"{path.stem}.svg").write_text(example(path), encoding="utf-8")


def show_case(app: Any, page: str, source: list[str]) -> None:
    """Put the picture of a case behind the text of its page."""
    name = page.removeprefix("gallery/")
    if name == page or not name.startswith("case"):
        return
    text, mark, rest = source[0].partition(".. GENERATED FROM PYTHON SOURCE LINES")
    shown = f".. image:: /_static/gallery/{name}.svg\n   :alt: What xnn check examples/{name}.py prints\n"
    source[0] = f"{text}``xnn diagnose`` takes the file too. ``xnn check`` says of it:\n\n{shown}\n{mark}{rest}"


def words(svg: str) -> list[str]:
    """Return the text of such a picture, without its colours."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def main() -> None:
    """Draw both."""
    SVG.write_text(check(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        script = EXAMPLES / "case3_broadcast_labels.py"
        subprocess.run([sys.executable, script, "--output", folder], check=True)
        shutil.copy(Path(folder, "case3_regions.png"), DOCS / "_static" / "regions.png")


if __name__ == "__main__":
    main()
