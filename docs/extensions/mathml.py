"""Mathematics as MathML, made when the site is built: browsers draw it without a script and without a network."""

from typing import Any

from latex2mathml.converter import convert


def setup(app: Any) -> dict[str, Any]:
    """Register the renderer; ``html_math_renderer = "mathml"`` chooses it."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def inline(writer: Any, node: Any) -> None:
    """Write a formula within a sentence."""
    _write(writer, node, "inline")


def block(writer: Any, node: Any) -> None:
    """Write a formula in lines of its own."""
    writer.body.append('<div class="math">')
    _write(writer, node, "block")


def _write(writer: Any, node: Any, display: str) -> None:
    from docutils.nodes import SkipNode

    text = node.astext()
    if display == "block" and "\\\\" in text and "\\begin" not in text:
        text = f"\\begin{{aligned}}{text}\\end{{aligned}}"
    writer.body.append(convert(text, display=display))
    if display == "block":
        writer.body.append("</div>")
    raise SkipNode
