"""Five real people's programs, written afresh from their facts: each is given to the checker, which names its bugs."""

import numpy as np
import pytest

from xnn.gradcheck import check_gradients, gradients_from_step, numeric_gradients

pytestmark = pytest.mark.host


def found(report):
    return [(finding.code, finding.parameter) for finding in report.findings if not finding.is_note]


def codes(report):
    return {code for code, _ in found(report)}


# --- Case 0: ReLU and softmax, and softplus in place of ReLU's derivative


def case_0():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (20, 12)) / 128 - 1
    y = rng.integers(0, 4, 20)
    params = [rng.uniform(-1, 1, (12, 6)), rng.uniform(-1, 1, (1, 6)), rng.uniform(-1, 1, (6, 4)), np.zeros((1, 4))]

    def forward(params, x):
        w1, b1, w2, b2 = params
        p1 = x @ w1 + b1
        z1 = np.maximum(0.001, np.clip(p1, -500, 500))
        p2 = np.clip(z1 @ w2 + b2, -500, 500)
        e = np.exp(p2)
        return z1, e / np.sum(e, axis=1, keepdims=True)

    def loss(params, x, y):
        z2 = forward(params, x)[1]
        return -np.sum(np.log(z2[range(len(y)), y]))

    def gradients(params, x, y):
        z1, z2 = forward(params, x)
        delta3 = z2
        delta3[range(len(y)), y] -= 1
        delta2 = delta3 @ params[2].T * np.log(1 + np.exp(z1))
        return [
            x.T @ delta2, np.sum(delta2, axis=0, keepdims=True),
            z1.T @ delta3, np.sum(delta3, axis=0, keepdims=True),
        ]  # fmt: skip

    return loss, gradients, params, x, y


def test_case_0():
    report = check_gradients(*case_0())
    assert found(report) == [("derivative-wrong", "params[0]")]
    assert "softplus" in report.findings[0].message
    assert "output" in report.findings[0].message  # it was fed the activation
    assert [t.ok for t in report.tensors.values()] == [False, False, True, True]


# --- Case 1: tanh and softmax; the softmax's axis, m, and the biases' axis


def case_1(softmax_axis=1, m_axis=0, bias_axis=0):
    rng = np.random.default_rng(1)
    n, hidden, classes, m = 20, 6, 4, 30
    x, y = rng.uniform(0, 1, (m, n)), np.eye(classes)[rng.integers(0, classes, m)]
    params = {
        "W1": rng.normal(0, 0.01, (n, hidden)), "b1": np.zeros(hidden),
        "W2": rng.normal(0, 0.01, (hidden, classes)), "b2": np.zeros(classes),
    }  # fmt: skip

    def forward(p, x):
        z1 = x @ p["W1"] + p["b1"]
        a1 = (np.exp(z1) - np.exp(-z1)) / (np.exp(z1) + np.exp(-z1))
        z2 = a1 @ p["W2"] + p["b2"]
        e = np.exp(z2)
        return a1, e / np.sum(e, axis=softmax_axis, keepdims=True)

    def loss(p, x, y):
        return -np.sum(y * np.log(forward(p, x)[1])) / len(x)

    def gradients(p, x, y):
        m = x.shape[m_axis]
        a1, a2 = forward(p, x)
        dz2 = a2 - y
        dz1 = dz2 @ p["W2"].T * (1 - a1**2)
        return {
            "W1": x.T @ dz1 / m, "b1": np.sum(dz1, axis=bias_axis) / m,
            "W2": a1.T @ dz2 / m, "b2": np.sum(dz2, axis=bias_axis) / m,
        }  # fmt: skip

    return loss, gradients, params, x, y


def test_case_1_right():
    assert check_gradients(*case_1()).ok  # the sign of A2 - Y, which was suspected, is right


def test_case_1_m_is_the_number_of_features():
    report = check_gradients(*case_1(m_axis=1))
    assert found(report) == [("scale", "")]
    assert "number of features where m belongs" in report.findings[0].message


def test_case_1_biases_summed_along_the_wrong_axis():
    report = check_gradients(*case_1(bias_axis=1))
    assert found(report) == [("bias-wrong-axis", "b2, b1")]


def test_case_1_all_bugs():
    report = check_gradients(*case_1(0, 1, 1))
    assert codes(report) == {"samples-mixed", "scale", "bias-wrong-axis"}


# --- Case 2: a gradient check that diverges


def case_2(sigmoid, lam=1.0, seed=0):
    rng = np.random.default_rng(seed)
    x, labels = rng.uniform(0, 1, (5, 3)), np.array([1, 2, 0, 1, 2])
    theta = rng.uniform(-0.12, 0.12, 38)

    def forward(theta, x):
        t1, t2 = theta[:20].reshape(5, 4), theta[20:].reshape(3, 6)
        a1 = np.column_stack([np.ones(len(x)), x])
        a2 = np.column_stack([np.ones(len(x)), sigmoid(a1 @ t1.T)])
        return t1, t2, a1, a2, sigmoid(a2 @ t2.T)

    def loss(theta, x, labels):
        t1, t2, _, _, h = forward(theta, x)
        y, m = np.eye(3)[labels], len(x)
        cost = -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h)) / m
        return cost + lam / (2 * m) * (np.sum(t1[:, 1:] ** 2) + np.sum(t2[:, 1:] ** 2))

    def gradients(theta, x, labels):
        t1, t2, a1, a2, h = forward(theta, x)
        m = len(x)
        d3 = h - np.eye(3)[labels]
        d2 = (d3 @ t2 * a2 * (1 - a2))[:, 1:]
        g1, g2 = d2.T @ a1 / m, d3.T @ a2 / m
        g1[:, 1:] += lam / m * t1[:, 1:]
        g2[:, 1:] += lam / m * t2[:, 1:]
        return np.concatenate([g1.ravel(), g2.ravel()])

    return loss, gradients, theta, x, labels


def falling(z):
    return 1 / (1 + np.exp(z))


def rising(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("lam", [0.0, 1.0, 10.0])
def test_case_2(seed, lam):
    report = check_gradients(*case_2(falling, lam, seed))
    assert found(report) == [("sign", "params[20:38]")]  # Theta2, and nothing on Theta1
    assert "1 / (1 + exp(-z))" in report.findings[0].advice


@pytest.mark.parametrize("lam", [0.0, 1.0, 10.0])
def test_case_2_right(lam):
    loss, gradients, theta, x, labels = case_2(rising, lam)
    report = check_gradients(loss, gradients, theta, x, labels)
    assert report.ok
    assert report.tensors["params"].relative_error < 1e-9
    numeric = numeric_gradients(loss, theta, x, labels).values
    g = gradients(theta, x, labels)
    assert np.linalg.norm(numeric - g) / np.linalg.norm(numeric + g) < 1e-9


def test_case_2_their_own_numeric_gradient_skips_an_entry():
    loss, gradients, theta, x, labels = case_2(rising)

    def their_numeric(theta, x, labels):
        g = np.zeros_like(theta)
        for i in range(1, len(theta)):  # the bug: it starts at 1
            step = np.zeros_like(theta)
            step[i] = 1e-4
            g[i] = (loss(theta + step, x, labels) - loss(theta - step, x, labels)) / 2e-4
        return g

    report = check_gradients(loss, their_numeric, theta, x, labels)
    assert found(report) == [("skipped", "params[0:20]")]
    assert check_gradients(loss, gradients, theta, x, labels).ok  # so the fault is the numeric side's


# --- Case 3: (6,) minus (6, 1), one error for all samples, a wrong sign, biases not summed


def case_3(right=False):
    rng = np.random.default_rng(3)
    x = np.array([[3, 4], [2, 6], [1, 6], [1, 1], [2, 1], [3, 1]], dtype=float)
    y = np.array([0.0, 0, 0, 1, 1, 1])
    params = {
        "W1": rng.uniform(0, 1, (2, 3)), "b1": np.zeros((1, 3)),
        "W2": rng.uniform(0, 1, (3, 1)), "b2": np.zeros((1, 1)),
    }  # fmt: skip

    def forward(p, x):
        a1 = rising(x @ p["W1"] + p["b1"])
        return a1, rising(a1 @ p["W2"] + p["b2"])

    def loss(p, x, y):
        y = y[:, None] if right else y
        return np.sum((forward(p, x)[1] - y) ** 2)

    def gradients(p, x, y):
        a1, y_hat = forward(p, x)
        error = 2 * (y_hat - y[:, None]) if right else 2 * np.sum(y - y_hat)
        delta2 = error * y_hat * (1 - y_hat)
        delta1 = delta2 @ p["W2"].T * a1 * (1 - a1)
        b1, b2 = (d.sum(axis=0, keepdims=True) if right else d for d in (delta1, delta2))
        return {"W1": x.T @ delta1, "b1": b1, "W2": a1.T @ delta2, "b2": b2}

    return loss, gradients, params, x, y


def test_case_3():
    report = check_gradients(*case_3())
    assert {"summed-error", "sign", "bias-not-summed"} <= codes(report)
    assert codes(report) <= {"summed-error", "sign", "bias-not-summed", "loss-broadcast", "scale"}
    assert check_gradients(*case_3(right=True)).ok


# --- Case 4: the derivative of the sigmoid, taken of its output


def case_4(slope):
    rng = np.random.default_rng(4)
    x, y = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    params = [rng.uniform(0, 1, (3, 4)), rng.uniform(0, 1, (4, 1))]

    def loss(p, x, y):
        return np.sum((rising(rising(x @ p[0]) @ p[1]) - y) ** 2)

    def gradients(p, x, y):
        a1 = rising(x @ p[0])
        a2 = rising(a1 @ p[1])
        d2 = 2 * (a2 - y) * slope(a2)
        d1 = d2 @ p[1].T * slope(a1)
        return [x.T @ d1, a1.T @ d2]

    return loss, gradients, params, x, y


def test_case_4():
    report = check_gradients(*case_4(lambda a: rising(a) * (1 - rising(a))))
    assert found(report) == [("derivative-of-output", "params[1], params[0]")]
    assert check_gradients(*case_4(lambda a: a * (1 - a))).ok


def test_case_4_as_a_training_step():
    loss, gradients, params, x, y = case_4(lambda a: a * (1 - a))

    def step(p, x, y):
        for w, g in zip(p, gradients(p, x, y), strict=True):
            w -= 0.5 * g

    assert check_gradients(loss, gradients_from_step(step, 0.5), params, x, y).ok

    def one_after_the_other(p, x, y):
        a1 = rising(x @ p[0])
        a2 = rising(a1 @ p[1])
        d2 = 2 * (a2 - y) * a2 * (1 - a2)
        p[1] -= 0.5 * a1.T @ d2
        p[0] -= 0.5 * x.T @ (d2 @ p[1].T * a1 * (1 - a1))

    report = check_gradients(loss, gradients_from_step(one_after_the_other, 0.5), params, x, y)
    assert found(report) == [("weights-updated", "params[0]")]
    assert "rate 0.5" in report.findings[0].message
