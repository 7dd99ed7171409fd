"""Trees of parameters: taking apart and putting together, for any nesting."""

from typing import NamedTuple

import hypothesis.strategies as st
import numpy
import pytest
from hypothesis import given
from numpy.testing import assert_array_equal

from tests.rig import refuses
from xnn.errors import MixedArraysError, ShapeError
from xnn.nn import Dense, copied, leaves, ravel, rebuild, unravel


class State(NamedTuple):
    """Like an optimizer's: a named tuple within which trees are nested."""

    first: object
    second: object


shapes = st.lists(st.integers(0, 3), max_size=3).map(tuple)
arrays = st.builds(lambda shape, seed: numpy.random.default_rng(seed).normal(size=shape), shapes, st.integers(0, 99))
trees = st.recursive(
    arrays | st.none(),
    lambda part: (
        st.lists(part, max_size=3)
        | st.lists(part, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from("abc"), part)
        | st.builds(Dense, arrays, arrays | st.none())
        | st.builds(State, part, part)
    ),
    max_leaves=8,
)


def flat(tree) -> list:
    """Walk a tree with a stack, unlike the code under test."""
    found, stack = [], [tree]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            part = list(part.values())
        if isinstance(part, list | tuple):
            stack.extend(reversed(part))
        elif part is not None:
            found.append(part)
    return found


def same(one, other) -> bool:
    """Compare types, structure and values."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one is None or (one.shape == other.shape and numpy.array_equal(one, other))


@given(trees)
def test_leaves_come_in_order(tree):
    found = leaves(tree)
    expected = flat(tree)
    assert len(found) == len(expected)
    assert all(one is other for one, other in zip(found, expected, strict=True))


@given(trees)
def test_rebuild_undoes_leaves(tree):
    assert same(rebuild(tree, leaves(tree)), tree)
    doubled = rebuild(tree, [2.0 * leaf for leaf in leaves(tree)])
    for one, other in zip(flat(doubled), flat(tree), strict=True):
        assert_array_equal(one, 2.0 * other)


@given(trees.filter(flat))
def test_unravel_undoes_ravel(tree):
    vector = ravel(tree)
    assert_array_equal(vector, [number for leaf in flat(tree) for number in leaf.ravel().tolist()])
    assert same(unravel(vector, tree), tree)


@given(trees)
def test_copies_share_no_memory(tree):
    copies = copied(tree)
    assert same(copies, tree)
    for one, other in zip(flat(copies), flat(tree), strict=True):
        assert not numpy.shares_memory(one, other)


PARAMS = [
    Dense(numpy.array([[1.0, 2.0], [3.0, 4.0]]), numpy.array([5.0, 6.0])),
    Dense(numpy.array([[7.0], [8.0]]), None),
]


def test_on_every_library(lib, dtype):
    params = lib.tree(PARAMS)
    vector = ravel(params)
    lib.assert_close(vector, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    again = unravel(vector, params)
    assert again[1].b is None
    for one, other in zip(leaves(again), leaves(PARAMS), strict=True):
        lib.assert_close(one, other)
    for one, other in zip(leaves(copied(params)), leaves(PARAMS), strict=True):
        one += 1.0  # a copy may be written to, even where its original may not
        lib.assert_close(one, other + 1.0)
    lib.assert_close(params[0].W, PARAMS[0].W)


@pytest.mark.parametrize("length", [0, 7, 9])
def test_a_vector_of_another_length_is_refused(length):
    with refuses(ShapeError, "vector", "(8,)", f"({length},)"):
        unravel(numpy.zeros(length), PARAMS)


def test_a_matrix_is_no_vector():
    with refuses(ShapeError, "vector", "(8,)", "(8, 1)"):
        unravel(numpy.zeros((8, 1)), PARAMS)


@pytest.mark.parametrize("count", [0, 2, 4])
def test_rebuild_takes_one_value_a_leaf(count):
    with refuses(ShapeError, "values", "3", str(count)):
        rebuild(PARAMS, [numpy.zeros(1)] * count)


def test_a_list_is_no_vector():
    with refuses(MixedArraysError, "list", "convert"):
        unravel([1.0] * 8, PARAMS)
