"""One check, on the arrays of every library that is here."""

import numpy as np
import pytest

from xnn.backends import backends, namespace, resolve
from xnn.gradcheck import check_gradients, gradients_from_step, numeric_gradients
from xnn.nn import LOSSES, MLP, Dense

HERE = [name for name in ("numpy", "torch", "jax", "array_api_strict", "cupy") if backends()[name].available]


def problem(name, dtype="float64"):
    place = resolve(name, dtype=dtype)
    rng = np.random.default_rng(0)
    with place.scope():
        params = {"W": place.floats(rng.normal(size=(3, 4))), "V": place.floats(rng.normal(size=(4, 2)))}
        return params, place.floats(rng.normal(size=(6, 3))), place.floats(rng.normal(size=(6, 2)))


def loss(p, x, y):
    xp = namespace(x)
    r = xp.tanh(x @ p["W"]) @ p["V"] - y
    return xp.sum(r * r) / x.shape[0]


def gradients(p, x, y):
    xp = namespace(x)
    a = xp.tanh(x @ p["W"])
    delta = 2.0 * (a @ p["V"] - y) / x.shape[0]
    return {"W": x.T @ ((delta @ p["V"].T) * (1.0 - a * a)), "V": a.T @ delta}


def missing(p, x, y):
    xp = namespace(x)
    a = xp.tanh(x @ p["W"])
    delta = 2.0 * (a @ p["V"] - y) / x.shape[0]
    return {"W": x.T @ (delta @ p["V"].T), "V": a.T @ delta}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", HERE)
def test_right_and_wrong(name, dtype):
    params, x, y = problem(name, dtype)
    report = check_gradients(loss, gradients, params, x, y)
    assert report.ok, report
    assert max(t.relative_error for t in report.tensors.values()) < 1e-9  # in double precision whatever is given
    report = check_gradients(loss, missing, params, x, y)
    assert [(f.code, f.parameter) for f in report.findings] == [("derivative-missing", "W")]
    assert str(params["W"].dtype).endswith(dtype)


@pytest.mark.parametrize("name", HERE)
def test_numeric_gradients(name):
    params, x, y = problem(name)
    found = numeric_gradients(loss, params, x, y)
    place = resolve(name, dtype="float64")
    with place.scope():
        exact = gradients(params, x, y)
        for key in params:
            host = place.to_host(exact[key])
            assert type(found.values[key]) is type(params[key])
            np.testing.assert_allclose(place.to_host(found.values[key]), host, atol=1e-9)


@pytest.mark.parametrize("name", HERE)
def test_gradients_from_step(name):
    params, x, y = problem(name)

    def step(p, x, y):
        g = gradients(p, x, y)
        return {key: p[key] - 0.25 * g[key] for key in p}

    assert check_gradients(loss, gradients_from_step(step, 0.25), params, x, y).ok


def test_torch_autograd():
    torch = pytest.importorskip("torch")

    def differentiated(p, x, y):
        p = {k: v.requires_grad_() for k, v in p.items()}
        grads = torch.autograd.grad(loss(p, x, y), list(p.values()))
        return dict(zip(p, grads, strict=True))

    assert check_gradients(loss, differentiated, *problem("torch")).ok


@pytest.mark.parametrize("name", [name for name in HERE if name != "jax"])
@pytest.mark.parametrize("bias", [True, False])
def test_xnns_own_models(name, bias):
    mlp = MLP((4, 6, 5, 3), activation="gelu", bias=bias)
    cost = LOSSES["softmax_cross_entropy"]()
    params = mlp.init(seed=1, backend=name, dtype="float64")
    rng = np.random.default_rng(2)
    place = resolve(name, dtype="float64")
    x, y = place.floats(rng.normal(size=(7, 4))), place.asarray(rng.integers(0, 3, 7))

    def my_loss(params, x, y):
        return cost(mlp(params, x), y)

    def my_gradients(params, x, y):
        outputs, traces = mlp.forward(params, x)
        return mlp.backward(params, traces, cost.gradient(outputs, y))

    report = check_gradients(my_loss, my_gradients, params, x, y)
    assert report.ok, report
    assert next(iter(report.tensors)) == "params[0].W"

    def wrong(params, x, y):
        right = my_gradients(params, x, y)
        return [right[0], Dense(-right[1].W, right[1].b), right[2]]

    report = check_gradients(my_loss, wrong, params, x, y)
    assert [(f.code, f.parameter) for f in report.findings] == [("sign", "params[1].W")]
