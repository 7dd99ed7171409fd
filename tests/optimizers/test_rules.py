"""Optimizers: every rule against plain numbers and PyTorch, on every library; pure, and of use."""

import pickle
from copy import copy
from dataclasses import dataclass

import numpy
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.optimizers.rows import RATE, ROWS, STEPS, gradients_at, start, steps_of
from tests.rig import refuses
from xnn.errors import OptionError, ShapeError
from xnn.nn import Dense, copied, leaves
from xnn.optimizers import OPTIMIZERS, SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp, State
from xnn.optimizers.base import elementwise


@pytest.fixture(params=ROWS.values(), ids=ROWS.keys())
def row(request):
    return request.param


def host(lib, tree):
    """Parameters as host arrays of float64."""
    return [Dense(*[None if p is None else lib.host(p).astype("float64") for p in layer]) for layer in tree]


def assert_tree_close(lib, actual, expected, **tolerances):
    for a, e in zip(leaves(actual), expected, strict=True):
        lib.assert_close(a, e, **tolerances)


def test_every_optimizer_has_a_row():
    assert set(OPTIMIZERS.values()) == {type(row.optimizer) for row in ROWS.values()}
    for name, cls in OPTIMIZERS.items():
        assert type(ROWS[name].optimizer) is cls


def test_steps_are_the_formula(row, lib, dtype):
    """Each one, the first too: Adam's correction for its start at 0 is largest there."""
    params, state = lib.tree(start()), row.optimizer.init(lib.tree(start()))
    for expected in steps_of(row):
        gradients = lib.tree(gradients_at(host(lib, params)))
        params, state = row.optimizer.update(params, gradients, state, RATE)
        assert_tree_close(lib, params, expected, **({"rtol": 1e-4, "atol": 1e-5} if dtype == "float32" else {}))


def test_compiled_steps_are_the_formula(row, lib, dtype):
    """As the training loop has them: compiled, and the count of steps and the rate arrays where they are traced."""
    step = lib.place.backend.compile(row.optimizer.update)
    params, state = lib.tree(start()), row.optimizer.init(lib.tree(start()))
    for expected in steps_of(row)[:4]:
        gradients = lib.tree(gradients_at(host(lib, params)))
        params, state = step(params, gradients, state, RATE)
        assert_tree_close(lib, params, expected, **({"rtol": 1e-5, "atol": 1e-6} if dtype == "float32" else {}))
    assert int(state.step) == 4


def test_steps_are_those_of_torch(row, torch):
    if row.torch is None:
        pytest.skip("PyTorch has no such rule; the plain formula is the judge")
    tensors = [torch.tensor(p, requires_grad=True) for p in leaves(start())]
    judge = row.torch(torch, tensors)
    params, state = start(), row.optimizer.init(start())
    for _ in range(STEPS):
        gradients = gradients_at(params)
        params, state = row.optimizer.update(params, gradients, state, RATE)
        for tensor, g in zip(tensors, leaves(gradients), strict=True):
            tensor.grad = torch.tensor(g)
        judge.step()
        for p, tensor in zip(leaves(params), tensors, strict=True):
            assert_allclose(p, tensor.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_nothing_passed_in_is_changed(row, lib):
    params = lib.tree(start())
    gradients = lib.tree(gradients_at(start()))
    _, state = row.optimizer.update(params, gradients, row.optimizer.init(params), RATE)
    before = [lib.host(a) for a in leaves([params, gradients, state.slots])]
    if lib.name == "numpy":
        for array in leaves(state.slots):
            array.flags.writeable = False
    row.optimizer.update(params, gradients, state, RATE)
    for array, was in zip(leaves([params, gradients, state.slots]), before, strict=True):
        assert_array_equal(lib.host(array), was)


def test_donated_memory_gives_the_same_bits(row, lib):
    gradients = lib.tree(gradients_at(start()))
    kept = given = copied(lib.tree(start()))
    kept_state, given_state = row.optimizer.init(kept), row.optimizer.init(given)
    given = copied(given)
    for _ in range(3):
        kept, kept_state = row.optimizer.update(kept, gradients, kept_state, RATE)
        given, given_state = row.optimizer.update(given, copied(gradients), given_state, RATE, donate=True)
    for a, b in zip(leaves([kept, kept_state]), leaves([given, given_state]), strict=True):
        if isinstance(a, int):
            assert a == b == 3
        else:
            assert_array_equal(lib.host(a), lib.host(b))


def test_donated_memory_is_reused(row):
    params = start()
    moved, _ = row.optimizer.update(params, gradients_at(params), row.optimizer.init(params), RATE, donate=True)
    for p, q in zip(leaves(params), leaves(moved), strict=True):
        assert p is q


def test_a_big_array_is_updated_as_its_parts_are(row, lib):
    """Some libraries take it in pieces, some with a kernel of their own."""
    rng = numpy.random.default_rng(0)
    big = rng.normal(size=(3000, 70))  # 3 pieces and a bit, cut between rows
    gradients = [rng.normal(size=big.shape) for _ in range(2)]

    def after_two(part):
        params = lib.tree([Dense(big[part], None)])
        state = row.optimizer.init(params)
        for g in gradients:
            params, state = row.optimizer.update(params, lib.tree([Dense(g[part], None)]), state, RATE)
        return [lib.host(a) for a in leaves([params, state.slots])]

    whole, parts = after_two(slice(None)), [after_two(slice(i, i + 300)) for i in range(0, 3000, 300)]
    for i, array in enumerate(whole):
        assert_allclose(array, numpy.concatenate([part[i] for part in parts]), rtol=1e-13, atol=1e-15)


def test_a_strangers_rule_is_given_whole_arrays():
    class Normalized(SGD):
        """Steps of length `rate`: of the array's norm, which no piece knows."""

        def rule(self, p, g, *slots, rate, t):
            return (p - rate * g / numpy.linalg.norm(g),)

    big = numpy.ones((3000, 70))
    moved, _ = Normalized().update([big], [big], Normalized().init([big]), 0.5)
    assert_allclose(numpy.linalg.norm(moved[0] - big), 0.5, rtol=1e-12)


def test_a_rule_may_return_new_arrays():
    """The pieces that come back are put where the old ones were."""
    big, other = numpy.full((3000, 70), 2.0), numpy.full((3000, 70), 3.0)

    class Mean(SGD):
        @elementwise()
        def rule(self, p, g, *slots, rate, t):
            return ((p + g) / 2,)

    moved, _ = Mean().update([big], [other], Mean().init([big]), 0.5)
    assert_array_equal(moved[0], numpy.full((3000, 70), 2.5))


def test_state_starts_at_zero_and_counts(row, lib):
    params = lib.tree(start())
    state = row.optimizer.init(params)
    assert isinstance(state, State)
    assert state.step == 0
    assert len(state.slots) == len(row.optimizer.slots)
    for slot in state.slots:
        assert_tree_close(lib, slot, [numpy.zeros(p.shape) for p in leaves(start())])
    for t in (1, 2):
        params, state = row.optimizer.update(params, lib.tree(gradients_at(start())), state, RATE)
        assert state.step == t


@pytest.mark.parametrize("tree", [[1.0], {"a": [1.0, 2.0], "b": ([3.0],)}], ids=["list", "dict"])
def test_any_nesting_keeps_its_structure(row, tree):
    def arrays(part):
        if isinstance(part, dict):
            return {key: arrays(value) for key, value in part.items()}
        return type(part)(map(arrays, part)) if isinstance(part, (list, tuple)) else numpy.array([part])

    params = arrays(tree)
    moved, _ = row.optimizer.update(params, params, row.optimizer.init(params), RATE)
    assert str(type(moved)) == str(type(params))
    assert [float(p[0]) for p in leaves(moved)] != leaves(tree)
    if isinstance(tree, dict):
        assert list(moved) == ["a", "b"]
        assert isinstance(moved["b"], tuple)


def test_adamw_decays_matrices_alone_unless_told_otherwise():
    params = start()
    still = [Dense(numpy.zeros((3, 2)), numpy.zeros(2)), Dense(numpy.zeros((2, 1)), None)]
    for biases in (False, True):
        rule = AdamW(weight_decay=0.5, biases=biases)
        moved, _ = rule.update(params, still, rule.init(params), 0.1)
        assert_allclose(moved[0].W, 0.95 * params[0].W, rtol=1e-15)
        assert_allclose(moved[0].b, (0.95 if biases else 1.0) * params[0].b, rtol=1e-15)


# Problems with their minimum: gradient, start, minimum.
PROBLEMS = {
    "quadratic": (lambda p: 2.0 * (p - numpy.array([1.0, -2.0])), [0.0, 0.0], [1.0, -2.0]),
    "ill-conditioned": (lambda p: numpy.array([0.1, 5.0]) * (p - 0.5), [-1.0, 1.5], [0.5, 0.5]),
    # (1 - a)^2 + 4 (b - a^2)^2: Rosenbrock's valley, less deep
    "valley": (
        lambda p: numpy.array([-2.0 * (1.0 - p[0]) - 16.0 * p[0] * (p[1] - p[0] ** 2), 8.0 * (p[1] - p[0] ** 2)]),
        [-0.5, 0.5],
        [1.0, 1.0],
    ),
}
RATES = {"sgd": 0.03, "momentum": 0.01, "nesterov": 0.01, "adagrad": 0.5, "rmsprop": 0.02, "adam": 0.05, "adamw": 0.05}


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS.keys())
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_minimum_is_reached(name, problem):
    gradient, first, minimum = problem
    rule = OPTIMIZERS[name]()
    params = [numpy.array(first)]
    state = rule.init(params)
    for t in range(3000):
        rate = RATES[name] * (0.998**t if name in ("rmsprop", "adam", "adamw") else 1.0)  # theirs never shorten
        params, state = rule.update(params, [gradient(params[0])], state, rate, donate=True)
    assert_allclose(params[0], minimum, atol=5e-3)


@pytest.mark.parametrize("given", [((0.01,), {}), ((), {"learning_rate": 0.01}), ((), {"lr": 0.01})], ids=str)
@pytest.mark.parametrize("make", OPTIMIZERS.values())
def test_a_learning_rate_is_refused_with_where_it_belongs(make, given):
    """As the first setting it would be taken for a share of a running mean."""
    settings, named = given
    with refuses(OptionError, f"{make.__name__} holds no learning rate: give it to xnn.train, learning_rate=0.01"):
        make(*settings, **named)


def test_an_optimizer_of_ones_own_may_hold_a_rate():
    @dataclass(frozen=True)
    class Own(SGD):
        learning_rate: float = 1.0

    class Open(SGD):
        def __init__(self, **options):
            super().__init__()
            vars(self).update(options)

    assert Own(0.5) == Own(learning_rate=0.5)
    assert Open(lr=0.5).lr == 0.5
    assert copy(Own(0.5)) == Own(0.5)
    assert pickle.loads(pickle.dumps(Adam(beta1=0.5))) == Adam(beta1=0.5)


def test_gradients_of_other_shapes_are_refused(row):
    params = start()
    state = row.optimizer.init(params)
    wrong = [Dense(params[0].W.T, params[0].b), params[1]]
    with refuses(ShapeError, "gradients", "(3, 2)", "(2, 3)"):
        row.optimizer.update(params, wrong, state, RATE)


def test_missing_gradients_are_refused(row):
    params = start()
    with refuses(ShapeError, "gradients", "(2, 1)", "one gradient for each parameter"):
        row.optimizer.update(params, params[:1], row.optimizer.init(params), RATE)


def test_state_of_other_parameters_is_refused():
    params = start()
    other = Adam().init(params[:1])
    with refuses(ShapeError, "state", "init"):
        Adam().update(params, gradients_at(params), other, RATE)
    with refuses(ShapeError, "state", "init"):
        Adam().update(params, gradients_at(params), SGD().init(params), RATE)


@pytest.mark.parametrize("rate", [-0.1, -1, float("nan"), float("inf")])
def test_wrong_rates_are_refused(row, rate):
    params = start()
    with refuses(OptionError, "learning_rate", str(rate)):
        row.optimizer.update(params, gradients_at(params), row.optimizer.init(params), rate)


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (make, name, value)
        for make, name, values in [
            (Momentum, "beta", (-0.1, 1.0, float("nan"))),
            (Nesterov, "beta", (-0.1, 1.0)),
            (AdaGrad, "epsilon", (0.0, -1e-8)),
            (RMSProp, "decay", (-0.1, 1.0)),
            (RMSProp, "epsilon", (0.0,)),
            (Adam, "beta1", (-0.1, 1.0)),
            (Adam, "beta2", (-0.1, 1.0)),
            (Adam, "epsilon", (0.0, float("inf"))),
            (AdamW, "beta1", (1.0,)),
            (AdamW, "weight_decay", (-0.1, float("inf"), float("nan"))),
        ]
        for value in values
    ],
)
def test_options_out_of_range_are_refused(make, name, value):
    with refuses(OptionError, name, str(value)):
        make(**{name: value})
