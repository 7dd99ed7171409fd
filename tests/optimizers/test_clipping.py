"""Clipping against PyTorch's, on every library."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.rig import refuses
from xnn.errors import OptionError
from xnn.nn import Dense, leaves
from xnn.optimizers import clip_by_norm, clip_by_value, global_norm

rng = numpy.random.default_rng(5)
GRADIENTS = [Dense(rng.normal(size=(4, 3)), rng.normal(size=3)), Dense(rng.normal(size=(3, 1)), None)]


def clipped_by_torch(torch, function, limit):
    tensors = [torch.tensor(g) for g in leaves(GRADIENTS)]
    for tensor in tensors:
        tensor.grad = tensor.clone()
    getattr(torch.nn.utils, function)(tensors, limit)
    return [tensor.grad.numpy() for tensor in tensors]


@pytest.mark.parametrize("limit", [0.3, 3.0, 1e3])
@pytest.mark.parametrize(
    ("clip", "name", "rtol"),
    # torch adds 1e-6 to the norm
    [(clip_by_norm, "clip_grad_norm_", 1e-5), (clip_by_value, "clip_grad_value_", 1e-14)],
)
def test_as_torch(lib, torch, clip, name, limit, rtol):
    ours = clip(lib.tree(GRADIENTS), limit)
    assert isinstance(ours[0], Dense)
    assert ours[1].b is None
    for g, expected in zip(leaves(ours), clipped_by_torch(torch, name, limit), strict=True):
        lib.assert_close(g, expected, rtol=rtol)


def test_norm_is_that_of_all_entries(lib, dtype):
    squares = 0.0
    for array in leaves(GRADIENTS):
        for entry in array.ravel():
            squares += float(entry) ** 2
    lib.assert_close(global_norm(lib.tree(GRADIENTS)), squares**0.5)


@given(arrays("float64", (3, 2), elements=st.floats(-1e6, 1e6)), st.floats(1e-3, 1e3))
def test_norm_is_at_most_the_limit_and_the_direction_stays(g, limit):
    (ours,) = clip_by_norm([g], limit)
    length, before = float(numpy.sqrt((ours**2).sum())), float(numpy.sqrt((g**2).sum()))
    assert length <= limit * (1 + 1e-12)
    if before <= limit:
        numpy.testing.assert_allclose(ours, g, rtol=1e-12)
    else:
        numpy.testing.assert_allclose(ours * before, g * length, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize(("clip", "name"), [(clip_by_norm, "max_norm"), (clip_by_value, "max_value")])
@pytest.mark.parametrize("limit", [0.0, -1.0, float("inf"), float("nan")])
def test_limits_must_be_positive(clip, name, limit):
    with refuses(OptionError, name, str(limit)):
        clip(GRADIENTS, limit)
