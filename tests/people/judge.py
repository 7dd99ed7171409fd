"""Proves the causes of a list of cases by plain central differences and by training, without the checker.

Run: ``python -m tests.people.judge tests/people/dev [name ...]``
"""

import copy
import importlib.util
import math
import sys
import time
import types
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np


def load(folder, name, edits=()):
    """The program as a module, with the edits made to its text."""
    path = Path(folder) / f"{name}.py"
    text = path.read_text()
    for old, new in edits:
        if text.count(old) != 1:
            raise SystemExit(f"{name}: {old!r} occurs {text.count(old)} times")
        text = text.replace(old, new)
    module = types.ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    exec(compile(text, str(path), "exec"), module.__dict__)
    return module


def is_numeric(value):
    """Whether it is a number or an array of numbers."""
    return isinstance(value, (float, int, np.number)) or (isinstance(value, np.ndarray) and value.dtype != object)


def parts(node, path=()):
    """The numeric entries of a parameter tree: (path, container, key, value)."""
    if isinstance(node, np.ndarray) and node.dtype == object:
        items = list(enumerate(node))
    elif isinstance(node, dict):
        items = list(node.items())
    elif isinstance(node, (list, tuple)):
        items = list(enumerate(node))
    elif isinstance(node, types.ModuleType):
        items = []
    elif hasattr(node, "__dict__"):
        items = list(vars(node).items())
    else:
        items = []
    for key, value in items:
        if isinstance(value, bool):
            continue
        if is_numeric(value):
            yield path, node, key, value
        else:
            yield from parts(value, (*path, key))


def get(node, key):
    """An entry of a container of any kind."""
    return node[key] if isinstance(node, (dict, list, tuple, np.ndarray)) else getattr(node, key)


def put(node, key, value):
    """Set an entry of a container of any kind."""
    if isinstance(node, (dict, list, np.ndarray)):
        node[key] = value
    else:
        setattr(node, key, value)


def thaw(node):
    """Lists for tuples, so that entries can be set."""
    if isinstance(node, (list, tuple)):
        return [thaw(item) for item in node]
    return node


def frozen(like, node):
    """The thawed tree with named tuples where the original has them, whose functions look entries up by name."""
    if isinstance(like, tuple) and hasattr(like, "_fields"):
        return type(like)(*(frozen(one, item) for one, item in zip(like, node, strict=True)))
    return node


def invoke(function, original, params, data):
    """Call with these parameters; a method bound to the original parameters is called on the copy."""
    if getattr(function, "__self__", None) is original:
        return getattr(params, function.__name__)(*data)
    return function(params, *data)


def number(value):
    """The loss as one number, of whatever form it was returned in."""
    if isinstance(value, tuple):
        value = value[0]
    return float(np.sum(np.asarray(value, dtype=float)))


def paired(params, grads, path=""):
    """The gradient's leaves with the place of the parameter that each belongs to: (path, container, key, gradient)."""
    if isinstance(grads, dict):
        items = list(grads.items())
    elif isinstance(grads, (list, tuple)) or (isinstance(grads, np.ndarray) and grads.dtype == object):
        items = list(enumerate(grads))
    else:
        items = list(vars(grads).items())
    for key, grad in items:
        if not (key in params if isinstance(params, dict) else isinstance(key, int) or hasattr(params, key)):
            continue  # an extra key, of no parameter
        value = get(params, key)
        if is_numeric(value):
            yield f"{path}.{key}", params, key, grad
        else:
            yield from paired(value, grad, f"{path}.{key}")


def central(loss, holder, key, wrong_shape=False):
    """The numeric gradient of one entry, by central differences."""
    value = get(holder, key)
    if not isinstance(value, np.ndarray):
        h = 1e-5 * max(1, abs(value))
        put(holder, key, value + h)
        up = loss()
        put(holder, key, value - h)
        down = loss()
        put(holder, key, value)
        return (up - down) / (2 * h)
    out = np.zeros(value.shape)
    for index in np.ndindex(value.shape):
        moved = np.array(value, dtype=float)
        moved = np.matrix(moved) if isinstance(value, np.matrix) else moved
        h = 1e-5 * max(1, abs(moved[index]))
        start = moved[index]
        moved[index] = start + h
        put(holder, key, moved)
        up = loss()
        moved = moved.copy()
        moved[index] = start - h
        put(holder, key, moved)
        down = loss()
        out[index] = (up - down) / (2 * h)
    put(holder, key, value)
    return out


def difference(case, asked):
    """The greatest relative difference between the gradient handed over and central differences, and where."""
    if "forward" in asked:
        return layer_difference(asked)
    params, data = asked["params"], asked["data"]
    reseed = asked.get("reseed") or (lambda: None)
    both = asked.get("loss_and_gradients")
    loss_function = both or asked["loss"]

    def loss_at(tree):
        reseed()
        fresh = frozen(params, copy.deepcopy(tree))
        return number(invoke(loss_function, params, fresh, copy.deepcopy(data)))

    fresh = copy.deepcopy(params)
    single = False
    reseed()
    if case.from_step:
        step, rate = asked["step"], asked["learning_rate"]
        returned = invoke(step, params, fresh, copy.deepcopy(data))
        after = returned if returned is not None and type(returned) is type(params) else fresh
        pairs = []
        tree = thaw(copy.deepcopy(params))
        for path, holder, key, before in list(parts(tree)):
            later = after
            for step_down in (*path, key):
                later = get(later, step_down)
            if isinstance(before, np.ndarray) and before.dtype.kind in "iub":
                continue
            if np.array_equal(before, later):
                continue  # data, a rate: no parameter
            pairs.append((str(key), holder, key, (np.asarray(before, float) - np.asarray(later, float)) / rate))
    else:
        if both:
            grads = invoke(both, params, fresh, copy.deepcopy(data))[1]
        else:
            for _ in range(2 if "accumulates" in case.check else 1):
                grads = invoke(asked["gradients"], params, fresh, copy.deepcopy(data))
        tree = thaw(copy.deepcopy(params))
        single = isinstance(params, np.ndarray) and params.dtype != object
        if single:
            tree = [tree]
            pairs = [("params", tree, 0, grads)]
        else:
            pairs = list(paired(tree, grads))
    if not pairs:
        raise SystemExit(f"{case.name}: no gradient belongs to a parameter")
    worst = {}
    factor = []
    for path, holder, key, grad in pairs:
        numeric = np.asarray(central(lambda: loss_at(tree[0] if single else tree), holder, key), float)
        if isinstance(get(holder, key), int) and numeric == 0:
            continue  # a counter
        grad = np.asarray(grad, float)
        if grad.shape != numeric.shape and grad.size != numeric.size:
            worst[path] = math.inf
            continue
        grad = grad.reshape(numeric.shape)
        factor.append((grad.ravel(), numeric.ravel()))
        scale = max(np.linalg.norm(grad), np.linalg.norm(numeric), 1e-5)
        worst[path] = float(np.linalg.norm(grad - numeric) / scale)
    if asked.get("up_to_factor") and factor and max(worst.values()) < math.inf:
        g, n = (np.concatenate(side) for side in zip(*factor, strict=True))
        c = g @ n / (n @ n)
        worst = {f"up to the factor {c:.4g}": float(np.linalg.norm(g - c * n) / np.linalg.norm(g))}
        if c < 0:
            worst["sign"] = 2.0
    return worst


def plain_from_step(step, rate):
    """The judge's own gradients of a step on a dict or list of numbers and arrays."""

    def gradients(params, *data):
        fresh = copy.deepcopy(params)
        returned = step(fresh, *data)
        after = fresh if returned is None else returned
        keys = params if isinstance(params, dict) else range(len(params))
        changes = {k: (np.asarray(params[k], float) - np.asarray(after[k], float)) / rate for k in keys}
        return changes if isinstance(params, dict) else list(changes.values())

    return gradients


def layer_difference(asked):
    """The same for one layer, whose outputs are weighted by random numbers."""
    forward, backward, inputs = asked["forward"], asked["backward"], [np.array(i, float) for i in asked["inputs"]]
    first = forward(*[i.copy() for i in inputs])
    dout = np.random.default_rng(0).normal(size=first.shape)
    grads = backward(dout.copy(), *[i.copy() for i in inputs])
    grads = grads if isinstance(grads, (tuple, list)) else (grads,)
    worst = {}
    for k, grad in enumerate(grads):
        numeric = central(lambda: float(np.sum(forward(*[i.copy() for i in inputs]) * dout)), inputs, k)
        worst[f"inputs[{k}]"] = float(np.linalg.norm(grad - numeric) / max(np.linalg.norm(numeric), 1e-9))
    return worst


def for_all(case):
    """The row as all samples are judged: a step of one sample has become a gradient by then."""
    return replace(case, from_step="step" in case.ask_diagnose(load(sys.argv[1], case.name)))


def judge(folder, case):
    """The faults of one row: an empty list where everything that it claims is true."""
    faults, notes = [], []
    start = time.perf_counter()
    module = load(folder, case.name)
    notes.append(f"import {time.perf_counter() - start:.2f}s")
    text = (Path(folder) / f"{case.name}.py").read_text()
    faults += [f"{c!r} occurs {text.count(c)} times" for c in case.cause if text.count(c) != 1]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        worst = difference(case, case.ask(module))
        top = max(worst, key=worst.get)
        notes.append(f"differs {worst[top]:.1e} in {top}")
        if not case.many_updates and bool(case.check) != (not worst[top] < 2e-5):
            faults.append(f"gradient: {worst}")
        if bool(case.check) and worst[top] < 1e-3:
            faults.append(f"hardly wrong: {worst}")
        if case.ask_diagnose:
            whole = difference(for_all(case), case.ask_diagnose(load(folder, case.name)))
            if bool(case.check) != (not max(whole.values()) < 2e-5):
                faults.append(f"over all samples: {whole}")
        if case.learns:
            began = time.perf_counter()
            learnt = case.learns(load(folder, case.name))
            notes.append(f"learnt {learnt} in {time.perf_counter() - began:.1f}s")
            if case.sick and learnt and not case.always_learns:
                faults.append("the sick one learns")
            if not case.sick and not learnt:
                faults.append("the healthy one does not learn")
        if case.edits:
            right = load(folder, case.name, case.edits)
            corrected = difference(case, case.ask(right))
            if max(corrected.values()) > 2e-5:
                faults.append(f"still wrong: {corrected}")
            if case.ask_diagnose:
                whole = difference(for_all(case), case.ask_diagnose(load(folder, case.name, case.edits)))
                if max(whole.values()) > 2e-5:
                    faults.append(f"still wrong over all samples: {whole}")
            if case.learns and not case.learns(right):
                faults.append("corrected, it does not learn")
        elif case.sick:
            faults.append("no correction")
    return faults, notes


def main():
    folder = Path(sys.argv[1])
    sys.path.insert(0, ".")
    module = importlib.import_module(".".join(folder.parts) + ".cases")
    module.xnn = types.SimpleNamespace(gradients_from_step=plain_from_step)  # nothing is judged by what is tested
    only = set(sys.argv[2:])
    bad = 0
    for case in module.CASES:
        if only and case.name not in only:
            continue
        began = time.perf_counter()
        faults, notes = judge(folder, case)
        bad += bool(faults)
        print(f"{'BAD' if faults else 'ok ':4}{case.name:24}{time.perf_counter() - began:6.1f}s  {'; '.join(notes)}")
        for fault in faults:
            print("       ", fault)
    print(f"{len(module.CASES)} cases, {bad} bad")


if __name__ == "__main__":
    main()
