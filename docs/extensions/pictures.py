"""The pictures of README and front page: ``python docs/extensions/pictures.py`` draws them again.

``check.svg`` is what ``xnn check net.py`` prints, as a terminal shows it; ``regions.png`` is drawn by case 3.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

DOCS = Path(__file__).parents[1]
SVG = DOCS / "_static" / "check.svg"
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
    from xnn import check_gradients
    from xnn.cli.program import program_of

    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copy(DOCS / "files" / "net.py", "net.py")
        program, data = program_of(Path("net.py"))
        report = check_gradients(program["loss"], program["gradients"], program["params"], *data)
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            console = Console(
                record=True, width=100, file=nowhere, force_terminal=True, color_system="truecolor", highlight=False,
                markup=False, emoji=False,
            )  # fmt: skip
            console.print("$ xnn check net.py", style="bold")
            console.print(report)
    return console.export_svg(title="", theme=DARK, code_format=FORMAT, unique_id="xnn")


def words(svg: str) -> list[str]:
    """Return the text of such a picture, without its colours."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def main() -> None:
    """Draw both."""
    SVG.write_text(check(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        script = DOCS.parent / "examples" / "case3_broadcast_labels.py"
        subprocess.run([sys.executable, script, "--output", folder], check=True)
        shutil.copy(Path(folder, "case3_regions.png"), DOCS / "_static" / "regions.png")


if __name__ == "__main__":
    main()
