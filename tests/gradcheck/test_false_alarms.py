"""A right gradient is never blamed: corners, zeros, float32, converged and badly scaled networks."""

import numpy as np
import pytest

from xnn.gradcheck import check_gradients

from .located import judge

pytestmark = pytest.mark.host


def relu_net(p, x):
    z = x @ p["W1"] + p["b1"]
    a = np.maximum(z, 0)
    s = a @ p["W2"] + p["b2"]
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return z, a, e / e.sum(axis=1, keepdims=True)


def loss(p, x, y, eps=0.0):
    return -np.mean(np.sum(y * np.log(relu_net(p, x)[2] + eps), axis=1))


def gradients(p, x, y, eps=0.0):
    z, a, prob = relu_net(p, x)
    delta = (prob - y) / len(x)
    hidden = delta @ p["W2"].T * (z > 0)
    return {"W1": x.T @ hidden, "b1": hidden.sum(axis=0), "W2": a.T @ delta, "b2": delta.sum(axis=0)}


def problem(seed=0, n=5, h=7, k=3, m=8, bias=0.0, size=1.0):
    rng = np.random.default_rng(seed)
    params = {
        "W1": size * rng.normal(size=(n, h)), "b1": bias * rng.normal(size=h),
        "W2": size * rng.normal(size=(h, k)), "b2": bias * rng.normal(size=k),
    }  # fmt: skip
    return params, rng.normal(size=(m, n)), np.eye(k)[rng.integers(0, k, m)]


@pytest.mark.parametrize("seed", range(12))
def test_relu_on_its_corner(seed):
    params, x, y = problem(seed)
    x[3] = 0.0  # with zero biases every hidden unit of this row is exactly at 0
    report = check_gradients(loss, gradients, params, x, y)
    assert report.ok, report
    assert "kink" in [f.code for f in report.findings]


def test_a_wrong_gradient_on_a_corner():
    params, x, y = problem()
    x[3] = 0.0

    def wrong(p, x, y):
        g = gradients(p, x, y)
        return {**g, "b1": 1.001 * g["b1"]}

    report = check_gradients(loss, wrong, params, x, y)
    assert [name for name, t in report.tensors.items() if not t.ok] == ["b1"]


@pytest.mark.parametrize("eps", [1e-12, 1e-10, 1e-8, 1e-7])
def test_an_epsilon_in_the_logarithm(eps):
    params, x, y = problem(bias=0.1)
    report = check_gradients(lambda p, x, y: loss(p, x, y, eps), gradients, params, x, y)
    assert report.ok, report


@pytest.mark.parametrize("seed", range(6))
def test_clipped_probabilities(seed):
    params, x, y = problem(seed, bias=0.1)

    def clipped(p, x, y):
        return -np.mean(np.sum(y * np.log(np.clip(relu_net(p, x)[2], 1e-7, 1 - 1e-7)), axis=1))

    assert check_gradients(clipped, gradients, params, x, y).ok


@pytest.mark.parametrize("seed", range(6))
def test_a_float32_loss(seed):
    params, x, y = problem(seed, bias=0.1)

    def low(p, x, y):
        p = {k: v.astype("float32") for k, v in p.items()}
        return np.float32(loss(p, x.astype("float32"), y.astype("float32")))

    report = check_gradients(low, gradients, params, x, y)
    assert report.ok, report
    assert "precision" in [f.code for f in report.findings]

    def wrong(p, x, y):
        return {k: (0.9 * g if k == "W1" else g) for k, g in gradients(p, x, y).items()}

    assert not check_gradients(low, wrong, params, x, y).ok


def test_a_float32_gradient():
    params, x, y = problem(bias=0.1)

    def low(p, x, y):
        return {k: g.astype("float32") for k, g in gradients(p, x, y).items()}

    assert check_gradients(loss, low, params, x, y).ok
    single = {k: v.astype("float32") for k, v in params.items()}
    assert check_gradients(loss, gradients, single, x.astype("float32"), y.astype("float32")).ok


def test_float32_inside_gradients():
    params, x, y = problem(bias=0.1)

    def low(p, x, y):
        p = {k: v.astype("float32") for k, v in p.items()}
        return gradients(p, x.astype("float32"), y.astype("float32"))

    report = check_gradients(loss, low, params, x, y)
    assert report.ok, report


@pytest.mark.parametrize("steps", [50, 2000])
def test_a_converged_network(steps):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(20, 4)), rng.normal(size=(4, 2))
    y = x @ w

    def mse(p, x, y):
        return np.mean((x @ p["W"] + p["b"] - y) ** 2)

    def grad(p, x, y):
        delta = 2 * (x @ p["W"] + p["b"] - y) / y.size
        return {"W": x.T @ delta, "b": delta.sum(axis=0)}

    p = {"W": np.zeros((4, 2)), "b": np.zeros(2)}
    for _ in range(steps):
        g = grad(p, x, y)
        p = {k: p[k] - 0.3 * g[k] for k in p}
    report = check_gradients(mse, grad, p, x, y)
    assert report.ok, report
    wrong = check_gradients(mse, lambda p, x, y: {k: -v for k, v in grad(p, x, y).items()}, p, x, y)
    assert not wrong.ok


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3])
def test_badly_scaled_parameters(scale):
    params, x, y = problem(bias=0.1)

    def stretched(p, x, y):
        return loss({**p, "W1": p["W1"] / scale}, x, y)

    def grad(p, x, y):
        g = gradients({**p, "W1": p["W1"] / scale}, x, y)
        return {**g, "W1": g["W1"] / scale}

    given = {**params, "W1": params["W1"] * scale}
    report = check_gradients(stretched, grad, given, x, y)
    assert report.ok, report


def test_unscaled_inputs():
    rng = np.random.default_rng(1)
    params, _, y = problem(size=0.1)
    x = rng.integers(0, 256, (8, 5)).astype(float)
    assert check_gradients(loss, gradients, params, x, y).ok


def test_all_zero_parameters():
    params, x, y = problem()
    zeros = {k: np.zeros_like(v) for k, v in params.items()}
    report = check_gradients(loss, gradients, zeros, x, y)
    assert report.ok, report


def test_decay_on_zero_biases_is_seen_nearby():
    params, x, y = problem()

    def decayed(p, x, y):
        g = gradients(p, x, y)
        return {**g, "b1": g["b1"] + 0.01 * p["b1"]}

    report = check_gradients(loss, decayed, params, x, y)
    assert not report.ok
    assert report.findings[0].code == "decay-on-bias"
    assert report.findings[0].parameter == "b1"


@pytest.mark.parametrize("f", ["abs", "hinge", "step"])
def test_losses_with_corners(f):
    rng = np.random.default_rng(2)
    x, y, w = rng.normal(size=(9, 4)), rng.choice([-1.0, 1.0], 9), rng.normal(size=4)
    functions = {
        "abs": (lambda w, x, y: np.sum(abs(x @ w - y)), lambda w, x, y: x.T @ np.sign(x @ w - y)),
        "hinge": (
            lambda w, x, y: np.mean(np.maximum(0, 1 - y * (x @ w))),
            lambda w, x, y: -x.T @ (y * (y * (x @ w) < 1)) / len(y),
        ),
        "step": (lambda w, x, y: np.mean((x @ w > 0) != (y > 0)) + np.sum(w**2), lambda w, x, y: 2 * w),
    }
    assert check_gradients(*functions[f], w, x, y).ok
    assert check_gradients(*functions[f], np.zeros(4), x, y).ok


def test_max_pooling_and_ties():
    x = np.array([[1.0, 1.0, 0.5]])
    report = check_gradients(lambda w: np.max(x[0] * w), lambda w: np.array([1.0, 0, 0]), np.ones(3))
    assert report.ok, report


def test_big_network_by_directions():
    rng = np.random.default_rng(0)
    params, x, y = problem(n=100, h=60, k=10, m=16, size=0.1)
    report = check_gradients(loss, gradients, params, x, y)
    assert report.ok
    assert report.tensors["W1"].numeric is None

    def decayed(p, x, y):  # in the norm of all gradients this is nothing
        g = gradients(p, x, y)
        return {**g, "b1": g["b1"] + 1e-4 * p["b1"]}

    params["b1"] = rng.normal(size=60)
    report = check_gradients(loss, decayed, params, x, y)
    assert [name for name, t in report.tensors.items() if not t.ok] == ["b1"]
    assert report.findings[0].code == "decay-on-bias"


def test_big_network_thorough():
    params, x, y = problem(n=70, h=60, k=5, m=4, size=0.1, bias=0.1)
    report = check_gradients(loss, gradients, params, x, y, thorough=True)
    assert report.ok
    assert report.tensors["W1"].checked == 4200
    assert report.tensors["W1"].relative_error < 1e-8


def test_big_unknown_is_localised():
    params, x, y = problem(n=100, h=60, k=10, m=16, size=0.1, bias=0.1)

    def wrong(p, x, y):
        g = gradients(p, x, y)
        g["W1"][7] *= np.linspace(0.5, 2, 60)
        return g

    found = check_gradients(loss, wrong, params, x, y).findings[0]
    assert (found.code, found.source) == ("factor-extra", 'g["W1"][7] *= np.linspace(0.5, 2, 60)')
    names = {"gradients": gradients, "np": np}  # without its source, what the tensor shows
    exec(
        "def unread(p, x, y):\n    g = gradients(p, x, y)\n    g['W1'][7] *= np.linspace(0.5, 2, 60)\n    return g",
        names,
    )
    report = check_gradients(loss, names["unread"], params, x, y)
    assert [f.code for f in report.findings if not f.is_note] == ["unknown"]
    assert "rows [7]" in report.findings[0].evidence


@pytest.mark.parametrize("size", [1.0, 10.0, 30.0, 100.0])
@pytest.mark.parametrize("guard", ["epsilon", "clip"])
def test_saturated_outputs_behind_an_epsilon_or_a_clip(guard, size):
    rng = np.random.default_rng(0)
    x, w, y = rng.normal(size=(10, 4)), size * rng.normal(size=4), (rng.random(10) > 0.5).astype(float)

    def guarded(w, x, y):
        p = 1 / (1 + np.exp(-x @ w))
        if guard == "clip":
            p = np.clip(p, 1e-7, 1 - 1e-7)
            return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        return -np.mean(y * np.log(p + 1e-15) + (1 - y) * np.log(1 - p + 1e-15))

    def grad(w, x, y):
        return x.T @ (1 / (1 + np.exp(-x @ w)) - y) / len(y)

    report = check_gradients(guarded, grad, w, x, y)
    assert report.ok, report
    report = check_gradients(guarded, lambda w, x, y: -grad(w, x, y), w, x, y)
    assert [f.code for f in report.findings if not f.is_note] == ["sign"]


def test_layers_that_are_not_dense():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(8, 10)), rng.normal(size=8)
    params = {"k": rng.normal(size=3), "v": rng.normal(size=8), "c": np.zeros(1)}

    def windows(x):
        return np.stack([x[:, i : i + 8] for i in range(3)], axis=-1)

    def conv_loss(p, x, y):
        return np.mean((np.tanh(windows(x) @ p["k"]) @ p["v"] + p["c"] - y) ** 2)

    def conv_gradients(p, x, y):
        a = np.tanh(windows(x) @ p["k"])
        e = 2 * (a @ p["v"] + p["c"] - y) / len(y)
        d = e[:, None] * p["v"] * (1 - a**2)
        return {"k": np.einsum("mi,mij->j", d, windows(x)), "v": a.T @ e, "c": np.array([e.sum()])}

    def changed(name, change):
        def wrong(p, x, y):
            g = conv_gradients(p, x, y)
            return {**g, name: change(g[name])}

        report = check_gradients(conv_loss, wrong, params, x, y)
        return [(f.code, f.parameter) for f in report.findings]

    assert check_gradients(conv_loss, conv_gradients, params, x, y).ok
    assert changed("k", lambda g: 2 * g) == [("factor-extra", "k")]
    assert changed("v", lambda g: 0 * g) == [("zero", "v")]
    assert changed("v", lambda g: -g) == [("sign", "v")]
    assert changed("k", lambda g: g * np.array([1.0, 2.0, 3.0])) == [("factor-extra", "k")]


@pytest.mark.parametrize("seed", range(12))
def test_a_loss_in_single_precision_is_seen_to_be_one_whatever_the_steps(seed):
    """A step that comes to a whole number of the loss's units once showed no rounding, and zeros for derivatives."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(9, 4)).astype("float32"), rng.normal(size=9).astype("float32")

    def loss(w, x, y):
        return np.mean((np.tanh(x.astype("float32") @ w.astype("float32")) - y.astype("float32")) ** 2)

    def gradients(w, x, y):
        a = np.tanh(x @ w)
        return 2 * x.T @ ((a - y) * (1 - a**2)) / len(x)

    for k in range(4):
        report = check_gradients(loss, gradients, rng.normal(size=4), x, y, seed=k)
        assert report.ok, report


def test_no_corner_is_supposed_where_none_is_seen(tmp_path):
    """What is wrong here and right nearby, since a forgotten mask is all ones there, is wrong."""
    bug = next(bug for bug in judge.bugs("kinds2") if bug.name == "triples-not-masked")
    module = judge.build("kinds2", bug.program, tmp_path, bug)
    assert not check_gradients(module.loss, module.gradients, module.params, *module.data).ok
