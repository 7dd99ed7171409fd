"""What train and predict refuse: one sentence that names the argument, what was expected and got, and what to do."""

import numpy
import pandas
import pytest
import scipy.sparse

import xnn
from tests.rig import refuses
from tests.training.problems import blobs, curve, fit, same_weights, weights
from xnn.errors import (
    BackendError,
    DataError,
    DtypeError,
    LabelError,
    NotFiniteError,
    OptionError,
    ShapeError,
    UnknownNameError,
)

X, Y = blobs(12, classes=3, features=2)
NUMBERS = curve(12)[1]


class Unreadable:
    def __array__(self, *_, **__):
        raise OSError("the disk is gone.\nSee the log.")


def with_entry(value, array=X):
    """`array` with `value` in row 4."""
    changed = array.astype(float).copy()
    changed[4, ...] = value
    return changed


DATA = {
    "X alone": ({"y": None}, DataError, "X and y go together"),
    "X of one axis": ({"X": [1.0, 2.0], "y": [0, 1]}, ShapeError, "X", "(samples, features)", "(2,)", "one row"),
    "X of three axes": ({"X": numpy.ones((12, 3, 2))}, ShapeError, "X", "(12, 3, 2)", "reshape it to (12, -1)"),
    "no sample": ({"X": numpy.ones((0, 3)), "y": []}, DataError, "X is empty", "(0, 3)", "at least one"),
    "no feature": ({"X": numpy.ones((12, 0))}, DataError, "X is empty", "(12, 0)"),
    "ragged X": ({"X": [[1.0, 2.0], [3.0]], "y": [0, 1]}, DataError, "X is ragged", "every row"),
    "ragged y": ({"y": [[1], *[[0, 1]] * 11]}, DataError, "y is ragged"),
    "NaN in X": ({"X": with_entry(numpy.nan)}, NotFiniteError, "X", "row 4", "remove or fill"),
    "infinity in X": ({"X": with_entry(-numpy.inf)}, NotFiniteError, "X", "row 4"),
    "NaN in y": ({"y": with_entry(numpy.nan, NUMBERS)}, NotFiniteError, "y", "row 4"),
    "complex X": ({"X": X * 1j}, DtypeError, "X", "real numbers", "complex128"),
    "text in X": ({"X": [["a", "b"]] * 12}, DtypeError, "X", "real numbers", "encode"),
    "None in X": ({"X": [[1.0, 2.0]] * 11 + [[None, 1.0]]}, DtypeError, "None in column 0, row 11: fill it in"),
    "y too short": ({"y": Y[:-1]}, ShapeError, "y", "one entry a sample, 12", "(11,)"),
    "y a number": ({"y": 1}, ShapeError, "y", "12", "()"),
    "y of three axes": ({"y": Y.reshape(12, 1, 1)}, ShapeError, "y", "(samples,)", "(12, 1, 1)"),
    "complex y": ({"y": NUMBERS * 1j}, DtypeError, "y", "complex128"),
    "y of None": ({"y": [None] * 12}, DataError, "y misses 12 of 12 values", "row 0", "leave these rows out"),
    "None among classes": ({"y": list("abc") * 3 + ["a", None, "b"]}, DataError, "y misses 1 of 12 values", "row 10"),
    "NaN among classes": ({"y": list("abc") * 3 + ["a", numpy.nan, "b"]}, DataError, "y misses 1 of 12", "row 10"),
    "None among numbers": ({"y": [*NUMBERS[:11], None]}, DataError, "y misses 1 of 12 values", "row 11"),
    **{
        f"NA of {dtype}": (
            {"y": pandas.Series([*values[:3], None, *values * 2], dtype=dtype)},
            error,
            "y m",
            "1 of 12",
            "row 3",
        )
        for dtype, values, error in [
            ("string", ["a", "b", "a", "b"], DataError),
            ("category", ["a", "b", "a", "b"], DataError),
            ("boolean", [True, False, True, False], DataError),
            ("Int64", [0, 1, 0, 1], NotFiniteError),
            ("Float64", [0.5, 1.5, 2.5, 3.5], NotFiniteError),
        ]
    },
    "NA in one of two outputs": (
        {"y": pandas.DataFrame({"a": ["x"] * 12, "b": ["x"] * 7 + [None] * 5})},
        DataError,
        "y misses 5 of 12 values",
        "row 7",
    ),
    "a path as X": ({"X": "t.csv"}, DataError, "X is text, 't.csv'", "xnn.datasets.load(path, target)"),
    "a column's name as y": ({"y": "survived"}, DataError, "y is text, 'survived'", "frame['survived']"),
    "both types": (
        {"y": numpy.array(["a", 1] * 6, dtype=object)},
        DtypeError,
        "numbers, booleans or strings",
        "int and str",
    ),
    "masked X": (
        {"X": numpy.ma.masked_array(X, mask=X > 2.0)},
        DataError,
        "X has",
        "masked entries",
        ".filled(...)",
    ),
    "masked y": ({"y": numpy.ma.masked_array(Y, mask=Y == 1)}, DataError, "y has 4 masked entries"),
    "sparse X": ({"X": scipy.sparse.csr_matrix(X)}, DtypeError, "X is a sparse csr_matrix", ".toarray()"),
    "X that cannot be read": (
        {"X": Unreadable()},
        DataError,
        "X cannot be read",
        "Unreadable raised OSError (the disk",
    ),
    "X of 1e200": ({"X": with_entry(1e200)}, NotFiniteError, "X reaches 1e+200", "overflows float64"),
    "X of 1e30, as it is": ({"X": with_entry(1e30), "scale": None}, NotFiniteError, "X reaches 1e+30", "float32"),
    "y of 1e200": ({"y": with_entry(1e200, NUMBERS)}, NotFiniteError, "y reaches", "overflows"),
    "text that never comes back": (
        {"y": [f"1,23{i},567" for i in range(9)] + ["1,240,567", "1,241,567", "1,241,567"]},
        DataError,
        "y holds 11 different texts in 12 samples",
        "'1,230,567'",
        "task='classification'",
    ),
    "text of which each comes once": ({"y": list("abcdefghijkl")}, DataError, "12 different texts in 12 samples"),
    "one class": ({"y": ["a"] * 12}, DataError, "y holds one class only, 'a'", "two classes"),
}

# y may be meant in more ways than one
AMBIGUOUS = {
    "whole floats": numpy.array([0.0, 1.0] * 6),
    "many whole numbers": numpy.arange(12) // 2,
    "a column of labels": Y[:, None],
    "a column of booleans": Y[:, None] > 0,
    "one-hot rows": numpy.eye(3)[Y],
    "one-hot rows of integers": numpy.eye(3, dtype=int)[Y],
    "one-hot rows of bytes": numpy.eye(3, dtype="uint8")[Y],
    "several labels as floats": numpy.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]] * 4),
    "several labels as bytes": numpy.array([[0, 1], [1, 1], [0, 0]] * 4, dtype="uint8"),
    "counts": numpy.array([[3, 7], [2, 11]] * 6),
}

OPTIONS = {
    "task": ({"task": "clustering"}, OptionError, "task", "auto, classification, regression", "'clustering'"),
    "text as numbers": ({"y": list("abc") * 4, "task": "regression"}, DtypeError, "y", "strings", "astype"),
    "classes with squares": (
        {"task": "classification", "loss": "squared_error"},
        OptionError,
        "cross-entropy",
        "SquaredError",
    ),
    "numbers with entropy": (
        {"task": "regression", "loss": "softmax_cross_entropy"},
        OptionError,
        "SoftmaxCrossEntropy",
        "classes",
    ),
    "two-class loss": ({"loss": "binary_cross_entropy"}, OptionError, "two classes", "3"),
    "rows with softmax": (
        {"y": numpy.eye(3)[Y], "loss": "softmax_cross_entropy"},
        ShapeError,
        "y",
        "(samples,)",
        "(12, 3)",
        "argmax",
    ),
    "labels out of range": ({"y": 2 * numpy.eye(3)[Y], "loss": "binary_cross_entropy"}, LabelError, "[0, 1]"),
    "activation": ({"activation": "rellu"}, UnknownNameError, "activation 'rellu'", "Did you mean 'relu'?"),
    "output": ({"output": "sigmoids"}, UnknownNameError, "'sigmoids'", "Did you mean 'sigmoid'?"),
    "loss": ({"loss": "square_error"}, UnknownNameError, "loss 'square_error'", "'squared_error'?"),
    "optimizer": ({"optimizer": "adan"}, UnknownNameError, "optimizer 'adan'", "Known: adagrad, adam"),
    "schedule": ({"schedule": "cosin"}, UnknownNameError, "schedule 'cosin'", "'cosine'?"),
    **{
        f"warmup of {warmup} in 3 epochs": (
            {"schedule": xnn.optimizers.Cosine(warmup=warmup)},
            OptionError,
            f"warmup={warmup} epochs",
            "epochs=3",
            "more epochs or a shorter warmup",
        )
        for warmup in (3, 4.5)
    },
    "initializer": ({"initializer": "he_norm"}, UnknownNameError, "initializer 'he_norm'", "'he_normal'?"),
    "metric": ({"metrics": ["acuracy"]}, UnknownNameError, "metric 'acuracy'", "'accuracy'?"),
    "one metric": ({"metrics": "accuracy"}, OptionError, "metrics", "['accuracy']"),
    "metric that is none": ({"metrics": [3]}, OptionError, "metrics", "3"),
    "metric without samples": ({"metrics": [lambda outputs, targets: outputs[0, 0]]}, ShapeError, "metric", "(16,)"),
    "accuracy of numbers": ({"y": NUMBERS, "metrics": ["accuracy"]}, ShapeError, "'accuracy'", "(16, 1)"),
    "yes or no of three classes": ({"metrics": ["binary_accuracy"]}, ShapeError, "'binary_accuracy'", "(16, 3)"),
    "distance of classes": ({"metrics": ["absolute_error"]}, ShapeError, "'absolute_error'", "(16, 3)", "(16,)"),
    "a column of classes": ({"y": Y[:, None], "task": "classification"}, ShapeError, "(12, 1)", "use y.squeeze()"),
    "backend": ({"backend": "numpi"}, UnknownNameError, "backend 'numpi'", "'numpy'?"),
    "device": ({"backend": "numpy", "device": "gpu"}, UnknownNameError, "numpy device 'gpu'", "cpu"),
    "dtype": ({"dtype": "float16"}, OptionError, "dtype", "'float32' or 'float64'", "'float16'"),
    "optimizer that is a class": ({"optimizer": xnn.optimizers.Adam}, OptionError, "optimizer", "Adam()"),
    "loss that is a number": ({"loss": 5}, OptionError, "loss", "5"),
    "activation that is a function": ({"activation": numpy.tanh}, OptionError, "activation", "tanh"),
    **{
        f"learning_rate {value!r}": ({"learning_rate": value}, OptionError, "learning_rate", "positive", repr(value))
        for value in (-0.1, 0, float("nan"), float("inf"), "fast", None)
    },
    **{
        f"{name} {value!r}": ({name: value}, OptionError, name, "whole number, at least 1", repr(value))
        for name in ("epochs", "batch_size", "patience")
        for value in (0, -1, 1.5, True, "ten", float("nan"))
    },
    **{
        f"hidden {value!r}": ({"hidden": value}, OptionError, "hidden", "whole number", repr(value))
        for value in (0, -3, 2.5, (8, 0), "64", (8, "a"))
    },
    **{f"dropout {value}": ({"dropout": value}, OptionError, "dropout", str(value)) for value in (1.0, -0.1)},
    **{
        f"{name} {value}": ({name: value}, OptionError, name, "not negative", str(value))
        for name in ("l1", "l2")
        for value in (-1e-3, float("inf"))
    },
    **{f"clip_norm {value}": ({"clip_norm": value}, OptionError, "clip_norm", str(value)) for value in (0.0, -1.0)},
    **{f"clip_value {value}": ({"clip_value": value}, OptionError, "clip_value", str(value)) for value in (0.0, -1.0)},
    "scale": ({"scale": "minmax"}, OptionError, "scale", "standard", "'minmax'"),
    **{
        f"seed {value!r}": ({"seed": value}, OptionError, "seed", "whole number", repr(value))
        for value in (-1, "a", 1.5, None)
    },
    **{
        f"validation, {got}": ({"validation": value}, OptionError, "validation", "(X, y)", f"got {got}")
        for value, got in [
            (1.0, "1.0"),
            (-0.1, "-0.1"),
            ("half", "'half'"),
            (3, "3"),
            (True, "True"),
            ((X,), "a tuple of 1"),
            ((X, Y, Y), "a tuple of 3"),
            ([X, Y], "a list"),
            (X, "a ndarray"),
        ]
    },
    "feature_names beside others": (
        {"X": pandas.DataFrame(X, columns=["a", "b"]), "feature_names": ["b", "a"]},
        OptionError,
        "['b', 'a'] are not the columns of X, ['a', 'b']",
    ),
    **{
        f"{name} {value!r}": ({name: value}, OptionError, name, "True or False", repr(value))
        for name, value in [("bias", "no"), ("bias", 0), ("penalize_biases", None), ("progress", "no")]
    },
    **{
        f"{name} {value!r}": ({name: value}, OptionError, name, repr(value))
        for name in ("l1", "l2", "dropout", "learning_rate", "clip_norm")
        for value in ("a", 1j, [0.1], numpy.array([0.1, 0.2]), True)
    },
    "scale of arrays": ({"scale": numpy.array(["auto", "none"])}, OptionError, "scale"),
    "task of a list": ({"task": ["auto"]}, OptionError, "task"),
    "hidden as bytes": ({"hidden": b"bytes"}, OptionError, "hidden must be", "b'bytes'"),
    "callbacks of no dimension": ({"callbacks": numpy.array(3.5)}, OptionError, "callbacks must be a list", "3.5"),
    "feature_names": ({"feature_names": ["a"]}, OptionError, "feature_names", "2 names", "['a']"),
    "feature_names of text": ({"feature_names": "abc"}, OptionError, "feature_names", "one for each column", "'abc'"),
    "validation of all": ({"X": X[:2], "y": ["a", "b"], "validation": 0.99}, OptionError, "validation=0.99", "empty"),
    "validation features": (
        {"validation": (X[:, :1], Y)},
        ShapeError,
        "the validation X",
        "2 features",
        "(12, 1)",
    ),
    "validation NaN": ({"validation": (with_entry(numpy.nan), Y)}, NotFiniteError, "the validation X", "row 4"),
    "validation length": ({"validation": (X, Y[:3])}, ShapeError, "the validation y", "12", "(3,)"),
    "validation class": (
        {"validation": (X, Y + 1)},
        LabelError,
        "the validation y",
        "3",
        "none of the classes",
        "0, 1, 2",
    ),
    "validation text": ({"validation": (X, list("abc") * 4)}, LabelError, "the validation y", "'a'", "0, 1, 2"),
    "validation column": ({"validation": (X, Y[:, None])}, ShapeError, "the validation y", "(samples,)", "(12, 1)"),
    "validation outputs": (
        {"y": NUMBERS, "validation": (X, numpy.ones((12, 1)))},
        ShapeError,
        "the validation y",
        "(samples,)",
        "(12, 1)",
    ),
    "validation text for numbers": (
        {"y": NUMBERS, "validation": (X, list("abc") * 4)},
        DtypeError,
        "the validation y",
        "numbers",
    ),
    "sample_weight of other length": ({"sample_weight": [1.0] * 11}, ShapeError, "sample_weight", "(12,)", "(11,)"),
    "sample_weight of two axes": ({"sample_weight": numpy.ones((12, 1))}, ShapeError, "sample_weight", "(12, 1)"),
    "sample_weight negative": ({"sample_weight": [-1.0] * 12}, DataError, "sample_weight", "negative"),
    "sample_weight zero": ({"sample_weight": [0.0] * 12}, DataError, "sample_weight", "all zero"),
    "sample_weight NaN": ({"sample_weight": [numpy.nan] * 12}, NotFiniteError, "sample_weight", "row 0"),
    "sample_weight text": ({"sample_weight": ["a"] * 12}, DtypeError, "sample_weight", "numbers"),
    "class_weight of no class": ({"class_weight": {7: 1.0}}, OptionError, "class_weight", "7"),
    "class_weight negative": ({"class_weight": {0: -1.0}}, OptionError, "class_weight", "-1.0"),
    "class_weight text": ({"class_weight": {0: "a"}}, OptionError, "class_weight", "'a'"),
    "class_weight unknown": ({"class_weight": "even"}, OptionError, "class_weight", "'balanced'", "'even'"),
    "class_weight of numbers": ({"y": NUMBERS, "class_weight": "balanced"}, OptionError, "class_weight"),
    "callback that is none": ({"callbacks": [3]}, OptionError, "callbacks", "3"),
    "callback that is a class": ({"callbacks": [xnn.Callback]}, OptionError, "callbacks", "Callback"),
    "one callback": ({"callbacks": print}, OptionError, "callbacks", "print"),
}


# What elsewhere has another name is not taken, as it may be meant a little differently, but its name here is said.
ELSEWHERE = {
    "loss": {
        "mse": ["squared_error"],
        "MSELoss": ["squared_error"],
        "mean_squared_error": ["squared_error"],
        "mae": ["absolute_error"],
        "bce": ["binary_cross_entropy"],
        "BCEWithLogitsLoss": ["binary_cross_entropy"],
        "crossentropy": ["softmax_cross_entropy", "binary_cross_entropy"],
        "cross_entropy": ["softmax_cross_entropy", "binary_cross_entropy"],
        "categorical_crossentropy": ["softmax_cross_entropy"],
    },
    "activation": {"linear": ["identity"], "none": ["identity"], "swish": ["silu"], "ReLU": ["relu"]},
    "optimizer": {"Adam": ["adam"], "SGD": ["sgd"], "RMSprop": ["rmsprop"], "AdamW": ["adamw"]},
    "initializer": {"xavier": ["glorot_uniform", "glorot_normal"], "kaiming_normal": ["he_normal"]},
    "schedule": {"ReduceLROnPlateau": ["reduce_on_plateau"], "cosine_annealing": ["cosine"]},
    "metric": {"MAE": ["absolute_error"], "acc": ["accuracy"], "f1_score": ["f1"]},
}
OPTIONS_ELSEWHERE = {
    "validation_split": "validation",
    "validation_data": "validation",
    "verbose": "progress",
    "lr": "learning_rate",
    "weight_decay": "l2",
    "hidden_layer_sizes": "hidden",
    "random_state": "seed",
    "max_iter": "epochs",
    "batchsize": "batch_size",
}


@pytest.mark.parametrize(
    ("kind", "name", "here"), [(kind, *each) for kind, names in ELSEWHERE.items() for each in names.items()]
)
def test_a_name_from_elsewhere_is_refused_with_the_one_here(kind, name, here):
    option = {"metrics": [name]} if kind == "metric" else {kind: name}
    with refuses(UnknownNameError, f"unknown {kind} {name!r}. Did you mean {' or '.join(map(repr, here))}? Known: "):
        fit(X, Y, **option)


@pytest.mark.parametrize(("name", "here"), OPTIONS_ELSEWHERE.items())
def test_an_option_from_elsewhere_is_refused_with_the_one_here(name, here):
    with refuses(UnknownNameError, f"unknown option of train {name!r}. Did you mean {here!r}? Known: activation, "):
        xnn.train(X, Y, **{name: 1})


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("on_epoch_end", "on_epoch"),
        ("on_train_begin", "on_start"),
        ("on_train_end", "on_end"),
        ("on_train_batch_end", "on_step"),
        ("on_epochs", "on_epoch"),
    ],
)
def test_a_callback_that_would_never_be_called_is_refused(name, here):
    late = type("Late", (xnn.Callback,), {name: lambda self, epoch, logs=None: None})
    with refuses(
        UnknownNameError, f"unknown event of the callback Late: {name!r}. Did you mean {here!r}? Known: on_end"
    ):
        fit(X, Y, callbacks=[late()])


@pytest.mark.parametrize("case", DATA.values(), ids=DATA.keys())
def test_data_are_refused(case):
    changes, error, *words = case
    with refuses(error, *words):
        fit(**({"X": X, "y": Y} | changes))


@pytest.mark.parametrize("case", OPTIONS.values(), ids=OPTIONS.keys())
def test_options_are_refused(case):
    changes, error, *words = case
    options = {"X": X, "y": Y, "validation": None} | changes
    if "metrics" in changes:  # more than one batch
        options |= {"X": numpy.tile(X, (2, 1)), "y": numpy.tile(options["y"], 2)}
    with refuses(error, *words):
        fit(**options)


def test_what_means_the_same_is_taken_for_it():
    """Nothing is masked; a data type that NumPy lacks; numbers of NumPy's own."""
    expected = fit(X, Y)
    assert same_weights(fit(numpy.ma.masked_array(X, mask=False), Y), expected)
    bfloat16 = pytest.importorskip("ml_dtypes", reason="ml_dtypes, which has bfloat16, is not installed").bfloat16
    assert same_weights(fit(X.astype(bfloat16), Y), fit(X.astype(bfloat16).astype("float32"), Y))
    options = {"batch_size": 8, "l1": 0.125, "l2": 0.25, "dropout": 0.5}
    types = {"batch_size": numpy.uint8(8), "l1": numpy.float32(0.125), "l2": numpy.float64(0.25)}
    assert same_weights(fit(X, Y, **options), fit(X, Y, **options | types))
    names = numpy.array([f"kind {i % 11}" for i in range(12)])
    assert len(fit(X, names, task="classification", validation=None).model.classes) == 11


@pytest.mark.libs("torch")
def test_a_data_type_that_numpy_lacks_is_told(lib):
    tensor = lib.xp.astype(lib.array(X), lib.xp.bfloat16)
    with refuses(DataError, "X cannot be read", "torch.bfloat16"):
        fit(tensor, Y, backend="torch")


@pytest.mark.parametrize("y", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_ambiguous_targets_are_refused(y):
    with refuses(OptionError, "y ", "say"):
        fit(X, y)


def test_one_hot_rows_are_refused_with_what_makes_labels_of_them():
    rows = numpy.eye(3)[Y]
    with refuses(OptionError, "y of shape (12, 3) could be one-hot", "y.argmax(axis=1) of one-hot rows"):
        fit(X, rows)
    model = fit(X, Y).model
    for measure in (model.score, model.evaluate):
        with refuses(ShapeError, "one class a sample, got (12, 3): use y.argmax(axis=1) for one-hot rows."):
            measure(X, rows)
    with refuses(ShapeError, "one class a sample, got (12, 1): use y.squeeze()."):
        model.score(X, Y[:, None])


@pytest.mark.parametrize("y", [Y, Y > 0, Y.astype(str), (Y > 0) * 1.0], ids=lambda y: y.dtype.kind)
def test_a_column_of_labels_is_refused_with_what_makes_labels_of_it(y):
    """Of which predictions, (n,), would be compared with y, (n, 1), and give (n, n)."""
    for column in (y[:, None], pandas.DataFrame({"kind": y})):
        with refuses(OptionError, "y has shape (12, 1)", "class labels as y.squeeze(), of shape (12,)"):
            fit(X, column)
        assert column.squeeze().shape == (12,)


FRAME = pandas.DataFrame(X, index=list("abcdefghijkl"))
TURNED = pandas.Series(NUMBERS, index=FRAME.index).iloc[::-1]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("y", {"y": TURNED}),
        ("the validation y", {"validation": (FRAME, TURNED)}),
        ("sample_weight", {"sample_weight": TURNED**2}),
    ],
)
def test_a_series_in_another_order_than_its_frame_is_refused(name, changes):
    """Pairs are by position, whatever the labels say."""
    with refuses(DataError, f"{name} has the index of X in another order", ".loc[X.index]", ".to_numpy()"):
        fit(**({"X": FRAME, "y": NUMBERS} | changes))


def test_a_series_is_paired_by_position_where_its_labels_say_nothing_else():
    expected = weights(fit(FRAME, TURNED.to_numpy()))
    for y in (TURNED.reset_index(drop=True), TURNED.set_axis(FRAME.index), TURNED.tolist()):
        assert all(map(numpy.array_equal, weights(fit(FRAME, y)), expected))
    model = fit(FRAME, TURNED.loc[FRAME.index]).model
    with refuses(DataError, "y has the index of X in another order"):
        model.score(FRAME, TURNED)
    assert numpy.isfinite(model.score(FRAME, TURNED.loc[FRAME.index]))


def test_a_missing_library_is_named_with_what_installs_it():
    xnn.register_backend(xnn.Backend("absent", "no_such_library", "pip install no-such-library"))
    with refuses(BackendError, "'absent' is not available", "no_such_library", "pip install no-such-library"):
        fit(X, Y, backend="absent")


@pytest.fixture(scope="module")
def model():
    frame = pandas.DataFrame(X, columns=["height", "width"])
    return fit(frame, Y).model


PREDICT = {
    "one axis": (X[0], ShapeError, "X", "(samples, features)", "(2,)", "one row"),
    "another width": (numpy.ones((4, 5)), ShapeError, "X", "2 features, as in training", "(4, 5)"),
    "NaN": (with_entry(numpy.nan), NotFiniteError, "X", "row 4"),
    "empty": (numpy.ones((0, 2)), DataError, "X is empty", "(0, 2)"),
    "text": ([["a", "b"]], DtypeError, "X", "real numbers"),
    "other columns": (
        pandas.DataFrame({"width": [1.0], "height": [2.0]}),
        DataError,
        "X",
        "'width' as column 0",
        "'height'",
        "feature_names",
    ),
}


@pytest.mark.parametrize("case", PREDICT.values(), ids=PREDICT.keys())
@pytest.mark.parametrize("method", ["predict", "predict_proba", "outputs"])
def test_predict_refuses(model, method, case):
    wrong, error, *words = case
    with refuses(error, *words):
        getattr(model, method)(wrong)


SCORE = {
    "length": (Y[:3], ShapeError, "y", "12", "(3,)"),
    "unknown class": (Y + 1, LabelError, "y", "3", "0, 1, 2"),
    "text": (list("abc") * 4, LabelError, "y", "'a'"),
    "None": ([None] * 12, DataError, "y misses 12 of 12 values", "row 0"),
    "column": (Y[:, None], ShapeError, "y", "(samples,)", "(12, 1)"),
}


@pytest.mark.parametrize("case", SCORE.values(), ids=SCORE.keys())
def test_score_refuses(model, case):
    wrong, error, *words = case
    with refuses(error, *words):
        model.score(X, wrong)


def test_score_of_numbers_refuses():
    inputs, y = curve(12)
    model = fit(inputs, y).model
    with refuses(DataError, "R^2", "constant"):
        model.score(inputs, numpy.ones(12))
    with refuses(ShapeError, "y", "(samples,)", "(12, 1)"):
        model.score(inputs, y[:, None])
    with refuses(DtypeError, "y", "numbers"):
        model.score(inputs, list("abc") * 4)
    with refuses(OptionError, "predict_proba", "predict"):
        model.predict_proba(inputs)


def test_what_overflows_in_a_row_held_out_is_refused_without_a_warning():
    """Its scale is that of the other rows."""
    huge = X * 1e-3
    huge[fit(huge, Y).validation_rows[0], 0] = -1e308
    with refuses(NotFiniteError, "X reaches", "overflows float32"):
        fit(huge, Y)
