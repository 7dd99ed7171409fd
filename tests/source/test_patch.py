"""Changes of a tree, in the text: what is meant is there, and nothing else is touched."""

import ast
import linecache
import os
import stat

import pytest

from xnn.errors import FileError
from xnn.source.fix import fix_of
from xnn.source.patch import patched
from xnn.source.text import Sources

pytestmark = pytest.mark.host

TEXT = """import numpy as np  # the library


def backward(p, x, y):   # two spaces before
    h = np.tanh( x@p["W"] )          # "double" quotes, odd spaces
    d = 2*(h @ p['V']-y)/len(x)
    if True: dV = h.T @ d ; dW = 0
    dW = (x.T
          @ ((d @ p['V'].T) * h))  # a comment
    # about to return
    return {'W':dW,'V':dV}
"""


def file_of(tmp_path, text=TEXT, name="net.py"):
    path = tmp_path / name
    path.write_bytes(text.encode())
    linecache.checkcache(str(path))
    return Sources().file(str(path))


def node(file, text, kind=ast.expr):
    return next(n for n in ast.walk(file.tree) if isinstance(n, kind) and file.place(n).source == text)


def expr(text):
    return ast.parse(text, mode="eval").body


def changed(before, after):
    return [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=False) if a != b]


def test_a_name_gives_way_to_a_compound_in_parentheses_where_it_must(tmp_path):
    file = file_of(tmp_path)
    h = [n for n in ast.walk(file.tree) if isinstance(n, ast.Name) and n.id == "h" and isinstance(n.ctx, ast.Load)]
    last = max(h, key=lambda n: n.lineno)
    text = patched(file, [(last, expr("1 - h ** 2"))])
    assert changed(TEXT, text) == [
        ("          @ ((d @ p['V'].T) * h))  # a comment", "          @ ((d @ p['V'].T) * (1 - h ** 2)))  # a comment")
    ]


def test_the_users_own_parts_keep_their_words(tmp_path):
    file = file_of(tmp_path)
    old = node(file, "2*(h @ p['V']-y)/len(x)")
    text = patched(file, [(old, ast.BinOp(old, ast.Mult(), expr("s * (1 - s)")))])
    assert changed(TEXT, text) == [
        ("    d = 2*(h @ p['V']-y)/len(x)", "    d = 2*(h @ p['V']-y)/len(x) * (s * (1 - s))")
    ]


def test_a_sum_of_the_users_is_put_in_parentheses_under_a_factor(tmp_path):
    file = file_of(tmp_path, "def f(a, b):\n    return a+b\n")
    old = node(file, "a+b")
    assert patched(file, [(old, ast.BinOp(old, ast.Mult(), expr("c")))]) == "def f(a, b):\n    return (a+b) * c\n"


def test_two_nodes_change_places(tmp_path):
    file = file_of(tmp_path)
    values = node(file, "{'W':dW,'V':dV}").values
    a, b = values
    text = patched(file, [(a, b), (b, a)])
    assert changed(TEXT, text) == [("    return {'W':dW,'V':dV}", "    return {'W':dV,'V':dW}")]


def test_statements_are_put_behind_and_taken_out(tmp_path):
    file = file_of(tmp_path)
    old = node(file, "d = 2*(h @ p['V']-y)/len(x)", ast.stmt)
    new = ast.parse("d *= 0.5").body[0]
    text = patched(file, [(old, [old, new])])
    assert text == TEXT.replace("/len(x)\n", "/len(x)\n    d *= 0.5\n")
    assert patched(file, [(old, [])]) == TEXT.replace("    d = 2*(h @ p['V']-y)/len(x)\n", "")


def test_equals_becomes_plus_equals(tmp_path):
    file = file_of(tmp_path, "def f(g, i, x):\n    g[i] = x  # here\n")
    old = node(file, "g[i] = x", ast.stmt)
    new = ast.AugAssign(ast.parse("g[i] += x").body[0].target, ast.Add(), old.value)
    assert patched(file, [(old, [new])]) == "def f(g, i, x):\n    g[i] += x  # here\n"


def test_wide_characters_and_tabs_are_counted_as_characters(tmp_path):
    text = "def f(x):\n\tü = 'é漢字'; y = x ; return y\n"
    file = file_of(tmp_path, text)
    old = node(file, "x", ast.Name)
    assert patched(file, [(old, expr("-x"))]) == text.replace("y = x ", "y = -x ")


def test_a_diff_and_the_file_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = file_of(tmp_path)
    path = tmp_path / "net.py"
    os.chmod(path, 0o640)
    old = max(
        (n for n in ast.walk(file.tree) if isinstance(n, ast.Name) and n.id == "h" and isinstance(n.ctx, ast.Load)),
        key=lambda n: n.lineno,
    )
    fix = fix_of(file, [(old, expr("1 - h ** 2"))], "2 tensors right to 3e-10 at 3 points")
    assert fix.line == 9
    assert fix.diff.splitlines()[:2] == ["--- a/net.py", "+++ b/net.py"]
    assert [line for line in fix.diff.splitlines() if line[0] in "+-"][2:] == [
        "-          @ ((d @ p['V'].T) * h))  # a comment", "+          @ ((d @ p['V'].T) * (1 - h ** 2)))  # a comment"
    ]  # fmt: skip
    assert path.read_text() == TEXT
    fix.write()
    assert path.read_text() == fix.text
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["net.py"]
    with pytest.raises(FileError, match="changed since it was checked"):
        fix.write()


def test_line_endings_and_encodings_stay(tmp_path):
    text = "# -*- coding: latin-1 -*-\r\ndef f(x):\r\n    return x  # caf\xe9\r\n"
    path = tmp_path / "net.py"
    path.write_bytes(text.encode("latin-1"))
    file = Sources().file(str(path))
    node_x = next(n for n in ast.walk(file.tree) if isinstance(n, ast.Name))
    fix_of(file, [(node_x, expr("-x"))]).write()
    assert path.read_bytes() == text.replace("return x", "return -x").encode("latin-1")


def test_a_link_is_followed_and_what_cannot_be_written_says_so(tmp_path):
    file = file_of(tmp_path, "def f(x):\n    return x\n")
    link = tmp_path / "link.py"
    link.symlink_to("net.py")
    linked = Sources().file(str(link))
    old = next(n for n in ast.walk(linked.tree) if isinstance(n, ast.Name))
    fix_of(linked, [(old, expr("-x"))]).write()
    assert link.is_symlink()
    assert (tmp_path / "net.py").read_text() == "def f(x):\n    return -x\n"
    (tmp_path / "net.py").unlink()
    with pytest.raises(FileError, match="is no file"):
        fix_of(file, [(next(n for n in ast.walk(file.tree) if isinstance(n, ast.Name)), expr("-x"))]).write()
