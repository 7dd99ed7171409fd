"""Lines as HTML that stands on a page or in a notebook: light or dark as the screen or the notebook is."""

from collections.abc import Iterable, Sequence
from html import escape

from .line import Line, Piece, clean

LIGHT = "--soft: #57606a; --line: #d0d7de; --card: #f6f8fa; --code: #ffffff; --bad: #b42318; --good: #1a7f37; " \
    "--note: #7d5e00; --hit: #ffebe9; --fit: #dafbe1;"  # fmt: skip
DARK = "--soft: #9198a1; --line: #30363d; --card: #161b22; --code: #0d1117; --bad: #ff7b72; --good: #3fb950; " \
    "--note: #e3b341; --hit: #49191a; --fit: #12361f;"  # fmt: skip
# A page follows the screen; a notebook says itself whether it is dark, whatever the screen is.
STYLE = f"""
.xnn {{ color-scheme: light; --text: #1f2328; --back: #ffffff; {LIGHT} }}
@media (prefers-color-scheme: dark) {{ .xnn {{ color-scheme: dark; --text: #e6edf3; --back: #0d1117; {DARK} }} }}
body[data-jp-theme-light="true"] .xnn, body.vscode-light .xnn {{ color-scheme: light; --text: #1f2328; {LIGHT} }}
body[data-jp-theme-light="false"] .xnn, body.vscode-dark .xnn {{ color-scheme: dark; --text: #e6edf3; {DARK} }}
.xnn {{ color: var(--text); font: 15px/1.5 system-ui, sans-serif; }}
body.xnn {{ font-size: 16px; background: var(--back); max-width: 62rem; margin: 0 auto; padding: 1.5rem; }}
.xnn h1 {{ font-size: 1.4em; line-height: 1.3; margin: 0 0 1rem; }}
.xnn h2 {{ font-size: 1.1em; margin: 2rem 0 .5rem; }}
.xnn h1, .xnn td {{ overflow-wrap: anywhere; }}
.xnn .bad {{ color: var(--bad); }} .xnn .good {{ color: var(--good); }} .xnn .soft {{ color: var(--soft); }}
.xnn article {{ background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--bad);
  border-radius: 6px; padding: .8rem 1rem; margin: .8rem 0; overflow-wrap: anywhere; }}
.xnn article.note {{ border-left-color: var(--note); }}
.xnn article p {{ margin: .3rem 0; white-space: pre-line; }}
.xnn article p code {{ white-space: pre-wrap; }}
.xnn article p.message {{ font-weight: 600; }}
.xnn code, .xnn pre {{ font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; color: inherit; }}
.xnn code {{ background: none; padding: 0; }}
.xnn article code.code {{ font-weight: 600; color: var(--bad); }}
.xnn article.note code.code {{ color: var(--note); }}
.xnn pre {{ background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: .5rem 0;
  margin: .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45; }}
.xnn pre span.row {{ display: block; padding: 0 .8rem 0 calc(var(--gutter) * 1ch + .8rem);
  text-indent: calc(var(--gutter) * -1ch); }}
.xnn pre .gutter {{ color: var(--soft); user-select: none; }}
.xnn pre .hit {{ background: var(--hit); }} .xnn pre .fit {{ background: var(--fit); }}
.xnn pre .fit b {{ color: var(--good); font-weight: 600; }}
.xnn mark {{ color: inherit; background: none; text-decoration: underline 2px var(--bad); text-underline-offset: 3px; }}
.xnn article.note mark {{ text-decoration-color: var(--note); }}
.xnn .reason {{ text-decoration: underline 2px dotted var(--soft); text-underline-offset: 3px; }}
.xnn .label {{ color: var(--soft); font-size: .85em; }}
.xnn .wide {{ overflow-x: auto; }}
.xnn table {{ color: inherit; border-collapse: collapse; width: 100%; font-size: .92em; margin: 0; }}
.xnn tr {{ background: none; }}
.xnn th, .xnn td {{ border: 0; border-top: 1px solid var(--line); padding: .3rem .8rem .3rem 0; vertical-align: top;
  text-align: left; background: none; }}
.xnn th {{ border-top: 0; color: var(--soft); font-weight: 400; }}
.xnn table.named td:first-child {{ white-space: nowrap; overflow-wrap: break-word; color: var(--soft); }}
@media (max-width: 40rem) {{ .xnn table.named td:first-child {{ white-space: normal; }}
  body.xnn {{ padding: .8rem; }} .xnn article {{ padding: .6rem .7rem; }} }}
.xnn img {{ width: 100%; height: auto; }}
"""


def fragment(parts: Iterable[str]) -> str:
    """Return HTML for a notebook's output."""
    return f'<div class="xnn"><style>{STYLE}</style>\n' + "\n".join(parts) + "\n</div>"


def document(title: str, parts: Iterable[str]) -> str:
    """Return a page with everything in it."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{_text(title)}</title>\n'
        f'<style>{STYLE}</style>\n</head>\n<body class="xnn">\n' + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def heading(text: str, good: bool) -> str:
    """Return the verdict."""
    return f'<h1 class="{"good" if good else "bad"}">{_text(text)}</h1>'


def heading2(text: str) -> str:
    """Return the title of a part."""
    return f"<h2>{_text(text)}</h2>"


def table(rows: Iterable[Sequence[str]], header: Sequence[str] = ()) -> str:
    """Return a table; without a header, what stands first in a row is its name."""
    head = "".join(f"<th>{_text(cell)}</th>" for cell in header)
    body = ["<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in rows]
    if not header:
        return f'<table class="named">{"".join(body)}</table>'
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(body)}</table></div>'


def article(lines: Sequence[Line], note: bool = False, diff: str = "") -> str:
    """Return a finding: its name and its message, then the source with what belongs there beneath what is marked.

    Then what is said of it, and the patch that puts it right, folded away.
    """
    head = lines[0].pieces
    title = "".join(_piece(piece) for piece in head if piece.style in ("code", "parameter"))
    label = '<span class="label">note:</span> ' if note else ""
    message = "".join(_text(piece.text) for piece in head if piece.style == "message")
    parts = [f"<p>{label}{title}</p>", f'<p class="message">{message}</p>']
    parts += [f'<p class="soft">{_path(line)}</p>' for line in lines if line.role == "place"]
    source = [line for line in lines if line.role == "source"]
    belongs = [line for line in lines if line.role == "belongs"]
    if source:
        parts.append(_source(source, belongs))
    others = ("because", "fix", "evidence") if source else ("belongs", "because", "fix", "evidence")
    parts += [_labelled(line) for line in lines if line.role in others]
    if diff:
        parts.append(
            f'<details><summary class="label">patch</summary><pre style="--gutter: 0">{_diff(diff)}</pre></details>'
        )
    return f"<article{' class=note' if note else ''}>{''.join(parts)}</article>"


def _diff(diff: str) -> str:
    """Return the lines of a unified diff, those that go and those that come marked as in the source."""
    style = {"-": " hit", "+": " fit"}
    rows = [(line, style.get(line[:1], "") if line[:3] not in ("---", "+++") else "") for line in diff.splitlines()]
    return "".join(f'<span class="row{kind}">{_text(line)}</span>' for line, kind in rows)


def _source(source: Sequence[Line], belongs: Sequence[Line]) -> str:
    gutter = max(len(line.pieces[0].text) for line in source)
    hits = [i for i, line in enumerate(source) if any(piece.style == "marked" for piece in line.pieces)]
    rows: list[str] = []
    for i, line in enumerate(source):
        text = "".join(_piece(piece) for piece in line.pieces if piece.style != "mark")
        rows.append(f'<span class="row{" hit" if i in hits else ""}">{text}\n</span>')
        if i == max(hits, default=len(source) - 1):
            indent = _indent(source[hits[0]]) if hits else ""
            rows += [_fitting(line, gutter, indent) for line in belongs]
    return f'<pre style="--gutter: {gutter}">{"".join(rows)}</pre>'


def _indent(line: Line) -> str:
    text = "".join(piece.text for piece in line.pieces[1:] if piece.style != "mark")
    return text[: len(text) - len(text.lstrip())]


def _fitting(line: Line, gutter: int, indent: str) -> str:
    """Return a row with what belongs in place of the marked one."""
    texts = [piece.text for piece in line.pieces if piece.style == "belongs"]
    return "".join(
        f'<span class="row fit"><span class="gutter">{"+ | ":>{gutter}}</span>{indent}<b>{_text(each)}</b>\n</span>'
        for each in "".join(texts).splitlines()
    )


def _labelled(line: Line) -> str:
    """Return a line with its label in small print, and source in the type of source."""
    _, label, *pieces = line.pieces
    rest = "".join(map(_piece, pieces)).strip()
    return f"<p>{_piece(label)} {f'<code>{rest}</code>' if line.role == 'because' else rest}</p>"


def _path(line: Line) -> str:
    return "".join(
        f"<code>{_text(piece.text)}</code>" if piece.style == "path" else _text(piece.text)
        for piece in line.pieces
        if piece.style != "gutter"
    )


def _piece(piece: Piece) -> str:
    text = _text(piece.text)
    match piece.style:
        case "code":
            return f'<code class="code">{text}</code>'
        case "parameter":
            return f' <span class="soft">{text.strip()}</span>'
        case "marked":
            return f"<mark>{text}</mark>"
        case "belongs":
            return f"<code>{text}</code>"
        case "gutter" | "reason" | "path":
            return f'<span class="{piece.style}">{text}</span>'
        case "label":
            return f'<span class="label">{text}</span>'
        case _:
            return text


def _text(text: str) -> str:
    return escape("\n".join(map(clean, text.split("\n"))))
