"""What belongs in `gradients`, written from the lines of the loss: each rule against differences; whole programs."""

import ast

import numpy as np
import pytest

import xnn
from xnn.gradcheck.bugs.locate.derived.product import added, product
from xnn.gradcheck.bugs.locate.derived.pullback import Pullback
from xnn.gradcheck.bugs.locate.derived.rules import FUNCTIONS

RNG = np.random.default_rng(3)
A, B, C = RNG.uniform(0.5, 1.5, (3, 4)), RNG.uniform(0.5, 1.5, (3, 4)), RNG.uniform(0.5, 1.5, (4, 2))
NAMES = {"np": np, "a": A, "b": B, "c": C, "v": C[:, 0].copy(), "u": B[:, 0].copy(), "x": RNG.normal(size=(2, 3, 4))}
SHAPED = {"ravel", "flatten", "reshape", "squeeze", "expand_dims"}
UNARY = sorted(FUNCTIONS.keys() - SHAPED - {"float", "asarray", "array", "copy"})
EXPRESSIONS = [
    *(f"np.{name}(a)" for name in UNARY),
    "a + b", "a - b", "a * b", "a / b", "-a", "a ** 2", "a ** 3", "b ** 0.5", "a ** -0.5",
    "a ** -1", "a.T", "a[:, None]",
    "a @ c", "a @ v", "u @ a", "u @ u", "x @ c", "np.outer(u, v)", "np.dot(a, c)", "np.matmul(a, c)",
    "np.add(a, b)", "np.subtract(a, b)", "np.multiply(a, b)", "np.divide(a, b)", "np.logaddexp(a, b)",
    "np.maximum(a, b)", "np.minimum(a, b)", "np.where(b > 1, a, b)", "np.clip(a, 0.7, 1.2)",
    "a.sum()", "np.sum(a, axis=0)", "np.sum(a, axis=1)", "a.sum(1, keepdims=True)", "np.mean(a)", "a.mean(axis=1)",
    "np.mean(x, axis=(0, 2))", "np.var(a, axis=0)", "a.std(axis=1)", "np.std(x, axis=(0, 1))", "np.prod(a, axis=0)",
    "a.ravel()", "a.reshape(4, 3)", "np.expand_dims(a, 1)",
    "np.einsum('ij,jk->ik', a, c)", "np.einsum('ij, ij -> i', a, b)", "np.einsum('nij,jk,j->nk', x, c, v)",
]  # fmt: skip


def value_of(node):
    return np.asarray(eval(compile(ast.Expression(node), "<test>", "eval"), dict(NAMES)))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_each_rule_agrees_with_differences(text):
    parent = ast.parse(text, mode="eval").body
    rules = Pullback(lambda node: node, value_of, lambda node: node, "np")
    g = RNG.normal(size=value_of(parent).shape)
    NAMES["g"] = g
    operands = {n.id: n for n in ast.walk(parent) if isinstance(n, ast.Name) and n.id not in ("np", "g")}
    checked = 0
    for name, child in operands.items():
        flow = rules.through(parent, child, ast.Name("g", ast.Load()))
        if flow is None:  # a condition
            continue
        want = np.zeros(NAMES[name].shape)
        for index in np.ndindex(want.shape):
            sides = []
            for step in (1e-6, -1e-6):
                moved = NAMES[name].copy()
                moved[index] += step
                code = compile(ast.Expression(parent), "<test>", "eval")
                sides.append(np.sum(g * eval(code, {**NAMES, name: moved})))
            want[index] = (sides[0] - sides[1]) / 2e-6
        found = np.asarray(value_of(ast.fix_missing_locations(flow)))
        if text == "u @ u":  # of two uses of one name, each has its half
            want = want / 2
        if text == "x @ c" and name == "c":  # summed over the samples where it is used
            found = found.sum(axis=0)
        np.testing.assert_allclose(np.broadcast_to(found, want.shape), want, rtol=1e-6, atol=1e-8)
        checked += 1
    assert checked


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("1 / n * (2 * a) * -b", "-(2 * a * b / n)"),
        ("a * b / b", "a"),
        ("g * y ** 2 / (2 * y)", "g * y / 2"),
        ("(a + b) / (a + b)", "1"),
        ("-(-a)", "a"),
    ],
)
def test_products_are_written_as_people_write_them(text, short):
    assert ast.unparse(product(ast.parse(text, mode="eval").body)) == short


@pytest.mark.parametrize(
    ("first", "second", "short"),
    [
        ("a / n", "-(b / n)", "(a - b) / n"),
        ("a * b", "a * b", "2 * a * b"),
        ("a", "b * c", "a + b * c"),
        ("a", "-a", "0"),
    ],
)
def test_sums_are_written_as_people_write_them(first, second, short):
    assert ast.unparse(added(*(ast.parse(t, mode="eval").body for t in (first, second)))) == short


def check(source, tmp_path, **arrays):
    """Check a program that stands in a file."""
    path = tmp_path / "program.py"
    path.write_text("import numpy as np\n\n\n" + source, encoding="utf-8")
    names = {"__name__": "program", "__file__": str(path)}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    return xnn.check_gradients(names["loss"], names["gradients"], arrays.pop("params"), *arrays.values()), names


def test_a_forgotten_variance_is_written_from_its_line(tmp_path):
    source = """
def loss(w, X, y):
    s = X @ w["W"]
    mean = s.mean(axis=1, keepdims=True)
    scale = np.sqrt(((s - mean) ** 2).mean(axis=1, keepdims=True) + 0.1)
    n = (s - mean) / scale
    return ((n @ w["V"] - y) ** 2).sum() / len(X)


def gradients(w, X, y):
    s = X @ w["W"]
    mean = s.mean(axis=1, keepdims=True)
    scale = np.sqrt(((s - mean) ** 2).mean(axis=1, keepdims=True) + 0.1)
    n = (s - mean) / scale
    d = 2 * (n @ w["V"] - y) / len(X)
    dn = d @ w["V"].T
    ds = (dn - dn.mean(axis=1, keepdims=True)) / scale
    return {"W": X.T @ ds, "V": n.T @ d}
"""
    rng = np.random.default_rng(0)
    params = {"W": rng.normal(size=(3, 5)), "V": rng.normal(size=(5, 2))}
    report, _ = check(source, tmp_path, params=params, X=rng.normal(size=(6, 3)), y=rng.normal(size=(6, 2)))
    (finding,) = report.findings
    assert finding.code == "path-missing"
    assert finding.source == "(dn - dn.mean(axis=1, keepdims=True)) / scale"
    (fix,) = report.fixes
    names = {}
    exec(fix.text, names)
    again = xnn.check_gradients(
        names["loss"], names["gradients"], params, rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    )
    assert again.ok


def test_the_derivative_of_a_loss_is_written_from_its_line(tmp_path):
    source = """
def loss(w, X, counts):
    s = X @ w["W"]
    return np.mean(np.exp(s) - counts * s)


def gradients(w, X, counts):
    s = X @ w["W"]
    d = (s - counts) / len(counts)
    return {"W": X.T @ d}
"""
    rng = np.random.default_rng(0)
    X, counts = rng.normal(size=(7, 3)), rng.poisson(2, size=7).astype(float)
    report, _ = check(source, tmp_path, params={"W": rng.normal(size=3)}, X=X, counts=counts)
    (finding,) = report.findings
    assert finding.line == 12  # d = ...
    (fix,) = report.fixes
    assert "np.exp(s)" in fix.diff


def test_names_of_the_users_that_the_rules_use_too(tmp_path):
    source = """
def loss(w, X, y):
    a = X @ w["W"]
    return np.mean((np.exp(a) - y) ** 2)


def gradients(w, X, y):
    a = X @ w["W"]
    g = np.exp(a) - y
    return {"W": X.T @ g}
"""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(7, 3)), rng.normal(size=7)
    report, _ = check(source, tmp_path, params={"W": 0.3 * rng.normal(size=3)}, X=X, y=y)
    (fix,) = report.fixes
    names = {}
    exec(fix.text, names)
    assert xnn.check_gradients(names["loss"], names["gradients"], {"W": 0.3 * rng.normal(size=3)}, X[:5], y[:5]).ok


FORMS = {
    "in one line": "p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)",
    "by a name": "e = np.exp(z - z.max(axis=1, keepdims=True)); p = e / e.sum(axis=1, keepdims=True)",
    "by two names": "e = np.exp(z); s = e.sum(1)[:, None]; p = e / s",
    "in place": "p = np.exp(z - np.max(z)); p /= p.sum(axis=1, keepdims=True)",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_softmax_is_one_function(form, tmp_path):
    """Its parts have no name in `gradients`: what flows into it is written with its result."""
    source = f"""
def softmax(z):
    {FORMS[form]}
    return p


def loss(w, X, y):
    return np.mean((softmax(X @ w["W"]) @ w["v"] - y) ** 2)


def gradients(w, X, y):
    p = softmax(X @ w["W"])
    d = 2 * (p @ w["v"] - y) / len(y)
    dp = np.outer(d, w["v"])
    dz = p * (1 - p) * dp
    return {{"W": X.T @ dz, "v": p.T @ d}}
"""
    rng = np.random.default_rng(0)
    X, y, params = rng.normal(size=(7, 3)), rng.normal(size=7), {"W": rng.normal(size=(3, 4)), "v": rng.normal(size=4)}
    report, _ = check(source, tmp_path, params=params, X=X, y=y)
    (finding,) = report.findings
    assert (finding.code, finding.source) == ("softmax-diagonal", "p * (1 - p) * dp")
    (fix,) = report.fixes
    names = {}
    exec(fix.text, names)
    assert xnn.check_gradients(names["loss"], names["gradients"], params, X[:5], y[:5]).ok


def test_a_loss_that_is_summed_up_in_a_loop_and_a_sigmoid(tmp_path):
    """The loss divides by the number of samples at the end, the gradient where it sums up: so it stays."""
    source = """
def predicted(w, x):
    return 1 / (1 + np.exp(-(w["W"] @ x)))


def loss(w, X, Y):
    J = 0
    for x, y in zip(X, Y):
        q = predicted(w, x)
        J += -(y * np.log(q) + (1 - y) * np.log(1 - q)).sum()
        J += 1 - 2 * (q * y).sum() / (q.sum() + y.sum())
    return J / len(X)


def gradients(w, X, Y):
    dW = np.zeros_like(w["W"])
    for x, y in zip(X, Y):
        q = predicted(w, x)
        total = q.sum() + y.sum()
        dice = -2 * y / total
        dz = q - y + dice * q * (1 - q)
        dW += np.outer(dz, x) / len(X)
    return {"W": dW}
"""
    rng = np.random.default_rng(0)
    X, Y, params = rng.normal(size=(6, 3)), rng.integers(0, 2, (6, 5)).astype(float), {"W": rng.normal(size=(5, 3))}
    report, _ = check(source, tmp_path, params=params, X=X, Y=Y)
    assert report.findings[0].line in (23, 24)  # dice = ..., or dz = ...
    (fix,) = report.fixes
    names = {}
    exec(fix.text, names)
    assert xnn.check_gradients(names["loss"], names["gradients"], params, X[:4], Y[:4]).ok


@pytest.mark.parametrize("labels", [np.int64, np.float64])
def test_a_hinge_s_condition_is_written_for_labels_of_any_kind(labels, tmp_path):
    source = """
def loss(w, X, t):
    s = X @ w["W"]
    return np.maximum(0, 1 - t * s).sum() + 0.05 * np.sum(w["W"] ** 2)


def gradients(w, X, t):
    s = X @ w["W"]
    ds = -t
    return {"W": X.T @ ds + 0.1 * w["W"]}
"""
    rng = np.random.default_rng(0)
    X, t, params = rng.normal(size=(9, 3)), rng.choice([-1, 1], 9).astype(labels), {"W": 2 * rng.normal(size=3)}
    report, _ = check(source, tmp_path, params=params, X=X, t=t)
    (finding,) = report.findings
    assert finding.line == 12  # ds = -t
    (fix,) = report.fixes
    names = {}
    exec(fix.text, names)
    assert xnn.check_gradients(names["loss"], names["gradients"], params, -X, t).ok


def test_a_mask_that_stands_at_the_top_of_the_file(tmp_path):
    source = """
off = 1 - np.eye(3)


def loss(w, X):
    return np.sum(np.tanh(X @ (w["S"] * off)))


def gradients(w, X):
    d = 1 - np.tanh(X @ (w["S"] * off)) ** 2
    dS = X.T @ d
    return {"S": dS}
"""
    rng = np.random.default_rng(0)
    report, _ = check(source, tmp_path, params={"S": rng.normal(size=(3, 3))}, X=rng.normal(size=(7, 3)))
    assert report.findings[0].code == "factor-missing"
    (fix,) = report.fixes
    assert "off" in fix.diff.split("+    ")[-1]


def test_a_gradient_is_not_made_right_for_a_loss_that_mixes_samples(tmp_path):
    source = """
def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def loss(w, X, Y):
    return -np.sum(Y * np.log(softmax(X @ w["W"] + w["b"]))) / len(X)


def gradients(w, X, Y):
    p = softmax(X @ w["W"] + w["b"])
    dz = (p - Y) / len(X)
    return {"W": X.T @ dz, "b": dz.sum(axis=0)}
"""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(7, 3)), np.eye(4)[rng.integers(0, 4, 7)]
    params = {"W": rng.normal(size=(3, 4)), "b": np.ones(4)}
    report, _ = check(source, tmp_path, params=params, X=X, Y=Y)
    assert "samples-mixed" in [f.code for f in report.findings]
    assert report.fixes == ()


PATHS = {
    "through a part of a statement that has a name": ("""
def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def loss(w, X, Y):
    h = np.tanh(X @ w["W"])
    gate = sigmoid(h @ w["G"] + w["b"])
    return 0.5 * np.sum((gate * h - Y) ** 2)


def gradients(w, X, Y):
    h = np.tanh(X @ w["W"])
    gate = sigmoid(h @ w["G"] + w["b"])
    d = gate * h - Y
    da = d * h * gate * (1 - gate)
    dh = d * gate
    return {"W": X.T @ (dh * (1 - h**2)), "G": h.T @ da, "b": da.sum(axis=0)}
""", "da @ w['G'].T"),
    "through one use of what was computed of it, in a loop": ("""
def loss(w, X, Y):
    h, total = w["b"], 0.0
    for x, y in zip(X, Y):
        u = np.exp(w["W"] @ x + w["G"] @ h)
        c = u.sum()
        h = u / c
        total += np.log(c) + y @ h
    return total


def gradients(w, X, Y):
    h, kept = w["b"], []
    for x in X:
        u = np.exp(w["W"] @ x + w["G"] @ h)
        kept.append((h, u, u.sum()))
        h = u / u.sum()
    dW, dG, dh = np.zeros(w["W"].shape), np.zeros(w["G"].shape), np.zeros(3)
    for x, y, (h, u, c) in zip(X[::-1], Y[::-1], kept[::-1]):
        dh = dh + y
        du = dh / c + 1 / c
        da = du * u
        dW += np.outer(da, x)
        dG += np.outer(da, h)
        dh = w["G"].T @ da
    return {"W": dW, "G": dG, "b": dh}
""", ".sum()"),
    "two at once": ("""
def loss(w, X, Y):
    h = np.tanh(X @ w["W"])
    a, b, c = np.sin(h * w["G"]), np.cos(h * w["H"]), h * w["b"]
    return 0.5 * np.sum((a + b + c - Y) ** 2)


def gradients(w, X, Y):
    h = np.tanh(X @ w["W"])
    a, b, c = np.sin(h * w["G"]), np.cos(h * w["H"]), h * w["b"]
    d = a + b + c - Y
    da = d * np.cos(h * w["G"])
    db = -d * np.sin(h * w["H"])
    dh = da * w["G"]
    grads = {"G": (da * h).sum(axis=0), "H": (db * h).sum(axis=0), "b": (d * h).sum(axis=0)}
    return {"W": X.T @ (dh * (1 - h**2)), **grads}
""", "w['H']"),
}  # fmt: skip


@pytest.mark.parametrize("name", PATHS)
def test_a_path_that_is_left_out_is_written(name, tmp_path):
    source, part = PATHS[name]
    rng = np.random.default_rng(2)
    shapes = {"W": (3, 4), "G": (3, 3), "b": (3,)} if "loop" in name else {"W": (4, 3), "G": (3, 3), "b": (3,)}
    shapes |= {"G": (3,), "H": (3,)} if "two" in name else {}
    params = {key: 0.5 * rng.normal(size=shape) for key, shape in shapes.items()}
    X, Y = rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
    report, _ = check(source, tmp_path, params=params, X=X, Y=Y)
    (finding,) = report.findings
    assert finding.code == "path-missing"
    (fix,) = report.fixes
    assert part in fix.diff.split("\n+")[-1]
    names = {}
    exec(fix.text, names)
    assert xnn.check_gradients(names["loss"], names["gradients"], params, -X, Y).ok
