"""Programs with one size more."""

import numpy as np
import pytest

from xnn.gradcheck.program.calls import Program
from xnn.gradcheck.program.grown import grown, sizes

pytestmark = pytest.mark.host
RNG = np.random.default_rng(0)


def loss(p, X, y):
    return float(np.sum((np.tanh(X @ p["W"] + p["b"]) @ p["V"])[np.arange(len(y)), y]))


def program(n=5, k=3, h=4, c=2):
    params = {"W": RNG.normal(size=(k, h)), "b": np.zeros(h), "V": RNG.normal(size=(h, c))}
    return Program(loss, None, params, (RNG.normal(size=(n, k)), np.arange(n) % c))


def test_each_size_grows_everywhere_at_once():
    small = program()
    assert sizes(small) == [2, 3, 4, 5]
    shapes = {
        size: [leaf.shape for leaf in larger.leaves] + [x.shape for x in larger.data] for size, larger in grown(small)
    }
    assert shapes == {
        2: [(3, 4), (4,), (4, 3), (5, 3), (5,)],
        3: [(4, 4), (4,), (4, 2), (5, 4), (5,)],
        4: [(3, 5), (5,), (5, 2), (5, 3), (5,)],
        5: [(3, 4), (4,), (4, 2), (6, 3), (6,)],
    }


def test_labels_stay_labels_and_nothing_given_is_changed():
    small = program()
    before = [x.copy() for x in small.data]
    for _, larger in grown(small):
        assert larger.data[1].dtype.kind == "i"
        assert set(larger.data[1]) <= {0, 1}
        assert np.isfinite(larger.loss_at(larger.theta))
    for x, kept in zip(small.data, before, strict=True):
        np.testing.assert_array_equal(x, kept)


def test_a_size_that_stands_in_the_text_cannot_grow():
    def fixed(p, X):
        return float(np.sum(X @ p.reshape(4, 3)))

    found = dict(grown(Program(fixed, None, RNG.normal(size=12), (RNG.normal(size=(5, 4)),))))
    assert list(found) == [5]


def test_lists_of_samples_grow():
    def total(w, xs, ys):
        return float(sum((x @ w - y) ** 2 for x, y in zip(xs, ys, strict=True)))

    small = Program(total, None, np.ones(2), ([np.array([1.0, 2.5]), np.array([0.5, 1.0]), np.ones(2)], [1, 0, 1]))
    lengths = {
        size: (len(larger.data[0]), len(larger.data[1]), larger.leaves[0].shape) for size, larger in grown(small)
    }
    assert lengths == {2: (3, 3, (3,)), 3: (4, 4, (2,))}


def test_the_samples_grow_alone_where_their_number_is_another_size_too_that_cannot():
    """Four pictures of height 4: pictures of height 5 cannot be pooled in pairs."""

    def pooled(w, X):
        return float(np.sum(X.reshape(len(X), -1, 2).mean(axis=2) @ w))

    found = dict(grown(Program(pooled, None, np.ones(2), (RNG.normal(size=(4, 4)),))))
    assert found[4].data[0].shape == (5, 4)
