"""Proves what `cases.py` states, without xnn: `python tests/people/held_out/prove.py`.

A gradient is compared with central differences, a program is trained; then the same of its correction. The one
function of xnn's that the questions use, `gradients_from_step`, is replaced by three lines of our own.
"""

import contextlib
import copy
import importlib
import io
import sys
import time
import types
from pathlib import Path

import numpy as np


def walk(thing, path=()):
    """Yield (path, leaf) of the floating-point numbers in nested containers and objects."""
    if isinstance(thing, dict):
        items = thing.items()
    elif isinstance(thing, list | tuple):
        items = enumerate(thing)
    elif isinstance(thing, np.ndarray | float | int | np.number):
        yield path, thing
        return
    elif hasattr(thing, "__dict__") and not callable(getattr(thing, "__name__", None)):
        items = vars(thing).items()
    else:
        return
    for key, value in items:
        yield from walk(value, (*path, key))


def get(thing, path):
    for key in path:
        thing = thing[key] if isinstance(thing, dict | list | tuple) else getattr(thing, key)
    return thing


def put(thing, path, value):
    """A shallow path of `thing` replaced (tuples are rebuilt)."""
    if not path:
        return value
    key, rest = path[0], path[1:]
    new = put(get(thing, (key,)), rest, value)
    if isinstance(thing, tuple):
        return (*thing[:key], new, *thing[key + 1 :])
    if isinstance(thing, dict | list):
        thing[key] = new
    else:
        setattr(thing, key, new)
    return thing


def gradients_from_step(step, rate):
    def gradients(params, *data):
        before, params = copy.deepcopy(params), copy.deepcopy(params)
        after = step(params, *data)
        after = params if after is None else after
        out = copy.deepcopy(before)
        for path, leaf in list(walk(before)):
            if "value" not in path and "error" not in path:
                out = put(out, path, (np.asarray(leaf, float) - np.asarray(get(after, path), float)) / rate)
        return out

    return gradients


def load_cases():
    """`cases.py` with our own `gradients_from_step` in place of xnn's."""
    stub = types.ModuleType("xnn")
    stub.gradients_from_step = gradients_from_step
    sys.modules["xnn"] = stub
    sys.path.insert(0, str(Path(__file__).parent))
    return importlib.import_module("cases")


def first(value):
    value = value[0] if isinstance(value, tuple) else value
    return float(np.asarray(value).squeeze())


def numeric(f, leaf, h=1e-6, most=60):
    """Central differences of at most `most` entries, NaN for the others."""
    leaf = np.asarray(leaf, float)
    out = np.full(leaf.shape, np.nan)
    chosen = np.random.RandomState(3).permutation(max(leaf.size, 1))[:most]
    for index in [np.unravel_index(k, leaf.shape) for k in chosen]:
        sides = []
        for sign in (1, -1):
            moved = leaf.copy()
            moved[index] += sign * h
            sides.append(f(moved if moved.shape else float(moved)))
        out[index] = (sides[0] - sides[1]) / (2 * h)
    return out


def ratio(mine, theirs):
    theirs = np.asarray(theirs, float)
    if theirs.shape != mine.shape and theirs.size != mine.size:
        return np.inf
    known = ~np.isnan(mine)
    mine, theirs = mine[known], theirs.reshape(mine.shape)[known]
    scale = max(np.linalg.norm(mine), np.linalg.norm(theirs), 0)
    return 0.0 if scale < 1e-6 else np.linalg.norm(mine - theirs) / scale  # below, differences resolve nothing


def partners(gradient, params):
    """Each gradient's leaf with the parameter of its path; 'dW' stands for 'W'; what has none is left out."""
    for path, g in walk(gradient):
        for candidate in (path, (*path[:-1], str(path[-1])[1:]) if path else path):
            with contextlib.suppress(Exception):
                leaf = get(params, candidate)
                if isinstance(leaf, np.ndarray | float | int):
                    yield candidate, leaf, g
                    break


def layer_difference(question):
    forward, backward, inputs = question["layer"]
    dout = np.random.RandomState(99).randn(*np.shape(forward(*inputs)))
    forward(*inputs)
    given = backward(dout)
    given = given if isinstance(given, tuple) else (given,)
    worst = 0
    for k, g in enumerate(given):
        g = np.array(g)

        def f(x, k=k):
            return float((forward(*inputs[:k], x, *inputs[k + 1 :]) * dout).sum())

        worst = max(worst, ratio(numeric(f, inputs[k]), g))
    return worst


def difference(question):
    """The worst relative difference of a tensor from central differences, at a point a little away from the start."""
    if "layer" in question:
        return layer_difference(question)
    loss, gradients, data = question["loss"], question["gradients"], question["data"]
    reseed = question.get("options", {}).get("reseed", lambda: None)
    start = copy.deepcopy(question["params"])
    rng = np.random.RandomState(7)

    def gradient(params):
        reseed()
        g = gradients(copy.deepcopy(params), *copy.deepcopy(data))
        return g[1] if gradients is loss else g

    point = start
    for path, leaf, g in list(partners(gradient(start), start)):
        if not np.any(g):
            continue  # a rate kept beside the weights, which must not move
        noise = 0.05 * rng.standard_normal(np.shape(leaf))
        point = put(point, path, leaf + (noise if np.shape(leaf) else float(noise)))
    pairs = []
    for path, leaf, g in list(partners(gradient(point), point)):
        if "value" in path or "error" in path:
            continue  # what a neuron keeps of its last sample

        def f(value, path=path):
            reseed()
            return first(loss(put(copy.deepcopy(point), path, value), *copy.deepcopy(data)))

        pairs.append((numeric(f, leaf), np.asarray(g, float)))
    if question.get("options", {}).get("up_to_factor"):
        mine, theirs = (np.concatenate([np.ravel(p[k]) for p in pairs]) for k in (0, 1))
        theirs, mine = theirs[~np.isnan(mine)], mine[~np.isnan(mine)]
        factor = mine @ theirs / (theirs @ theirs)
        pairs = [(n, factor * g) for n, g in pairs]
    return max(ratio(n, g) for n, g in pairs)


def main(names):
    cases, bad = load_cases(), 0
    for case in cases.CASES:
        if names and case.name not in names:
            continue
        started = time.time()
        for line in case.lines:
            if case.source.count(line) != 1:
                bad += 1
                print(case.name, "LINE", case.source.count(line), line)
        out = []
        with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()) as printed:
            for source in (case.source, case.corrected()) if case.sick else (case.source,):
                gap = difference(case.ask(case.module(source)))
                learns = None if case.learns is None else case.learns(case.module(source))
                out.append((float(gap), learns))
        expected = [bool(case.check)] + ([False] if case.sick else [])
        fine = all((gap > 1e-4 or np.isnan(gap)) == e for (gap, _), e in zip(out, expected, strict=True))
        if case.name == "sensor_table":
            fine = np.isnan(out[0][0]) or out[0][0] < 1e-4  # the sick one's loss is NaN
        if case.sick and not case.check:
            fine = fine and out[0][1] is False
        if case.learns:
            fine = fine and out[-1][1] is True
        fine = fine and not printed.getvalue()
        bad += not fine
        print(f"{'ok ' if fine else 'BAD'} {case.name:18} {out} {time.time() - started:.1f} s")
    sick = sum(c.sick for c in cases.CASES)
    print(f"{sick} sick, {len(cases.CASES) - sick} healthy, {bad} not as stated")
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) != 0)
