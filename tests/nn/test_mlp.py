"""The network: shapes, outputs and gradients for any architecture, dropout, and the same weights everywhere."""

from math import sqrt

import hypothesis.strategies as st
import numpy
import pytest
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal

from tests.nn.rows import ACTIVATION_ROWS, LOSS_ROWS
from tests.rig import central_differences
from xnn.nn import (
    ACTIVATIONS,
    LOSSES,
    MLP,
    Dense,
    Penalty,
    dense,
    dense_backward,
    dense_backward_input,
    dropout,
    dropout_backward,
    dropout_mask,
    ravel,
    unravel,
)

SMOOTH = [name for name in ACTIVATIONS if not ACTIVATION_ROWS[name].kinked]


def outputs_of(mlp: MLP, rows: tuple[str, str], params: list[Dense], x: numpy.ndarray, masks=None) -> numpy.ndarray:
    """Compute a network's outputs by plain loops over samples, layers, units and inputs."""
    hidden, output = (ACTIVATION_ROWS[name].formula for name in rows)
    results = []
    for i, sample in enumerate(x):
        values = [float(v) for v in sample]
        for number, (W, b) in enumerate(params):
            z = [
                sum(values[j] * float(W[j, k]) for j in range(W.shape[0])) + (0.0 if b is None else float(b[k]))
                for k in range(W.shape[1])
            ]
            last = number == len(params) - 1
            values = (output if last else hidden)(z)
            if masks is not None and not last:
                values = [v * float(masks[number][i, k]) for k, v in enumerate(values)]
        results.append(values)
    return numpy.array(results)


def drawn(mlp: MLP, seed: int) -> list[Dense]:
    """Draw parameters, biases too, unlike ``init``, which leaves those at 0 and so untested."""
    rng = numpy.random.default_rng(seed)
    return [
        Dense(rng.normal(size=shape) / sqrt(shape[0]), 0.5 * rng.normal(size=shape[1]) if mlp.bias else None)
        for shape in zip(mlp.sizes, mlp.sizes[1:], strict=False)
    ]


@st.composite
def networks(draw, activations=tuple(ACTIVATIONS)):
    """A network, the names of its activations, parameters, inputs, and dropout masks or None."""
    sizes = draw(st.lists(st.integers(1, 7), min_size=2, max_size=5))
    names = draw(st.sampled_from(activations)), draw(st.sampled_from(activations))
    rate = draw(st.sampled_from([0.0, 0.3, 0.7]))
    mlp = MLP(sizes, activation=names[0], output=names[1], bias=draw(st.booleans()), dropout=rate)
    seed = draw(st.integers(0, 1000))
    rng = numpy.random.default_rng(seed)
    samples = draw(st.integers(1, 6))
    masks = mlp.masks(rng, samples) if rate else None
    return mlp, names, drawn(mlp, seed), rng.normal(size=(samples, sizes[0])), masks


@given(networks())
def test_outputs_are_those_of_plain_loops(network):
    mlp, names, params, x, masks = network
    outputs, traces = mlp.forward(params, x, masks)
    assert outputs.shape == (x.shape[0], mlp.sizes[-1])
    assert len(traces) == len(params)
    assert_allclose(outputs, outputs_of(mlp, names, params, x, masks), rtol=1e-10, atol=1e-12)
    assert_allclose(mlp(params, x), outputs_of(mlp, names, params, x), rtol=1e-10, atol=1e-12)


@given(networks(activations=tuple(SMOOTH)))
def test_gradients_are_the_derivatives_of_the_outputs(network):
    mlp, _, params, x, masks = network
    dy = numpy.random.default_rng(0).normal(size=(x.shape[0], mlp.sizes[-1]))
    _, traces = mlp.forward(params, x, masks)
    gradients = mlp.backward(params, traces, dy)
    assert [layer.W.shape for layer in gradients] == [layer.W.shape for layer in params]
    assert [layer.b is None for layer in gradients] == [not mlp.bias] * len(params)

    def value(vector: numpy.ndarray) -> float:
        return numpy.sum(dy * mlp.forward(unravel(vector, params), x, masks)[0])

    expected = central_differences(value, ravel(params), step=1e-3)
    assert_allclose(ravel(gradients), expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("loss", LOSS_ROWS)
@pytest.mark.parametrize("bias", [True, False])
def test_gradients_with_every_loss_and_a_penalty(loss, bias):
    """What training follows: the mean loss over the samples plus the penalty, down to every weight and bias."""
    row = LOSS_ROWS[loss]
    mlp = MLP((4, 5, 3), activation="tanh", bias=bias)
    params = drawn(mlp, seed=3)
    rng = numpy.random.default_rng(1)
    x = rng.normal(size=(6, 4))
    t = {"classes": rng.integers(0, 3, 6), "shares": rng.random((6, 3)), "numbers": rng.normal(size=(6, 3))}
    penalty = Penalty(l1=0.01, l2=0.1)

    def value(vector: numpy.ndarray) -> float:
        at = unravel(vector, params)
        return float(row.loss(mlp(at, x), t[row.targets]) + penalty(at))

    outputs, traces = mlp.forward(params, x)
    gradients = mlp.backward(params, traces, row.loss.gradient(outputs, t[row.targets]))
    total = penalty.add_gradient(params, gradients)
    assert_allclose(ravel(total), central_differences(value, ravel(params)), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("place", ["activation", "output"])
def test_gradients_with_every_activation(name, place):
    """The kinked ones too: no pre-activation of this network lies within a step of 0."""
    mlp = MLP((3, 5, 4, 3), **{"activation": "tanh", place: name})
    params = drawn(mlp, seed=5)
    rng = numpy.random.default_rng(2)
    x, dy = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    traces = mlp.forward(params, x)[1]
    assert min(numpy.abs(trace.z).min() for trace in traces) > 1e-3
    expected = central_differences(
        lambda vector: numpy.sum(dy * mlp(unravel(vector, params), x)), ravel(params), step=2e-5
    )
    assert_allclose(ravel(mlp.backward(params, traces, dy)), expected, rtol=1e-7, atol=1e-8)


def test_value_and_gradients_are_those_of_torch(torch):
    """The whole of a training step's mathematics against autograd."""
    mlp = MLP((4, 6, 5, 3), activation="gelu")
    params = drawn(mlp, seed=7)
    rng = numpy.random.default_rng(0)
    x, labels = rng.normal(size=(5, 4)), rng.integers(0, 3, 5)
    theirs = [Dense(*(torch.asarray(a).requires_grad_() for a in layer)) for layer in params]
    h = torch.asarray(x)
    for number, (W, b) in enumerate(theirs):
        h = h @ W + b
        h = torch.nn.functional.gelu(h) if number < 2 else h
    value = torch.nn.functional.cross_entropy(h, torch.asarray(labels))
    expected = torch.autograd.grad(value, [array for layer in theirs for array in layer])
    loss = LOSSES["softmax_cross_entropy"]()
    outputs, traces = mlp.forward(params, x)
    assert_allclose(loss(outputs, labels), value.detach().numpy(), rtol=1e-12)
    gradients = mlp.backward(params, traces, loss.gradient(outputs, labels))
    for ours, judged in zip([array for layer in gradients for array in layer], expected, strict=True):
        assert_allclose(ours, judged.numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("bias", [True, False])
def test_every_library_gives_the_same(lib, dtype, bias):
    """Forward and backward, with dropout, on NumPy's read-only memory too: what is given is never written to."""
    mlp = MLP((3, 5, 4, 2), activation="silu", output="softmax", bias=bias, dropout=0.4)
    params = drawn(mlp, seed=11)
    rng = numpy.random.default_rng(3)
    x, dy, masks = rng.normal(size=(6, 3)), rng.normal(size=(6, 2)), mlp.masks(rng, 6)
    here = lib.tree(params)
    given_x, given_dy, given_masks = lib.array(x), lib.array(dy), [lib.array(mask) for mask in masks]

    outputs, traces = mlp.forward(here, given_x, given_masks)
    gradients = mlp.backward(here, traces, given_dy)
    lib.assert_close(outputs, outputs_of(mlp, ("silu", "softmax"), params, x, masks))
    expected = unravel(
        central_differences(lambda v: numpy.sum(dy * mlp.forward(unravel(v, params), x, masks)[0]), ravel(params)),
        params,
    )
    tolerance = {"atol": 5e-6} if dtype == "float32" else {"rtol": 1e-8, "atol": 1e-9}
    for layer, slope in zip(gradients, expected, strict=True):
        lib.assert_close(layer.W, slope.W, **tolerance)
        if bias:
            lib.assert_close(layer.b, slope.b, **tolerance)

    lib.assert_close(given_x, x.astype(dtype), rtol=0, atol=0)
    lib.assert_close(given_dy, dy.astype(dtype), rtol=0, atol=0)
    for layer, before in zip(here, params, strict=True):
        lib.assert_close(layer.W, before.W.astype(dtype), rtol=0, atol=0)
        if bias:
            lib.assert_close(layer.b, before.b.astype(dtype), rtol=0, atol=0)


@pytest.mark.libs("jax")
def test_a_step_can_be_compiled(lib):
    """No part may look at a value: JAX raises where one does."""
    import jax

    mlp = MLP((3, 4, 2), activation="gelu", dropout=0.5)
    loss = LOSSES["softmax_cross_entropy"](label_smoothing=0.1)
    penalty = Penalty(l1=0.1, l2=0.1)

    def step(params, masks, x, labels):
        outputs, traces = mlp.forward(params, x, masks)
        value, d_outputs = loss.value_and_gradient(outputs, labels)
        gradients = penalty.add_gradient(params, mlp.backward(params, traces, d_outputs))
        return value + penalty(params), gradients

    rng = numpy.random.default_rng(0)
    params = lib.tree(drawn(mlp, seed=1))
    masks = [lib.array(mask) for mask in mlp.masks(rng, 5)]
    x, labels = lib.array(rng.normal(size=(5, 3))), lib.array(rng.integers(0, 2, 5))
    value, gradients = jax.jit(step)(params, masks, x, labels)
    plain_value, plain_gradients = step(params, masks, x, labels)
    lib.assert_close(value, lib.host(plain_value))
    lib.assert_close(ravel(gradients), lib.host(ravel(plain_gradients)))


# --- dense ---------------------------------------------------------------------------------------------------------


def test_dense_by_hand(lib, dtype):
    layer = Dense(lib.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), lib.array([0.1, 0.2, 0.3]))
    x = lib.array([[1.0, 10.0], [2.0, -1.0]])
    dz = lib.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.5]])
    lib.assert_close(
        dense(x, layer), [[41.1, 52.2, 63.3], [-1.9, -0.8, 0.3]], atol=1e-5 if dtype == "float32" else 1e-12
    )
    backward = dense_backward(dz, x, layer)
    lib.assert_close(backward.W, [[5.0, 2.0, 0.0], [8.0, -1.0, -10.5]])
    lib.assert_close(backward.b, [3.0, 1.0, -0.5])
    lib.assert_close(dense_backward_input(dz, layer), [[-2.0, -2.0], [5.5, 16.0]])
    assert dense_backward(dz, x, Dense(layer.W, None)).b is None


# --- dropout -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_mask_silences_the_rate_and_keeps_the_mean(rate):
    mask = dropout_mask(numpy.random.default_rng(0), (200, 500), rate)
    entries = mask.size
    assert mask.shape == (200, 500)
    assert mask.dtype == numpy.float32
    kept = float(numpy.float32(1.0 / (1.0 - rate)))
    assert set(mask.ravel().tolist()) == ({kept} if rate == 0.0 else {0.0, kept})
    deviation = 5.0 * sqrt(rate * (1.0 - rate) / entries)
    assert abs((mask == 0.0).mean() - rate) <= deviation
    assert_allclose(mask.mean(dtype="float64"), 1.0, atol=deviation / (1.0 - rate) + 1e-6)
    for axis in (0, 1):  # no row and no column is silenced as one
        assert (mask == 0.0).mean(axis=axis).max() <= rate + 6.0 * sqrt(rate * (1.0 - rate) / 200.0)


def test_masks_are_one_a_hidden_layer_each_drawn_afresh():
    mlp = MLP((3, 50, 50, 2), dropout=0.5)
    first, second = mlp.masks(numpy.random.default_rng(0), 4)
    assert first.shape == second.shape == (4, 50)
    assert not numpy.array_equal(first, second)
    again = mlp.masks(numpy.random.default_rng(0), 4)
    assert_array_equal(again[0], first)
    assert_array_equal(again[1], second)
    assert MLP((3, 2), dropout=0.5).masks(numpy.random.default_rng(0), 4) == []


def test_dropout_and_its_derivative(lib, dtype):
    x, mask = lib.array([[1.0, -2.0, 3.0]]), lib.array([[2.0, 0.0, 2.0]])
    lib.assert_close(dropout(x, mask), [[2.0, 0.0, 6.0]])
    lib.assert_close(dropout_backward(x, mask), [[2.0, 0.0, 6.0]])


# --- init ----------------------------------------------------------------------------------------------------------


def test_init_gives_the_same_weights_everywhere(lib, dtype):
    """Bit for bit: drawn on the host, layer after layer, and moved."""
    mlp = MLP((4, 6, 3), activation="relu", output="softmax")
    rng = numpy.random.default_rng(42)
    expected = [
        rng.normal(0.0, sqrt(2.0 / 6), (4, 6)),  # He for ReLU, by the larger side
        rng.uniform(-sqrt(6.0 / 9), sqrt(6.0 / 9), (6, 3)),  # Glorot for what is no ReLU
    ]
    device = lib.place.backend.device_name(lib.place.device)
    params = mlp.init(42, backend=lib.name, device=device, dtype=dtype)
    for layer, W in zip(params, expected, strict=True):
        lib.assert_close(layer.W, W.astype(dtype), rtol=0, atol=0)
        lib.assert_close(layer.b, numpy.zeros(W.shape[1]), rtol=0, atol=0)


def test_init_at_draws_on_from_a_generator(lib):
    mlp = MLP((4, 3), bias=False)
    rng = numpy.random.default_rng(1)
    first, second = mlp.init_at(lib.place, rng), mlp.init_at(lib.place, rng)
    assert first[0].b is None
    assert not numpy.array_equal(lib.host(first[0].W), lib.host(second[0].W))


def test_init_takes_names_functions_seeds_and_generators():
    mlp = MLP((4, 3))
    named = mlp.init(0, "lecun_normal")
    assert_array_equal(named[0].W, mlp.init(numpy.random.default_rng(0), "lecun_normal")[0].W)
    assert not numpy.array_equal(named[0].W, mlp.init(0, "he_normal")[0].W)
    ones = mlp.init(0, lambda rng, shape: numpy.ones(shape))
    assert_array_equal(ones[0].W, numpy.ones((4, 3)))
    assert ones[0].W.dtype == numpy.float32


def test_it_says_what_it_is():
    mlp = MLP((2, numpy.int64(3), 1), activation=ACTIVATIONS["elu"](alpha=0.5), output="sigmoid", dropout=0.2)
    assert repr(mlp) == ("MLP((2, 3, 1), activation=ELU(alpha=0.5), output=Sigmoid(), bias=True, dropout=0.2)")
    assert all(type(n) is int for n in mlp.sizes)
