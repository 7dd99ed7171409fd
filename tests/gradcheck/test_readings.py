"""The ways in which people hand over samples, and in which they unroll: seen through, whatever the bug is."""

import numpy as np
import pytest

from xnn.gradcheck import check_gradients
from xnn.gradcheck.program.samples import count_samples, sample_arrays, take_samples

pytestmark = pytest.mark.host

RNG = np.random.default_rng(0)
N, SIZES = 6, (3, 4, 2)
X, Y = RNG.normal(size=(N, 3)), RNG.random((N, 2))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def network(samples, prime=lambda z: sigmoid(z) * (1 - sigmoid(z))):
    """A loop over samples that are columns; ``samples(*data)`` yields them."""

    def loss(params, *data):
        (W1, b1), (W2, b2) = params
        found = [np.sum((sigmoid(W2 @ sigmoid(W1 @ x + b1) + b2) - y) ** 2) / 2 for x, y in samples(*data)]
        return sum(found) / len(found)

    def gradients(params, *data):
        (W1, b1), (W2, b2) = params
        total, m = [[0.0, 0.0], [0.0, 0.0]], 0
        for x, y in samples(*data):
            z1 = W1 @ x + b1
            a1 = sigmoid(z1)
            a2 = sigmoid(W2 @ a1 + b2)
            d2 = (a2 - y) * a2 * (1 - a2)
            d1 = (W2.T @ d2) * prime(z1)
            parts = [[d1 @ x.T, d1], [d2 @ a1.T, d2]]
            total = [[t + p for t, p in zip(a, b, strict=True)] for a, b in zip(total, parts, strict=True)]
            m += 1
        return [[part / m for part in layer] for layer in total]

    return loss, gradients


def params():
    rng = np.random.default_rng(1)
    return [[rng.normal(size=(o, i)), rng.normal(size=(o, 1))] for i, o in ((3, 4), (4, 2))]


COLUMNS = (X[:, :, None], Y[:, :, None])
WAYS = {
    "pairs": (lambda pairs: pairs, (list(zip(*COLUMNS, strict=True)),)),
    "columns apart": (lambda x, y: zip(x, y, strict=True), COLUMNS),
    "rows apart": (
        lambda x, y: ((p.T, q.T) for p, q in zip(x, y, strict=True)),
        (X[:, None, :], Y[:, None, :]),
    ),
    "two lists": (lambda x, y: zip(x, y, strict=True), (list(COLUMNS[0]), list(COLUMNS[1]))),
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_samples_apart(way):
    samples, data = WAYS[way]
    assert check_gradients(*network(samples), params(), *data).ok
    wrong = network(samples, prime=lambda z: sigmoid(sigmoid(z)) * (1 - sigmoid(sigmoid(z))))
    report = check_gradients(*wrong, params(), *data)
    assert report.findings[0].code == "derivative-of-output", str(report)


def test_lists_of_samples_become_arrays():
    pairs = [(np.full((3, 1), i), i % 2) for i in range(5)]
    assert [x.shape for x in sample_arrays((pairs,))] == [(5, 3, 1), (5,)]
    assert count_samples((pairs,)) == 5
    assert take_samples((pairs,), 5, [1, 3]) == ([pairs[1], pairs[3]],)


def test_lists_of_layers_do_not():
    masks, sizes = [np.ones((4, 2)), np.ones((4, 2)), np.ones((4, 2))], [3, 4, 2]
    assert count_samples((X, Y, masks[:0], sizes)) == N
    assert [x.shape for x in sample_arrays((X[:, :2], masks))] == [(N, 2), (4, 2), (4, 2), (4, 2)]
    assert take_samples((X, sizes), N, [0])[1] == sizes


def unrolled(join):
    """Two layers in one vector, cut row by row, whose gradient is joined by `join`."""

    def cut(theta):
        return theta[:12].reshape(3, 4), theta[12:16], theta[16:24].reshape(4, 2), theta[24:]

    def loss(theta, x, y):
        W1, b1, W2, b2 = cut(theta)
        return np.sum((np.tanh(x @ W1 + b1) @ W2 + b2 - y) ** 2) / len(x)

    def gradients(theta, x, y):
        W1, b1, W2, b2 = cut(theta)
        a = np.tanh(x @ W1 + b1)
        d = 2 * (a @ W2 + b2 - y) / len(x)
        d1 = (d @ W2.T) * (1 - a * a)
        return join(x.T @ d1, d1.sum(axis=0), a.T @ d, d.sum(axis=0))

    return check_gradients(loss, gradients, np.random.default_rng(2).normal(size=26), X, Y)


def test_a_vector_joined_as_it_is_cut():
    assert unrolled(lambda *parts: np.concatenate([p.ravel() for p in parts])).ok


def test_a_vector_joined_in_another_order():
    report = unrolled(lambda W1, b1, W2, b2: np.concatenate([p.ravel() for p in (W2, b2, W1, b1)]))
    assert [f.code for f in report.findings] == ["swapped-layers"]
    assert "3, 4, 1, 2" in report.findings[0].message


def test_a_vector_joined_column_by_column():
    report = unrolled(lambda *parts: np.concatenate([p.ravel(order="F") for p in parts]))
    assert [f.code for f in report.findings] == ["transposed"]


def test_a_vector_joined_in_another_order_with_a_bug_in_it():
    report = unrolled(lambda W1, b1, W2, b2: np.concatenate([p.ravel() for p in (b1, W1, W2, 3.0 * b2)]))
    assert {f.code for f in report.findings} == {"swapped-layers", "scale"}


def test_a_draw_that_comes_out_alike_twice():
    draws = iter([0, 0, 0, 1, 0, 1, 0, 1] * 20)

    def loss(w, x):
        return float(np.mean((x @ w) ** 2))

    def gradients(w, x):
        part = x[2:] if next(draws) else x[:-2]
        return 2 * part.T @ (part @ w) / len(part)

    report = check_gradients(loss, gradients, np.array([1.0, -2.0, 0.5]), X)
    assert [f.code for f in report.findings] == ["nondeterministic"]


@pytest.mark.parametrize("size", [0.0, 1e-5, 1e-2])
@pytest.mark.parametrize(
    ("prime", "code"), [(lambda z: 1 - np.tanh(z) ** 2, None), (lambda z: 1 - z**2, "derivative-wrong")]
)
def test_a_wrong_derivative_shows_at_zero_weights_too(size, prime, code):
    def loss(p, x, y):
        return np.sum((np.tanh(x @ p["W"] + p["b"]) @ p["V"] - y) ** 2) / len(x)

    def gradients(p, x, y):
        z = x @ p["W"] + p["b"]
        d = 2 * (np.tanh(z) @ p["V"] - y) / len(x)
        d1 = (d @ p["V"].T) * prime(z)
        return {"W": x.T @ d1, "b": d1.sum(axis=0), "V": np.tanh(z).T @ d}

    rng = np.random.default_rng(3)
    p = {"W": size * rng.normal(size=(3, 4)), "b": np.zeros(4), "V": size * rng.normal(size=(4, 2))}
    report = check_gradients(loss, gradients, p, X, Y)
    assert [f.code for f in report.findings] == ([] if code is None else [code])


def test_many_samples_need_no_more_time_than_few_and_their_number_is_named():
    rng = np.random.default_rng(4)
    x, labels = rng.normal(size=(5000, 4)), np.sort(rng.integers(0, 3, 5000))
    y = np.eye(3)[labels]

    def p_of(p, x):
        s = x @ p["W"] + p["b"]
        e = np.exp(s - s.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(p, x, y):
        return -np.sum(y * np.log(p_of(p, x))) / len(x) + 0.1 / 2 / len(x) * np.sum(p["W"] ** 2)

    def gradients(p, x, y):
        d = (p_of(p, x) - y) / len(x)
        return {"W": x.T @ d, "b": d.sum(axis=0)}

    p = {"W": rng.normal(size=(4, 3)), "b": np.zeros(3)}
    report = check_gradients(loss, gradients, p, x, y)
    assert [f.code for f in report.findings] == ["decay-missing"]
    assert "2e-05" in report.findings[0].advice  # 0.1 / 5000, not of the part that was looked at
    assert report.evaluations < 2000
