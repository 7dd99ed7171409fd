"""What is refused, and that each refusal names the argument, what was expected, what was given and what to do."""

import numpy
import pytest

from tests.rig import refuses
from xnn.errors import (
    DataError,
    DtypeError,
    LabelError,
    MixedArraysError,
    NotFiniteError,
    OptionError,
    ShapeError,
    UnknownNameError,
    XnnError,
)
from xnn.nn import (
    LOSSES,
    MLP,
    Dense,
    Huber,
    LeakyReLU,
    Normal,
    Penalty,
    ReLU,
    SoftmaxCrossEntropy,
    Uniform,
    dropout_mask,
    ravel,
)
from xnn.nn.activations import ACTIVATIONS
from xnn.nn.tables import name_of, named

NOT_CLASSES = [name for name in LOSSES if name != "softmax_cross_entropy"]


@pytest.fixture(params=LOSSES)
def loss(request):
    return LOSSES[request.param]()


@pytest.fixture(params=["call", "gradient"])
def ask(request):
    """Both doors of a loss check what they are given."""
    return lambda loss, *arrays: loss(*arrays) if request.param == "call" else loss.gradient(*arrays)


def targets_for(loss, samples: int = 3) -> numpy.ndarray:
    """Make targets that fit outputs of shape (samples, 2)."""
    return numpy.array([[0.0, 1.0]] * samples)


OUTPUTS = numpy.array([[0.5, -1.0], [1.5, 0.0], [2.0, 1.0]])


# --- shapes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NOT_CLASSES)
def test_targets_without_a_column_are_never_broadcast(name, lib, ask):
    """(n,) against (n, 1) would make (n, n) differences: a loss that climbs while the network learns."""
    outputs, targets = lib.array([[0.5], [1.0], [0.25]]), lib.array([0.0, 1.0, 1.0])
    with refuses(ShapeError, "targets", "(3, 1)", "(3,)", "reshape", "never broadcast"):
        ask(LOSSES[name](), outputs, targets)


@pytest.mark.parametrize("name", NOT_CLASSES)
@pytest.mark.parametrize("shape", [(3, 1), (1, 2), (3,), (2,), (), (2, 3), (3, 2, 1)])
def test_targets_of_another_shape(name, shape, ask):
    with refuses(ShapeError, "targets", "(3, 2)", str(shape), "one target for each output"):
        ask(LOSSES[name](), OUTPUTS, numpy.zeros(shape))


@pytest.mark.parametrize("shape", [(2,), (3, 1), (3, 3), (1, 2), ()])
def test_classes_of_another_shape(shape, ask):
    with refuses(ShapeError, "targets", "(3,)", "(3, 2)", str(shape), "one label or one row"):
        ask(SoftmaxCrossEntropy(), OUTPUTS, numpy.zeros(shape, dtype="int64"))


@pytest.mark.parametrize("shape", [(3,), (), (3, 2, 1)])
def test_outputs_of_another_shape(loss, shape, ask):
    with refuses(ShapeError, "outputs", "(samples, units)", str(shape)):
        ask(loss, numpy.zeros(shape), targets_for(loss))


@pytest.mark.parametrize("shape", [(0, 2), (3, 0), (0, 0)])
def test_an_empty_batch(loss, lib, shape, ask):
    empty = lib.array(numpy.zeros(shape))
    with refuses(DataError, "batch is empty", str(shape), "at least one"):
        ask(loss, empty, empty)


def test_softmax_over_one_unit():
    with refuses(ShapeError, "softmax", "one unit", "BinaryCrossEntropy"):
        SoftmaxCrossEntropy()(numpy.zeros((3, 1)), numpy.zeros(3, dtype="int64"))


def test_class_weights_for_another_number_of_classes():
    with refuses(ShapeError, "class_weights", "2", "3"):
        SoftmaxCrossEntropy(class_weights=(1.0, 2.0, 3.0))(OUTPUTS, numpy.array([0, 1, 0]))


# --- labels --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("labels", "seen"), [([0, 1, 2], "0 ... 2"), ([-1, 0, 1], "-1 ... 1"), ([1, 2, 1], "1 ... 2")])
def test_labels_out_of_range(lib, labels, seen, ask):
    with refuses(LabelError, "labels", "0 ... 1", "2 outputs", seen, "number the classes from 0"):
        ask(SoftmaxCrossEntropy(), lib.array(OUTPUTS), lib.array(labels))


@pytest.mark.parametrize("kind", ["float64", "float32", "bool"])
def test_labels_that_are_no_integers(lib, kind, ask):
    with refuses(DtypeError, "labels", "integers", kind, "astype"):
        ask(SoftmaxCrossEntropy(), lib.array(OUTPUTS), lib.array([0, 1, 0], dtype=kind))


@pytest.mark.parametrize(
    "row", [[0.5, 0.4], [0.5, 0.6], [1.5, -0.5], [0.0, 0.0], [1.0, 1.0]], ids=["0.9", "1.1", "negative", "none", "two"]
)
def test_rows_that_are_no_distribution(lib, row, ask):
    targets = lib.array([[1.0, 0.0], row, [0.0, 1.0]])
    with refuses(LabelError, "each row", "targets", "sum to 1", "one-hot"):
        ask(SoftmaxCrossEntropy(), lib.array(OUTPUTS), targets)


def test_rows_that_sum_to_1_but_for_rounding():
    thirds = numpy.array([[0.3333333, 0.6666667]] * 3, dtype="float32")
    assert numpy.isfinite(SoftmaxCrossEntropy()(OUTPUTS, thirds))


@pytest.mark.parametrize("wrong", [-0.1, 1.1, 2.0])
def test_binary_targets_outside_0_and_1(lib, wrong, ask):
    targets = lib.array([[0.0, 1.0], [1.0, wrong], [0.0, 0.5]])
    with refuses(LabelError, "targets", "[0, 1]", "0 for no and 1 for yes"):
        ask(LOSSES["binary_cross_entropy"](), lib.array(OUTPUTS), targets)


# --- numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [numpy.nan, numpy.inf, -numpy.inf])
def test_outputs_that_are_not_finite(loss, lib, wrong, ask):
    outputs = OUTPUTS.copy()
    outputs[1, 1] = outputs[2, 0] = wrong
    with refuses(NotFiniteError, "outputs", "finite", "2 of 6", "row 1", "remove or fill"):
        ask(loss, lib.array(outputs), lib.array(targets_for(loss)))


@pytest.mark.parametrize("wrong", [numpy.nan, numpy.inf, -numpy.inf])
def test_targets_that_are_not_finite(loss, lib, wrong, ask):
    targets = targets_for(loss)
    targets[2, 1] = wrong
    with refuses(NotFiniteError, "targets", "finite", "1 of 6", "row 2"):
        ask(loss, lib.array(OUTPUTS), lib.array(targets))


def test_infinities_that_cancel_are_seen_without_a_warning(lib):
    outputs = lib.array([[numpy.inf, -numpy.inf], [0.0, 0.0]])
    with refuses(NotFiniteError, "outputs", "2 of 4", "row 0"):
        LOSSES["squared_error"]()(outputs, lib.array(numpy.zeros((2, 2))))


@pytest.mark.parametrize("dtype", ["float32"])
def test_numbers_whose_sum_overflows_are_finite(lib, dtype):
    outputs = lib.array([[3e38, 3e38], [3e38, 3e38]])
    assert numpy.isfinite(lib.host(LOSSES["absolute_error"]()(outputs, outputs)))


@pytest.mark.parametrize("kind", ["int64", "bool", "int32"])
def test_outputs_that_are_no_floats(loss, lib, kind, ask):
    outputs = lib.array(numpy.ones((3, 2)), dtype=kind)
    with refuses(DtypeError, "outputs", "floating-point", str(outputs.dtype), "astype"):
        ask(loss, outputs, lib.array(targets_for(loss)))


# --- sample weights ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(2,), (3, 1), (1,), (), (3, 2)])
def test_weights_of_another_shape(loss, shape, ask):
    with refuses(ShapeError, "weights", "(3,)", str(shape), "one entry a sample"):
        ask(loss, OUTPUTS, targets_for(loss), numpy.ones(shape))


@pytest.mark.parametrize("wrong", [numpy.nan, numpy.inf])
def test_weights_that_are_not_finite(loss, lib, wrong, ask):
    with refuses(NotFiniteError, "weights", "finite", "1 of 3", "row 1"):
        ask(loss, lib.array(OUTPUTS), lib.array(targets_for(loss)), lib.array([1.0, wrong, 0.0]))


@pytest.mark.parametrize("wrong", [[1.0, -0.5, 1.0], [0.0, 0.0, 0.0], [0, -1, 3], [False, False, False]])
def test_weights_that_are_negative_or_all_zero(loss, lib, wrong, ask):
    with refuses(DataError, "weights", "negative", "all zero", "left out"):
        ask(loss, lib.array(OUTPUTS), lib.array(targets_for(loss)), lib.array(wrong))


# --- arrays of two libraries, and what is none ---------------------------------------------------------------------


@pytest.mark.libs("array_api_strict", "torch", "jax", "cupy")
@pytest.mark.parametrize("foreign", [0, 1, 2], ids=["outputs", "targets", "weights"])
def test_a_loss_of_two_libraries(loss, lib, foreign, ask):
    arrays = [OUTPUTS, targets_for(loss), numpy.ones(3)]
    arrays[foreign] = lib.array(arrays[foreign])
    with refuses(MixedArraysError, "numpy", lib.name, "one library", "xnn.to_host"):
        ask(loss, *arrays)


@pytest.mark.libs("array_api_strict", "torch", "jax", "cupy")
def test_a_network_of_two_libraries(lib):
    mlp = MLP((2, 3, 1))
    with refuses(MixedArraysError, "numpy", lib.name, "one library"):
        mlp.forward(mlp.init(), lib.array(OUTPUTS))
    with refuses(MixedArraysError, "numpy", lib.name, "one library"):
        ravel([*mlp.init(), Dense(lib.array([1.0]), None)])


@pytest.mark.parametrize("wrong", [[[0.5, 1.0]], (0.5,), "outputs", {"a": 1}, None, 1.0])
def test_what_is_no_array(loss, wrong, ask):
    with refuses(MixedArraysError, "outputs", "array", type(wrong).__name__, "numpy.asarray"):
        ask(loss, wrong, targets_for(loss))
    with refuses(MixedArraysError, "targets", "array", type(wrong).__name__, "numpy.asarray"):
        ask(loss, OUTPUTS, wrong)
    if wrong is not None:
        with refuses(MixedArraysError, "weights", "array", type(wrong).__name__, "numpy.asarray"):
            ask(loss, OUTPUTS, targets_for(loss), wrong)


def test_a_list_is_no_input():
    mlp = MLP((2, 1))
    with refuses(MixedArraysError, "list", "numpy.asarray"):
        mlp.forward(mlp.init(), [[1.0, 2.0]])
    with refuses(MixedArraysError, "list", "numpy.asarray"):
        ReLU().forward([1.0, -1.0])


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: MLP((2, 1), activation="rellu"), ("activation", "'rellu'", "Did you mean 'relu'?", "softmax")),
        (lambda: MLP((2, 1), output="Softmaxx"), ("activation", "'Softmaxx'", "Did you mean 'softmax'?")),
        (lambda: MLP((2, 1), activation="ReLU"), ("activation", "'ReLU'", "Did you mean 'relu'?")),
        (lambda: MLP((2, 1)).init(0, "he-normal"), ("initializer", "'he-normal'", "Did you mean 'he_normal'?")),
        (
            lambda: named("loss", "cross_entropy", LOSSES),
            ("loss", "Did you mean", "cross_entropy'?"),
        ),
        (lambda: named("loss", "", LOSSES), ("loss", "''", "Known:", "huber")),
        (lambda: name_of("activation", object(), ACTIVATIONS), ("activation", "'object'", "Known:")),
    ],
)
def test_an_unknown_name(make, words):
    with refuses(UnknownNameError, "unknown", *words):
        make()


def test_a_name_far_from_all_gives_no_guess():
    with pytest.raises(UnknownNameError) as caught:
        MLP((2, 1), activation="zzzzzz")
    assert "Did you mean" not in str(caught.value)


def test_options_that_a_thing_does_not_take():
    with refuses(UnknownNameError, "loss 'huber'", "'detla'", "Did you mean 'delta'?"):
        named("loss", "huber", LOSSES, detla=1.0)


def test_names_and_things_go_round():
    for thing in (LeakyReLU(0.3), ReLU()):
        name, options = name_of("activation", thing, ACTIVATIONS)
        assert named("activation", name, ACTIVATIONS, **options) == thing
    assert named("activation", thing, ACTIVATIONS) is thing


# --- options -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [1.0, -0.1, 2.0, numpy.nan])
def test_dropout_outside_0_and_1(wrong):
    with refuses(OptionError, "dropout", "[0, 1)", str(wrong)):
        MLP((2, 1), dropout=wrong)
    with refuses(OptionError, "dropout", "[0, 1)", str(wrong)):
        dropout_mask(numpy.random.default_rng(0), (2, 2), wrong)


@pytest.mark.parametrize("wrong", [1.0, -0.1, numpy.nan])
def test_label_smoothing_outside_0_and_1(wrong):
    with refuses(OptionError, "label_smoothing", "[0, 1)", str(wrong)):
        SoftmaxCrossEntropy(label_smoothing=wrong)


@pytest.mark.parametrize("wrong", [(1.0, -1.0), (numpy.nan, 1.0), (numpy.inf, 1.0)])
def test_class_weights_that_are_negative_or_not_finite(wrong):
    with refuses(OptionError, "class_weights", "finite", "not negative", str(wrong)):
        SoftmaxCrossEntropy(class_weights=wrong)


@pytest.mark.parametrize("wrong", [0.0, -1.0, numpy.inf, numpy.nan])
def test_delta_that_is_not_positive(wrong):
    with refuses(OptionError, "delta", "positive", str(wrong)):
        Huber(delta=wrong)


@pytest.mark.parametrize("name", ["l1", "l2"])
@pytest.mark.parametrize("wrong", [-0.1, numpy.inf, numpy.nan])
def test_penalties_that_reward(name, wrong):
    with refuses(OptionError, name, "not negative", str(wrong)):
        Penalty(**{name: wrong})


@pytest.mark.parametrize(
    "wrong",
    [(), (3,), (3, 0), (3, -1), (3, 2.5, 1), (3, True), (3, numpy.nan), (3, "4"), (3, None)],
    ids=str,
)
def test_sizes_that_make_no_network(wrong):
    with refuses(OptionError, "sizes", "two or more", "at least 1", str(tuple(wrong))):
        MLP(wrong)


def test_options_of_initializers():
    with refuses(OptionError, "low", "high", "1.0", "0.5"):
        Uniform(low=1.0, high=0.5)
    with refuses(OptionError, "std", "not be negative", "-1.0"):
        Normal(std=-1.0)


# --- the network ---------------------------------------------------------------------------------------------------


def test_inputs_of_another_shape(lib):
    mlp = MLP((2, 3, 1))
    params = mlp.init_at(lib.place, numpy.random.default_rng(0))
    for shape in ((2,), (2, 3), (5, 1), (2, 2, 2)):
        with refuses(ShapeError, "x", "(samples, 2)", str(shape), "one row a sample"):
            mlp.forward(params, lib.array(numpy.zeros(shape)))


def test_parameters_of_another_network():
    mlp = MLP((2, 3, 1))
    for params in ([], mlp.init()[:1], [*mlp.init(), *mlp.init()]):
        with refuses(ShapeError, "params", "2", f"got {len(params)}", "init"):
            mlp.forward(params, OUTPUTS)


def test_masks_of_another_network():
    mlp = MLP((2, 3, 3, 1), dropout=0.5)
    for count in (0, 1, 3):
        with refuses(ShapeError, "masks", "2", f"got {count}", "hidden layer"):
            mlp.forward(mlp.init(), OUTPUTS, [numpy.ones((3, 3))] * count)


def test_a_derivative_without_a_column_is_never_broadcast():
    mlp = MLP((2, 3, 1))
    params = mlp.init()
    traces = mlp.forward(params, OUTPUTS)[1]
    for shape in ((3,), (1, 1), (3, 2)):
        with refuses(ShapeError, "d_outputs", "(3, 1)", str(shape)):
            mlp.backward(params, traces, numpy.ones(shape))


def test_every_error_is_the_built_in_one_that_fits():
    """So that code which does not know xnn can catch them."""
    import xnn.errors

    fits = {
        "BackendError": RuntimeError,
        "CallbackError": RuntimeError,
        "DtypeError": TypeError,
        "FileError": OSError,
        "MixedArraysError": TypeError,
        "OutOfMemoryError": MemoryError,
        "RankError": RuntimeError,
        "XnnError": Exception,
    }
    for name in xnn.errors.__all__:
        error = getattr(xnn.errors, name)
        assert issubclass(error, XnnError)
        assert issubclass(error, fits.get(name, ValueError))
