import math

import numpy as np
import pytest

from xnn.datasets import circle, gaussians, spiral, xor
from xnn.errors import OptionError

pytestmark = pytest.mark.host

ALL = [xor, circle, gaussians, spiral]


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize("n", [1, 2, 7, 500])
@pytest.mark.parametrize("noise", [0, 0.5])
def test_shapes_dtypes_and_seed(draw, n, noise):
    X, y = draw(n, noise, seed=3)
    assert X.shape == (n, 2) and X.dtype == np.float32
    assert y.shape == (n,) and y.dtype == np.int64
    assert set(y.tolist()) <= {0, 1}
    again, other = draw(n, noise, seed=3), draw(n, noise, seed=4)
    np.testing.assert_array_equal(again.X, X)
    np.testing.assert_array_equal(again.y, y)
    if n == 500:
        assert not np.array_equal(other.X, X)


@pytest.mark.parametrize("draw", [circle, gaussians, spiral])
def test_halves_are_equal_and_shuffled(draw):
    y = draw(501).y.tolist()
    assert sum(y) == 251
    assert 0 < sum(y[:50]) < 50 and 0 < sum(y[-50:]) < 50


def test_clean_circle():
    X, y = circle(2000)
    radii = {0: [], 1: []}
    for (a, b), label in zip(X.tolist(), y.tolist(), strict=True):
        radii[label].append(math.hypot(a, b))
    assert max(radii[1]) < 2.5
    assert min(radii[0]) > 3.499 and max(radii[0]) < 5.001
    # the distance, not the area, is uniform: its mean lies in the middle, with a standard error below 0.025
    assert abs(sum(radii[1]) / len(radii[1]) - 1.25) < 0.1
    assert abs(sum(radii[0]) / len(radii[0]) - 4.25) < 0.1


def test_noisy_circle_relabels_but_stays():
    X, y = circle(4000, noise=0.2)
    clean = [1 if math.hypot(a, b) < 2.5 else 0 for a, b in X.tolist()]
    radius = [math.hypot(a, b) for a, b in X.tolist()]
    flipped = [r for r, label, was in zip(radius, y.tolist(), clean, strict=True) if label != was]
    assert 0.02 < len(flipped) / 4000 < 0.3
    reach = 0.2 * 5 * math.sqrt(2)
    assert all(abs(r - 2.5) <= reach + 1e-5 for r in flipped)
    assert all(r < 2.5001 or r > 3.4999 for r in radius)  # the gap of the clean set


def test_clean_xor():
    X, y = xor(2000)
    for (a, b), label in zip(X.tolist(), y.tolist(), strict=True):
        assert abs(a) + 1e-6 >= 0.3 and abs(a) <= 5.3001 and abs(b) + 1e-6 >= 0.3 and abs(b) <= 5.3001
        assert label == (1 if a * b >= 0 else 0)
    assert 0.45 < y.mean() < 0.55


def test_noisy_xor_relabels_near_an_axis_only():
    X, y = xor(4000, noise=0.1)
    far = np.abs(X).min(axis=1) > 0.5
    np.testing.assert_array_equal(y[far], (X[far, 0] * X[far, 1] >= 0).astype(np.int64))
    assert (y[~far] != (X[~far, 0] * X[~far, 1] >= 0)).any()
    assert np.abs(X).min() >= 0.2999


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_gaussians(noise, variance):
    X, y = gaussians(40000, noise)
    for label, centre in ((1, 2.0), (0, -2.0)):
        cloud = X[y == label].astype(np.float64)
        assert cloud.shape[0] == 20000
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=5 * math.sqrt(variance / 20000))
        np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=0.06)
        assert abs(np.corrcoef(cloud.T)[0, 1]) < 0.04


def playground_spiral(n):
    """The playground's own loop, without noise."""
    points = []
    half = n / 2
    for label, shift in ((1, 0.0), (0, math.pi)):
        for i in range(n // 2):
            r = i / half * 5
            t = 1.75 * i / half * 2 * math.pi + shift
            points.append((label, r * math.sin(t), r * math.cos(t)))
    return sorted(points)


def test_spiral():
    X, y = spiral(300)
    drawn = sorted((label, a, b) for (a, b), label in zip(X.tolist(), y.tolist(), strict=True))
    for label in (0, 1):
        expected = np.array([p[1:] for p in playground_spiral(300) if p[0] == label])
        found = np.array([p[1:] for p in drawn if p[0] == label])
        distance = np.abs(expected[:, None] - found[None]).max(axis=2)
        assert distance.min(axis=1).max() < 1e-5 and distance.min(axis=0).max() < 1e-5


def test_noisy_spiral_moves_each_coordinate_by_at_most_the_noise():
    X, y = spiral(300, noise=0.3)
    for label in (0, 1):
        arm = np.array([p[1:] for p in playground_spiral(300) if p[0] == label])
        distance = np.abs(X[y == label][:, None] - arm[None]).max(axis=2).min(axis=1)
        assert 0.02 < distance.max() <= 0.3 + 1e-6


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": 0}, "n must be a whole number of at least 1, not 0"),
        ({"n": 2.5}, "n must be a whole number of at least 1, not 2.5"),
        ({"n": "many"}, "n must be a whole number of at least 1, not 'many'"),
        ({"n": True}, "n must be a whole number"),
        ({"noise": -0.1}, "noise must be a number from 0 to 0.5, not -0.1"),
        ({"noise": 0.51}, "noise must be a number from 0 to 0.5, not 0.51"),
        ({"noise": float("nan")}, "noise must be a number from 0 to 0.5, not nan"),
        ({"noise": "0.1"}, "noise must be a number from 0 to 0.5, not '0.1'"),
        ({"noise": None}, "noise must be a number from 0 to 0.5, not None"),
        ({"seed": -1}, "seed must be a whole number of at least 0, not -1"),
        ({"seed": None}, "seed must be a whole number of at least 0, not None"),
    ],
)
def test_arguments(draw, arguments, words):
    with pytest.raises(OptionError) as caught:
        draw(**arguments)
    assert words in str(caught.value)
