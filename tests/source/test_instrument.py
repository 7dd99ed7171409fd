"""Instrumented functions do what they did, bit for bit, however they are written."""

from pathlib import Path

import numpy as np
import pytest

from xnn.source import Tracked, Unavailable

from . import programs

X = np.random.default_rng(0).normal(size=(4, 3))


def alike(a, b):
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[k], b[k]) for k in a)
    return type(a) is type(b) and a == b


@pytest.mark.parametrize("mode", ["silent", "seen", "bare"])
@pytest.mark.parametrize("function", programs.ALL, ids=lambda f: f.__name__)
def test_the_same(function, mode):
    want = function(X)
    tracked = Tracked()
    run = tracked.entry(function)
    seen = []
    if mode == "seen":
        tracked.probe.every = lambda number, value: seen.append(number) or value
    if mode == "bare":
        with tracked.bare():
            got = run(X)
    else:
        got = run(X)
    assert alike(want, got)
    assert bool(seen) == (mode == "seen")
    assert tracked.refused == {}


def test_nothing_is_left_behind():
    before = dict(vars(programs)), programs.classes.__code__, programs.Child.__init__.__code__
    tracked = Tracked()
    tracked.entry(programs.classes)(X)
    assert (dict(vars(programs)), programs.classes.__code__, programs.Child.__init__.__code__) == before


def test_a_default_is_made_once():
    run = Tracked().entry(programs.default_once)
    before = programs.default_once(1)
    assert [run(1), run(1)] == [before + 1, before + 2]


def test_recursion_and_methods_are_followed():
    tracked = Tracked()
    seen = []
    tracked.probe.every = lambda number, value: seen.append(number) or value
    assert tracked.entry(programs.recursive)(5) == 120
    child = programs.Child(2.0)
    assert alike(tracked.entry(child)(X), programs.Child(2.0)(X))
    assert alike(tracked.entry(child.forward)(X), programs.Child(2.0).forward(X))
    functions = {tracked.sites[number].function for number in seen}
    assert functions == {"recursive", "Base.forward", "Base.half", "Child.forward", "Child.__call__", "Base.squared"}


def test_a_site_says_where_it_stands():
    tracked = Tracked()
    tracked.entry(programs.nested)(X)
    sources = {site.place.source for site in tracked.sites}
    assert {"z * y + x", "z * y", "inner(y)", "x + 1"} <= sources
    site = next(s for s in tracked.sites if s.place.source == "z * y + x")
    line = Path(programs.__file__).read_text().splitlines()[site.place.line - 1]
    assert line[site.place.column - 1 : site.place.end_column - 1] == "z * y + x"


def test_a_value_can_be_exchanged():
    tracked = Tracked()
    run = tracked.entry(programs.nested)
    run(X)
    site = next(s for s in tracked.sites if s.place.source == "z * y")
    tracked.probe.armed[site.number] = lambda value: value * 0
    assert alike(run(X), 0 * X + X)


def test_an_array_changed_in_place_can_be_exchanged():
    tracked = Tracked()
    run = tracked.entry(programs.in_place)
    run(X)
    site = next(s for s in tracked.sites if s.place.source.startswith("np.add.at") and s.stored)
    tracked.probe.armed[site.number] = lambda value: np.zeros_like(value)
    assert alike(run(X)[0], np.zeros_like(X) + 1 - 0.5)


def test_an_edit():
    import ast

    tracked = Tracked()
    run = tracked.entry(programs.classes)
    run(X)
    site = next(s for s in tracked.sites if s.place.source == "x * self.w + self.__secret")
    new = ast.copy_location(ast.BinOp(site.node.left, ast.Sub(), site.node.right), site.node)
    with tracked.edited([(site.node, new)]):
        got = run(X)[1]
    assert alike(got, ((X * 3.0 - 6.0) + 1.5) * 0.5 + (X.sum() - 5.0))
    assert alike(run(X), programs.classes(X))


def test_no_source():
    namespace = {}
    exec("def f(x):\n    return x", namespace)
    with pytest.raises(Unavailable, match="no source"):
        Tracked().entry(namespace["f"])


def test_changed_since_import(tmp_path):
    import importlib.util

    path = tmp_path / "changing.py"
    path.write_text("def f(x):\n    return x + 1\n")
    spec = importlib.util.spec_from_file_location("changing", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert Tracked().entry(module.f)(1) == 2
    path.write_text("def f(x):\n    return x + 2\n")
    with pytest.raises(Unavailable, match="changed since it was imported"):
        Tracked().entry(module.f)


def test_a_library_is_not_followed():
    with pytest.raises(Unavailable, match="no file of yours"):
        Tracked().entry(np.sum)


def test_a_cell_of_a_notebook():
    import linecache

    text = "def f(x):\n    return (lambda a: a + 1)(x) * 2\n"
    namespace = {}
    exec(compile(text, "<ipython-input-3>", "exec"), namespace)
    linecache.cache["<ipython-input-3>"] = (len(text), None, text.splitlines(True), "<ipython-input-3>")
    tracked = Tracked()
    assert tracked.entry(namespace["f"])(1) == 4
    assert {"x", "a + 1"} <= {site.place.source for site in tracked.sites}
