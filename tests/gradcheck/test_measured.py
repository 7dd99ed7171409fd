"""Networks with a loss that no list holds: hidden layers are explained all the same."""

import numpy as np
import pytest

from xnn.gradcheck import check_gradients

pytestmark = pytest.mark.host

RNG = np.random.default_rng(0)
X, Y, SHARE = RNG.normal(size=(9, 4)), RNG.normal(size=(9, 2)), RNG.random((9, 1))
LOSSES = {
    "quartic": (lambda r: np.mean(r**4), lambda r: 4 * r**3 / r.size),
    "root mean square": (lambda r: np.sqrt(np.mean(r**2)), lambda r: r / r.size / np.sqrt(np.mean(r**2))),
    "weighted": (lambda r: np.mean(SHARE[: len(r)] * r**2), lambda r: 2 * SHARE[: len(r)] * r / r.size),
    "quantile": (lambda r: np.mean(np.where(r > 0, 0.9 * r, -0.1 * r)), lambda r: np.where(r > 0, 0.9, -0.1) / r.size),
}
CODES = (
    None,
    "sign",
    "scale",
    "derivative-missing",
    "derivative-of-output",
    "derivative-twice",
    "wrong-input",
    "bias-wrong-axis",
    "decay-missing",
)


def program(kind, code, lam):
    value, slope = LOSSES[kind]

    def loss(p, x, y):
        W1, b1, W2, b2 = p
        return value(np.sin(x @ W1 + b1) @ W2 + b2 - y) + lam / 2 * (np.sum(W1**2) + np.sum(W2**2))

    def gradients(p, x, y):
        W1, b1, W2, b2 = p
        z = x @ W1 + b1
        a = np.sin(z)
        d = slope(a @ W2 + b2 - y) * (-1 if code == "sign" else 1)
        phi = {
            "derivative-missing": np.ones_like(z),
            "derivative-of-output": np.cos(a),
            "derivative-twice": np.cos(z) ** 2,
        }.get(code, np.cos(z))
        d1 = (d @ W2.T) * phi
        db = d1.sum(axis=1) if code == "bias-wrong-axis" else d1.sum(axis=0)
        decay = 0.0 if code == "decay-missing" else lam
        found = [x.T @ d1 + decay * W1, db, (z if code == "wrong-input" else a).T @ d + lam * W2, d.sum(axis=0)]
        return [3.0 * g for g in found] if code == "scale" else found

    rng = np.random.default_rng(1)
    shapes = ((4, 5), (5,), (5, 2), (2,))
    return loss, gradients, [rng.normal(size=shape) for shape in shapes], X, Y


@pytest.mark.parametrize("kind", sorted(LOSSES))
@pytest.mark.parametrize(
    ("code", "lam"), [(code, lam) for lam in (0.0, 0.1) for code in CODES if lam or code != "decay-missing"]
)
def test_bugs_behind_a_loss_of_ones_own(kind, code, lam):
    report = check_gradients(*program(kind, code, lam))
    assert [f.code for f in report.findings] == ([] if code is None else [code]), str(report)
    if code is not None:
        assert "loss of one's own" in report.findings[0].evidence
