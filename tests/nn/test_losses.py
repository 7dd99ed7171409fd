"""Losses: values and derivatives against plain loops and PyTorch, on every library, for every kind of target."""

import numpy
import pytest
from numpy.testing import assert_allclose

from tests.nn.rows import LOSS_ROWS, LossRow
from tests.rig import central_differences
from xnn.nn import LOSSES, Huber, Loss, SoftmaxCrossEntropy, SumOfSquares

SAMPLES = (1, 5)


def outputs_of(samples: int, units: int) -> numpy.ndarray:
    return 2.0 * numpy.random.default_rng(samples * 10 + units).normal(size=(samples, units))


def units_of(row: LossRow) -> tuple[int, ...]:
    """Say with how many outputs to try a loss: softmax needs two, class weights fix how many there are."""
    if row.targets == "classes":
        return (3,) if row.loss.class_weights else (2, 3)
    return (1, 3)


def targets_of(row: LossRow, samples: int, units: int) -> dict[str, numpy.ndarray]:
    """Make one array for each kind of target that the loss accepts."""
    rng = numpy.random.default_rng(samples + units)
    if row.targets == "classes":
        labels = numpy.arange(samples) % units
        one_hot = numpy.eye(units)[labels]
        soft = rng.dirichlet(numpy.ones(units), size=samples)
        return {
            "labels": labels,
            "bytes": labels.astype("uint8"),
            "one-hot": one_hot,
            "one-hot integers": one_hot.astype("int64"),
            "one-hot booleans": one_hot > 0,
            "soft": soft,
        }
    if row.targets == "shares":
        hard = rng.integers(0, 2, (samples, units))
        return {
            "integers": hard,
            "booleans": hard > 0,
            "floats": 1.0 * hard,
            "soft": rng.random((samples, units)),
        }
    return {"floats": rng.normal(size=(samples, units)), "integers": rng.integers(-3, 4, (samples, units))}


CASES = {
    f"{name}, {samples} x {units}, {kind}": (row, outputs_of(samples, units), targets)
    for name, row in LOSS_ROWS.items()
    for samples in SAMPLES
    for units in units_of(row)
    for kind, targets in targets_of(row, samples, units).items()
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request):
    return request.param


@pytest.fixture(params=LOSS_ROWS.values(), ids=LOSS_ROWS.keys())
def row(request):
    return request.param


def rows_of(targets: numpy.ndarray, units: int) -> list[list[float]]:
    """Write labels as one-hot rows, and all else as it is."""
    if targets.ndim == 1:
        return [[float(k == label) for k in range(units)] for label in targets]
    return [[float(t) for t in sample] for sample in targets]


def value_of(row: LossRow, outputs: numpy.ndarray, targets: numpy.ndarray, weights=None) -> float:
    """Add up the formula, sample by sample."""
    samples, units = outputs.shape
    total = 0.0
    for i, (y, t) in enumerate(zip(outputs, rows_of(targets, units), strict=True)):
        total += (1.0 if weights is None else weights[i]) * row.formula(list(map(float, y)), t)
    return total if isinstance(row.loss, SumOfSquares) else total / samples


def gradient_of(row: LossRow, outputs: numpy.ndarray, targets: numpy.ndarray, weights=None) -> numpy.ndarray:
    return central_differences(lambda at: value_of(row, at, targets, weights), outputs)


def test_every_loss_has_a_row():
    assert set(LOSSES.values()) == {type(row.loss) for row in LOSS_ROWS.values()}
    for name, cls in LOSSES.items():
        assert type(LOSS_ROWS[name].loss) is cls


def test_value_and_gradient_are_those_of_the_formula(case):
    row, outputs, targets = case
    assert_allclose(row.loss(outputs, targets), value_of(row, outputs, targets), rtol=1e-12)
    expected = gradient_of(row, outputs, targets)
    assert_allclose(row.loss.gradient(outputs, targets), expected, rtol=1e-8, atol=1e-10)


def test_sample_weights_multiply_each_samples_loss(case):
    row, outputs, targets = case
    weights = numpy.array([0.5, 0.0, 2.0, 1.0, 3.0])[: outputs.shape[0]]
    assert_allclose(row.loss(outputs, targets, weights), value_of(row, outputs, targets, weights), rtol=1e-12)
    expected = gradient_of(row, outputs, targets, weights)
    assert_allclose(row.loss.gradient(outputs, targets, weights), expected, rtol=1e-8, atol=1e-10)


def test_value_and_gradient_are_those_of_torch(case, torch):
    row, outputs, targets = case
    weights = numpy.array([0.5, 0.0, 2.0, 1.0, 3.0])[: outputs.shape[0]]
    z = torch.asarray(outputs).requires_grad_()
    judged = torch.asarray(targets)
    if row.targets == "classes":  # PyTorch wants labels as int64, distributions in the outputs' type
        judged = judged.long() if targets.ndim == 1 else judged.to(z.dtype)
    per_sample = torch.asarray(weights) * row.torch(torch, z, judged)
    value = per_sample.sum() if isinstance(row.loss, SumOfSquares) else per_sample.mean()
    (gradient,) = torch.autograd.grad(value, z)
    assert_allclose(row.loss(outputs, targets, weights), value.detach().numpy(), rtol=1e-12)
    assert_allclose(row.loss.gradient(outputs, targets, weights), gradient.numpy(), rtol=1e-11, atol=1e-14)


def test_every_library_gives_the_same(row, lib, dtype):
    """Integer targets and weights of another precision must not lift float32 to float64."""
    units = units_of(row)[-1]
    outputs = outputs_of(5, units)
    y = lib.array(outputs)
    weights = numpy.array([0.5, 0.0, 2.0, 1.0, 3.0])
    for targets in targets_of(row, 5, units).values():
        t = lib.array(targets)
        value, gradient = row.loss.value_and_gradient(y, t, lib.array(weights))
        lib.assert_close(value, value_of(row, outputs, targets, weights))
        tolerance = {"atol": 5e-6} if dtype == "float32" else {"rtol": 1e-8, "atol": 1e-10}
        lib.assert_close(gradient, gradient_of(row, outputs, targets, weights), **tolerance)
        lib.assert_close(row.loss(y, t), value_of(row, outputs, targets))
        lib.assert_close(row.loss.gradient(y, t), gradient_of(row, outputs, targets), **tolerance)


@pytest.mark.parametrize("dtype", ["float32"])
@pytest.mark.parametrize("kind", ["float64", "int64", "bool"])
def test_weights_of_any_type_leave_the_precision_alone(row, lib, dtype, kind):
    units = units_of(row)[-1]
    outputs = outputs_of(3, units)
    targets = next(iter(targets_of(row, 3, units).values()))
    weights = numpy.array([0.0, 1.0, 1.0]).astype(kind)
    value = row.loss(lib.array(outputs), lib.array(targets), lib.array(weights, dtype=kind))
    lib.assert_close(value, value_of(row, outputs, targets, weights))
    gradient = row.loss.gradient(lib.array(outputs), lib.array(targets), lib.array(weights, dtype=kind))
    lib.assert_close(gradient, gradient_of(row, outputs, targets, weights), atol=5e-6)


@pytest.mark.parametrize("dtype", ["float32"])
def test_large_outputs_do_not_overflow(row, lib, dtype):
    """Warnings are errors, so NumPy saying "overflow" fails here as well as inf and NaN."""
    units = units_of(row)[-1]
    signs = numpy.array([[1.0] * units, [-1.0] * units, [1.0] + [-1.0] * (units - 1), [-1.0] + [1.0] * (units - 1)])
    for targets in targets_of(row, 4, units).values():
        value, gradient = row.loss.value_and_gradient(lib.array(1e4 * signs), lib.array(targets))
        lib.assert_close(value, lib.host(value))
        assert numpy.isfinite(lib.host(value))
        assert numpy.all(numpy.isfinite(lib.host(gradient)))


@pytest.mark.parametrize("name", ["softmax_cross_entropy", "binary_cross_entropy"])
def test_cross_entropies_are_exact_far_out(name):
    """A loss of 1e4, and one of 0, where the logarithm of a probability would be -inf or lost."""
    loss = LOSSES[name]()
    outputs = numpy.array([[1e4, -1e4]], dtype="float32")
    wrong, right = numpy.array([[0.0, 1.0]]), numpy.array([[1.0, 0.0]])
    assert float(loss(outputs, wrong)) == 2e4  # for softmax once 2e4, for two sigmoids twice 1e4
    assert float(loss(outputs, right)) == 0.0
    assert_allclose(loss.gradient(outputs, wrong), [[1.0, -1.0]])


def test_confident_and_right_still_costs_a_little():
    """log1p keeps e^-30, which 1 + e^-30 would lose."""
    loss = LOSSES["binary_cross_entropy"]()
    assert_allclose(loss(numpy.array([[30.0]]), numpy.array([[1.0]])), 9.357622968839737e-14, rtol=1e-12)


def test_the_mean_is_over_samples_and_the_sum_over_units():
    """Doubling the batch leaves the loss; doubling the units doubles it."""
    for name in ("squared_error", "absolute_error", "huber", "binary_cross_entropy"):
        loss = LOSSES[name]()
        y, t = outputs_of(5, 3), numpy.full((5, 3), 0.5)
        value = float(loss(y, t))
        assert_allclose(loss(numpy.concat([y, y]), numpy.concat([t, t])), value)
        assert_allclose(loss(numpy.concat([y, y], axis=1), numpy.concat([t, t], axis=1)), 2.0 * value)


def test_kinks_have_slope_zero_and_huber_is_smooth():
    y = numpy.array([[1.0]])
    assert_allclose(LOSSES["absolute_error"]().gradient(y, y), [[0.0]])
    edge = Huber(delta=0.5)
    at = numpy.array([[1.5 - 1e-9], [1.5], [1.5 + 1e-9]])
    assert_allclose(edge.gradient(at, numpy.ones((3, 1))), numpy.full((3, 1), 0.5 / 3.0))


def test_bytes_can_label_more_classes_than_a_byte_holds():
    """Class 256 is no class 0: a row of 0 ... 299 made in uint8 would wrap around."""
    outputs = numpy.zeros((2, 300))
    loss = SoftmaxCrossEntropy()
    for kind in ("uint8", "int8", "int64"):
        labels = numpy.array([0, 43], dtype=kind)
        assert_allclose(loss(outputs, labels), numpy.log(300.0))
        gradient = loss.gradient(outputs, labels)
        assert_allclose(gradient[:, 256:], 0.5 / 300.0)


def test_a_target_makes_no_gradient_of_its_own_dtype(lib, dtype):
    """Float64 targets, NumPy's default, against float32 outputs."""
    y = lib.array([[0.5], [1.0]])
    t = lib.array([[1.0], [1.0]], dtype="float64")
    for name in ("squared_error", "sum_of_squares", "absolute_error", "huber", "binary_cross_entropy"):
        value, gradient = LOSSES[name]().value_and_gradient(y, t)
        lib.assert_close(value, lib.host(value))
        lib.assert_close(gradient, lib.host(gradient))


def test_output_is_the_activation_that_makes_predictions():
    from xnn.nn import Identity, Sigmoid, Softmax

    expected = {"softmax_cross_entropy": Softmax, "binary_cross_entropy": Sigmoid}
    for name, cls in LOSSES.items():
        assert type(cls.output) is expected.get(name, Identity)


def test_a_loss_of_ones_own(lib, dtype):
    """Two methods make a loss, with checks, weights and the mean for free."""

    class Quartic(Loss):
        def forward(self, outputs, targets):
            r = outputs - targets
            return lib.xp.sum(r**4, axis=-1), r

        def backward(self, saved):
            return 4.0 * saved**3

    y, t = lib.array([[1.0, 2.0], [0.0, 1.0]]), lib.array([[0.0, 0.0], [0.0, 0.0]])
    lib.assert_close(Quartic()(y, t, lib.array([1.0, 2.0])), (1.0 + 16.0 + 2.0) / 2.0)
    lib.assert_close(Quartic().gradient(y, t), [[2.0, 16.0], [0.0, 2.0]])


@pytest.mark.libs("jax")
def test_a_step_can_be_compiled(row, lib):
    """No formula may look at a value: JAX raises where one does."""
    import jax

    units = units_of(row)[-1]
    outputs = outputs_of(5, units)
    kinds = targets_of(row, 5, units)
    for targets in (kinds["labels"], kinds["soft"]) if row.targets == "classes" else (kinds["floats"],):
        weights = numpy.ones(5)
        value, gradient = jax.jit(row.loss.value_and_gradient)(
            lib.array(outputs), lib.array(targets), lib.array(weights)
        )
        lib.assert_close(value, value_of(row, outputs, targets))
        lib.assert_close(gradient, gradient_of(row, outputs, targets), rtol=1e-8, atol=1e-10)
