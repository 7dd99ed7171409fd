"""What a check costs, counted: few samples for many where that is shown to be so, no search where nothing is wrong."""

import numpy as np
import pytest

from xnn.gradcheck import check, check_gradients, numeric

pytestmark = pytest.mark.host
SAMPLES = 2000
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(SAMPLES, 40)), RNG.integers(0, 5, SAMPLES)
PARAMS = {
    "W1": RNG.normal(size=(40, 20)) / 6, "b1": 0.1 * RNG.normal(size=20),
    "W2": RNG.normal(size=(20, 5)) / 4, "b2": 0.1 * RNG.normal(size=5),
}  # fmt: skip


def forward(p, x):
    a = np.tanh(x @ p["W1"] + p["b1"])
    s = a @ p["W2"] + p["b2"]
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return a, e / e.sum(axis=1, keepdims=True)


class Program:
    """A classifier whose loss is the mean, or the sum, over samples plus a decay; it counts its calls with all."""

    def __init__(self, mean=True, lam=0.0, over_m=False):
        self.mean, self.lam, self.over_m, self.whole = mean, lam, over_m, 0

    def decay(self, m):
        return self.lam / m if self.over_m else self.lam

    def loss(self, p, x, y):
        self.whole += len(x) > SAMPLES // 2
        each = -np.log(forward(p, x)[1][np.arange(len(y)), y])
        decay = 0.5 * self.decay(len(x)) * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2))
        return (np.mean(each) if self.mean else np.sum(each)) + decay

    def gradients(self, p, x, y):
        a, d = forward(p, x)
        d[np.arange(len(y)), y] -= 1
        d = d / len(y) if self.mean else d
        d1 = (d @ p["W2"].T) * (1 - a**2)
        W1, W2 = x.T @ d1 + self.decay(len(x)) * p["W1"], a.T @ d + self.decay(len(x)) * p["W2"]
        return {"W1": W1, "b1": d1.sum(axis=0), "W2": W2, "b2": d.sum(axis=0)}


KINDS = {
    "mean": Program(),
    "sum": Program(mean=False),
    "mean and decay": Program(lam=0.1),
    "sum and decay": Program(mean=False, lam=0.1),
    "mean and decay over m": Program(lam=10.0, over_m=True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_few_of_many_samples_are_enough(kind):
    program = KINDS[kind]
    program.whole = 0
    report = check_gradients(program.loss, program.gradients, PARAMS, X, Y)
    assert report.ok, report
    assert report.samples == f"16 of {SAMPLES} samples, and on all along 2 random directions"
    assert report.samples in str(report)
    assert program.whole <= 20


def with_bug(change, **kind):
    program = Program(**kind)
    return program.loss, lambda p, x, y: change(program.gradients, p, x, y), PARAMS, X, Y


def times(g, c):
    return {name: c * part for name, part in g.items()}


def one_class(gradients, p, x, y):
    """Lose the sample whose first feature is the largest of all: no few samples are likely to have it."""
    g = gradients(p, x, y)
    i = int(np.argmax(x[:, 0])) if x[:, 0].max() == X[:, 0].max() else None
    return g if i is None else {n: g[n] - gradients(p, x[[i]], y[[i]])[n] / len(x) for n in g}


BUGS = {
    "scale": lambda gradients, p, x, y: times(gradients(p, x, y), len(x)),
    "sample-skipped": lambda gradients, p, x, y: gradients(p, x[1:], y[1:]),
    "sample-skipped, of m": lambda gradients, p, x, y: times(gradients(p, x[:-1], y[:-1]), (len(x) - 1) / len(x)),
    "decay-on-bias": lambda gradients, p, x, y: gradients(p, x, y) | {"b2": gradients(p, x, y)["b2"] + 1e-3 * p["b2"]},
    "bias-total-sum": lambda gradients, p, x, y: (
        gradients(p, x, y) | {"b1": np.full(20, gradients(p, x, y)["b1"].sum())}
    ),
}


@pytest.mark.parametrize("bug", BUGS)
def test_bugs_that_need_all_samples_are_found_all_the_same(bug):
    report = check_gradients(*with_bug(BUGS[bug]))
    assert [f.code for f in report.findings if not f.is_note] == [bug.partition(",")[0]], report


def test_a_factor_of_the_batch_is_read_with_all_samples():
    (finding,) = check_gradients(*with_bug(BUGS["scale"])).findings
    assert (
        f"{SAMPLES} times too big, on {SAMPLES} samples: it is not divided by the number of samples" in finding.message
    )


def test_a_sample_that_is_not_among_the_few():
    report = check_gradients(*with_bug(one_class))
    assert not report.ok
    assert not all(tensor.ok for tensor in report.tensors.values())


def test_a_number_of_samples_that_is_written_in_the_gradient_is_right_with_all():
    report = check_gradients(*with_bug(lambda gradients, p, x, y: times(gradients(p, x, y), len(x) / SAMPLES)))
    assert report.ok, report
    assert report.samples == ""


def test_samples_that_are_mixed_are_all_looked_at():
    def normalised(x):
        return (x - x.mean(axis=0)) / x.std(axis=0)

    program = Program()
    report = check_gradients(
        lambda p, x, y: program.loss(p, normalised(x), y),
        lambda p, x, y: program.gradients(p, normalised(x), y),
        PARAMS, X, Y,
    )  # fmt: skip
    assert report.ok, report
    assert report.samples == ""


# --- A convolution, which no dense chain is


def convolution(bug):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(8, 10, 10)), rng.integers(0, 10, 8)
    shapes = {"K": (8, 3, 3), "k": (8,), "W": (128, 10), "b": (10,)}
    params = {name: 0.2 * rng.normal(size=shape) for name, shape in shapes.items()}

    def forward(p, x):
        z = p["k"][:, None, None] + sum(
            x[:, None, i : i + 8, j : j + 8] * p["K"][None, :, i, j, None, None] for i in range(3) for j in range(3)
        )
        pooled = np.maximum(z, 0).reshape(len(x), 8, 4, 2, 4, 2)
        f = pooled.max(axis=(3, 5)).reshape(len(x), -1)
        e = np.exp(f @ p["W"] + p["b"])
        return z, pooled, f, e / e.sum(axis=1, keepdims=True)

    def loss(p, x, y):
        return -np.mean(np.log(forward(p, x)[3][np.arange(len(y)), y]))

    def gradients(p, x, y):
        z, pooled, f, d = forward(p, x)
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        most = pooled == pooled.max(axis=(3, 5), keepdims=True)
        dz = (most * (d @ p["W"].T).reshape(len(x), 8, 4, 1, 4, 1)).reshape(z.shape) * (z > 0)
        K = np.empty_like(p["K"])
        for i in range(3):
            for j in range(3):
                K[:, i, j] = (dz * (x[:, None, j : j + 8, i : i + 8] if bug else x[:, None, i : i + 8, j : j + 8])).sum(
                    axis=(0, 2, 3)
                )
        return {"K": K, "k": dz.sum(axis=(0, 2, 3)), "W": f.T @ d, "b": d.sum(axis=0)}

    return loss, gradients, params, x, y


@pytest.mark.parametrize(("bug", "calls"), [(False, 600), (True, 3000)])
def test_a_convolution_is_not_searched_for_a_dense_chain(bug, calls):
    report = check_gradients(*convolution(bug))
    assert report.ok is not bug
    assert [t.ok for t in report.tensors.values()] == [not bug, True, True, True]
    assert report.evaluations < calls


@pytest.mark.parametrize("program", [convolution(True), with_bug(BUGS["sample-skipped"]), with_bug(BUGS["scale"])])
def test_nothing_depends_on_the_clock(program, monkeypatch):
    calm = check_gradients(*program)
    now = iter(np.cumsum(1e3 * np.random.default_rng(0).random(1_000_000)))
    for module, clock in ((check, "perf_counter"), (numeric, "monotonic")):
        monkeypatch.setattr(module, clock, lambda: float(next(now)))
    busy = check_gradients(*program)
    assert busy.seconds > 1e2
    assert str(busy) == str(calm)
    assert busy.evaluations == calm.evaluations


def test_no_file_but_two_reads_a_clock():
    from pathlib import Path

    import xnn.gradcheck

    folder = Path(xnn.gradcheck.__file__).parent
    clocks = ("perf_counter", "monotonic", "time()", "process_time", "datetime")
    found = {
        str(f.relative_to(folder)) for f in folder.rglob("*.py") if any(clock in f.read_text() for clock in clocks)
    }
    assert found == {"check.py", "numeric.py"}  # how long it took, and when to show progress
