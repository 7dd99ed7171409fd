"""Every bug of the catalogue in every style that can have it; and right programs."""

from dataclasses import replace
from itertools import product

from .programs import ACTIVATIONS, Spec

SEPARATE = ("dict", "columns", "pairs")  # biases in arrays of their own
BIASED = (*SEPARATE, "unrolled", "theta")
ALL = (*BIASED, "nobias")


def wrong():
    """Yield (code, spec): one planted bug each."""
    base = Spec()
    deep = Spec(sizes=(4, 5, 6, 3), act="sigmoid", out="sigmoid", cost="bce")
    square = Spec(sizes=(4, 4, 4, 2), act="tanh")
    relu = Spec(sizes=(5, 8, 3), act="relu", m=9)
    squares = Spec(sizes=(3, 4, 1), act="sigmoid", out="sigmoid", cost="squares", mean=False)
    decayed = Spec(lam=0.1)
    single = Spec(sizes=(5, 3))
    four = Spec(sizes=(4, 5, 5, 4, 3), act="relu", m=12)
    plans = [
        ("sign", ALL, [(base, "all"), (squares, "all"), (decayed, "all"), (deep, ("W", 1)), (relu, ("W", 0))]),
        ("sign", SEPARATE, [(base, ("b", 1)), (deep, ("b", 0))]),
        ("sign", ALL, [(deep, ("delta", 1))]),
        (
            "scale",
            ALL,
            [
                (base, ("all", "m")), (base, ("all", "1 / m")), (squares, ("all", "2")), (squares, ("all", "0.5")),
                (deep, ("all", "1 / K")), (relu, ("all", "m / n")), (decayed, ("all", "m")), (deep, (("W", 1), "m")),
                (single, ("all", "1 / m")),
            ],
        ),
        ("scale", SEPARATE, [(base, (("b", 0), "1 / m")), (deep, (("b", 2), "m"))]),
        ("bias-not-summed", SEPARATE, [(base, 0), (base, "all"), (deep, 1), (squares, "all")]),
        ("bias-wrong-axis", SEPARATE, [(base, 0), (relu, 1), (deep, 1), (Spec(sizes=(4, 7, 3)), 0)]),
        ("bias-total-sum", BIASED, [(base, 0), (relu, 1), (deep, "all")]),
        ("zero", ALL, [(base, ("W", 0)), (deep, ("W", 1)), (relu, ("W", 1))]),
        ("zero", SEPARATE, [(base, ("b", 0)), (deep, ("b", 2))]),
        ("skipped", ALL, [(base, (0, "row")), (base, (1, "column")), (deep, (1, "entry"))]),
        ("skipped", SEPARATE, [(base, (0, "bias"))]),
        ("transposed", ("dict", "columns", "pairs", "nobias"), [(base, 0), (square, 1), (squares, 0)]),
        ("swapped-layers", ("dict", "columns", "pairs", "nobias"), [(square, (0, 1)), (four, (1, 2)), (base, (0, 1))]),
        ("decay-missing", ALL, [(decayed, "all"), (decayed, 0), (replace(deep, lam=0.02), "all")]),
        ("decay-on-bias", BIASED, [(decayed, "all"), (replace(deep, lam=0.05), 1)]),
        ("decay-scale", ALL, [(decayed, ("all", 2)), (decayed, (1, 0.5)), (replace(relu, lam=0.01), ("all", -1))]),
        ("derivative-missing", ALL, [(base, 0), (deep, 1), (deep, "all"), (relu, 0), (squares, 0), (four, 1)]),
        (
            "derivative-of-output",
            ALL,
            [
                (squares, "all"), (base, 0), (deep, 1), (replace(base, act="softplus"), 0),
                (replace(base, act="gelu"), 0),
            ],
        ),
        ("derivative-wrong", ALL, [(replace(base, act=act), 0) for act in ACTIVATIONS if act != "linear"]),
        ("derivative-wrong", ALL, [(squares, 1), (four, 2)]),
        ("derivative-twice", ALL, [(base, 0), (deep, 0), (squares, 1)]),
        ("delta-mask", ALL, [(relu, 0), (four, 1)]),
        ("weights-not-transposed", ALL, [(square, 0), (Spec(sizes=(3, 6, 6, 2), act="relu", m=10), 0)]),
        ("weights-omitted", ALL, [(square, 0), (squares, 0)]),
        ("weights-updated", ALL, [(base, (1, 0.5)), (deep, (2, 0.1)), (squares, (1, 0.05))]),
        ("wrong-input", ALL, [(base, (1, "z")), (deep, (2, "z")), (square, (1, "own")), (square, (1, "X"))]),
        ("output-derivative-extra", ALL, [(base, 1), (deep, 1), (replace(relu, out="sigmoid", cost="bce"), 1)]),
        (
            "output-derivative-missing",
            ALL,
            [(squares, 1), (replace(base, out="tanh", cost="squares"), 1), (replace(base, cost="squares"), 1)],
        ),
        ("softmax-diagonal", ALL, [(replace(base, cost="squares"), 1), (replace(relu, cost="squares", half=True), 1)]),
        ("sample-skipped", ALL, [(base, 0), (deep, -1), (squares, 0), (replace(decayed, mean=False), -1)]),
        ("summed-error", ALL, [(squares, "rows"), (squares, "all"), (base, "rows")]),
        ("shape", ("columns",), [(base, 0), (deep, 1)]),
        ("unknown", ALL, [(base, 1), (deep, 0), (relu, 0), (square, 2)]),
    ]  # fmt: skip
    for code, styles, rows in plans:
        for style, (spec, where) in product(styles, rows):
            if code == "decay-on-bias" and style == "nobias":
                continue
            yield code, replace(spec, style=style, seed=1, bug={code: where})


def pairs():
    """Yield (codes, spec): two planted bugs in different layers."""
    deep = Spec(sizes=(4, 5, 6, 3), act="sigmoid", out="sigmoid", cost="bce", lam=0.03)
    base = Spec()
    squares = Spec(sizes=(3, 4, 2), act="sigmoid", out="sigmoid", cost="squares")
    plans = [
        (deep, {"derivative-missing": 0, "output-derivative-extra": 2}),
        (deep, {"sign": ("W", 2), "derivative-of-output": 0}),
        (deep, {"decay-missing": 1, "derivative-twice": 0}),
        (deep, {"zero": ("W", 2), "derivative-missing": 1}),
        (deep, {"wrong-input": (2, "z"), "derivative-wrong": 0}),
        (base, {"scale": (("W", 1), "m"), "derivative-missing": 0}),
        (squares, {"output-derivative-missing": 1, "derivative-of-output": 0}),
        (squares, {"skipped": (1, "row"), "derivative-wrong": 0}),
        (deep, {"sample-skipped": 0, "derivative-missing": 0}),
    ]
    for (spec, bug), style in product(plans, ALL):
        yield set(bug), replace(spec, style=style, seed=2, bug=bug)


def right():
    """Yield right programs."""
    for i, (act, style) in enumerate(product((*ACTIVATIONS, "tanh", "relu"), ALL)):
        out, cost = (("softmax", "ce"), ("sigmoid", "bce"), ("linear", "squares"), ("softmax", "squares"))[i % 4]
        sizes = ((5, 3), (4, 5, 3), (4, 6, 5, 3), (3, 5, 4, 4, 2))[(i // 2) % 4]
        lam = (0.0, 0.1)[i % 2]
        scale = (0.3, 0.0)[(i // 3) % 2]
        yield Spec(sizes, act, out, cost, i % 3 > 0, i % 5 == 0, lam, 3 + i % 6, style, i, bias_scale=scale)
