"""The functions people put between layers, each with its derivative: what a wrong derivative is compared with.

xnn's own activations come first; beneath them what else is met in the wild, one line each.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy

from ...nn import ACTIVATIONS, Activation, LeakyReLU
from ..program.tree import Host

Function = Callable[[Host], Host]


class Elementwise(NamedTuple):
    """A function ``f`` of the pre-activation and its derivative ``df``."""

    name: str
    f: Function
    df: Function
    formula: str = ""  # of the derivative, as one would write it; a is the output
    left: float | None = None  # what a mask z > 0 leaves of the negative side, where people write one


def _from_nn(name: str, activation: Activation, formula: str, left: float | None = None) -> Elementwise:
    def df(z: Host) -> Host:
        return activation.backward(numpy.ones_like(z), z, activation.forward(z))

    return Elementwise(name, activation.forward, df, formula, left)


def sigmoid(z: Host) -> Host:
    """``1 / (1 + e^-z)``, which cannot overflow."""
    return 0.5 * numpy.tanh(0.5 * z) + 0.5


def _floored(z: Host, floor: float) -> Host:
    return numpy.maximum(floor, z)


def _gelu_sigmoid(z: Host) -> Host:
    return z * sigmoid(1.702 * z)


def _mish_slope(z: Host) -> Host:
    t = numpy.tanh(numpy.logaddexp(0.0, z))
    return t + z * (1.0 - t * t) * sigmoid(z)


_FORMULAS = {
    "identity": "1",
    "relu": "z > 0",
    "leaky_relu": "where(z > 0, 1, slope)",
    "elu": "where(z > 0, 1, alpha * exp(z))",
    "softplus": "sigmoid(z)",
    "sigmoid": "a * (1 - a)",
    "tanh": "1 - a**2",
    "silu": "s + a * (1 - s) with s = sigmoid(z)",
    "gelu": "Phi(z) + z * phi(z)",
    "gelu_tanh": "(1 + t) / 2 + z * (1 - t**2) * u' / 2",
}
_LEFT = {"relu": 0.0, "leaky_relu": LeakyReLU().slope, "elu": 0.0}
_OWN = {name: _from_nn(name, ACTIVATIONS[name](), formula, _LEFT.get(name)) for name, formula in _FORMULAS.items()}
_LEAKY = [
    _from_nn(f"leaky_relu({slope:g})", LeakyReLU(slope), f"where(z > 0, 1, {slope:g})", slope)
    for slope in (0.1, 0.2, 0.3, 0.05, 0.001, 0.25, 0.02)
]
# sigmoid written 1 / (1 + e^z): falls where it should rise
FALLING = Elementwise("sigmoid(-z)", lambda z: sigmoid(-z), lambda z: -sigmoid(z) * sigmoid(-z), "-a * (1 - a)")
_SELU_L, _SELU_A = 1.0507009873554805, 1.6732632423543772
_WILD = [
    FALLING,
    Elementwise("relu floored at 0.001", partial(_floored, floor=1e-3), lambda z: (z > 1e-3) * 1.0, "z > 0.001", 0.0),
    Elementwise("relu floored at 0.01", partial(_floored, floor=1e-2), lambda z: (z > 1e-2) * 1.0, "z > 0.01", 0.0),
    Elementwise("softsign", lambda z: z / (1.0 + abs(z)), lambda z: 1.0 / (1.0 + abs(z)) ** 2, "1 / (1 + |z|)**2"),
    Elementwise("arctan", numpy.arctan, lambda z: 1.0 / (1.0 + z * z), "1 / (1 + z**2)"),
    Elementwise("sin", numpy.sin, numpy.cos, "cos(z)"),
    Elementwise("cos", numpy.cos, lambda z: -numpy.sin(z), "-sin(z)"),
    Elementwise("gaussian", lambda z: numpy.exp(-z * z), lambda z: -2.0 * z * numpy.exp(-z * z), "-2 * z * a"),
    Elementwise("square", lambda z: z * z, lambda z: 2.0 * z, "2 * z"),
    Elementwise("cube", lambda z: z**3, lambda z: 3.0 * z * z, "3 * z**2"),
    Elementwise("abs", abs, numpy.sign, "sign(z)"),
    Elementwise("exp", lambda z: numpy.exp(numpy.minimum(z, 500.0)), lambda z: numpy.exp(numpy.minimum(z, 500.0)), "a"),
    Elementwise(
        "mish", lambda z: z * numpy.tanh(numpy.logaddexp(0.0, z)), _mish_slope, "t + z * (1 - t**2) * s"
    ),  # t = tanh(softplus z), s = sigmoid z
    Elementwise(
        "selu",
        lambda z: _SELU_L * numpy.where(z > 0, z, _SELU_A * numpy.expm1(numpy.minimum(z, 0.0))),
        lambda z: _SELU_L * numpy.where(z > 0, 1.0, _SELU_A * numpy.exp(numpy.minimum(z, 0.0))),
        "lambda * where(z > 0, 1, alpha * exp(z))",
        0.0,
    ),
    Elementwise(
        "relu6", lambda z: numpy.clip(z, 0.0, 6.0), lambda z: ((z > 0) & (z < 6)) * 1.0, "(z > 0) & (z < 6)", 0.0
    ),
    Elementwise("hard_tanh", lambda z: numpy.clip(z, -1.0, 1.0), lambda z: (abs(z) < 1) * 1.0, "|z| < 1"),
    Elementwise(
        "hard_sigmoid",
        lambda z: numpy.clip(0.2 * z + 0.5, 0.0, 1.0),
        lambda z: 0.2 * (abs(z) < 2.5),
        "where(|z| < 2.5, 0.2, 0)",
    ),
    Elementwise(
        "scaled tanh",
        lambda z: 1.7159 * numpy.tanh(2.0 / 3.0 * z),
        lambda z: 1.7159 * 2.0 / 3.0 * (1.0 - numpy.tanh(2.0 / 3.0 * z) ** 2),
        "1.7159 * 2/3 * (1 - tanh(2/3 z)**2)",
    ),
    Elementwise(
        "gelu_sigmoid",
        _gelu_sigmoid,
        lambda z: sigmoid(1.702 * z) * (1.0 + 1.702 * z * (1.0 - sigmoid(1.702 * z))),
        "s + 1.702 * a * (1 - s) with s = sigmoid(1.702 z)",
    ),
]

COMMON = tuple(_OWN.values())
FUNCTIONS: tuple[Elementwise, ...] = (*COMMON, *_LEAKY, *_WILD)
IDENTITY, RELU, SIGMOID, TANH = (_OWN[name] for name in ("identity", "relu", "sigmoid", "tanh"))

# Formulas that people write for a derivative, of z the pre-activation or a the output, without being anybody's f'.
Formula = Callable[[Host], Host]
WRITTEN: tuple[tuple[str, Formula], ...] = (
    ("{x} * (1 - {x})", lambda x: x * (1.0 - x)),
    ("1 - {x}**2", lambda x: 1.0 - x * x),
    ("1 - {x}", lambda x: 1.0 - x),
    ("1 + {x}", lambda x: 1.0 + x),
    ("{x} * (1 + {x})", lambda x: x * (1.0 + x)),
    ("1 + {x}**2", lambda x: 1.0 + x * x),
    ("(1 - {x})**2", lambda x: (1.0 - x) ** 2),
    ("{x}**2", lambda x: x * x),
    ("{x} <= 0", lambda x: (x <= 0) * 1.0),
    ("{x} > 1", lambda x: (x > 1) * 1.0),
    ("{x} * (1 - {x}**2)", lambda x: x * (1.0 - x * x)),
    ("sqrt|{x}|", lambda x: numpy.sqrt(abs(x))),
    ("1 / (1 + {x}**2)", lambda x: 1.0 / (1.0 + x * x)),
    ("1 / (1 + |{x}|)", lambda x: 1.0 / (1.0 + abs(x))),
    ("1 / cosh {x}", lambda x: 1.0 / numpy.cosh(numpy.clip(x, -300, 300))),
    ("-{x}", lambda x: -x),
)


class Derivative(NamedTuple):
    """A candidate for what the user multiplied by instead of ``f'(z)``."""

    code: str
    name: str
    value: Host


def wrong_derivatives(true: Elementwise, z: Host, a: Host) -> list[Derivative]:
    """List everything that might stand where ``f'(z)`` belongs, the likeliest first."""
    phi = true.df(z)
    found = [
        Derivative("derivative-missing", "1", numpy.ones_like(z)),
        Derivative("derivative-of-output", f"the derivative of {true.name}, taken of the output a", true.df(a)),
        Derivative("derivative-twice", f"the derivative of {true.name}, squared", phi * phi),
    ]
    named = [
        Derivative("derivative-wrong", f"{what} {known.name}, of {which}", f(x))
        for x, which in ((z, "the pre-activation z"), (a, "the output a"))
        for known in FUNCTIONS
        for what, f in (("the derivative of", known.df), ("the function", known.f))
        if not (known is true and f is known.df) and known is not IDENTITY
    ]
    written = [
        Derivative("derivative-wrong", formula.format(x=x_name), f(x))
        for x, x_name in ((z, "z"), (a, "a"))
        for formula, f in WRITTEN
    ]
    named += [
        Derivative("derivative-wrong", "where(z > 0, 1, a)", numpy.where(z > 0, 1.0, a)),
        Derivative(
            "derivative-wrong", "where(z > 0, 1, exp(a))", numpy.where(z > 0, 1.0, numpy.exp(numpy.minimum(a, 9.0)))
        ),
        Derivative("derivative-wrong", "where(z > 0, 1, -1)", numpy.where(z > 0, 1.0, -1.0)),
        Derivative("derivative-wrong", "where(z > 0, z, 0)", numpy.where(z > 0, z, 0.0)),
        Derivative("derivative-wrong", "z itself", z),
        Derivative("derivative-wrong", "the output a itself", a),
        Derivative("derivative-wrong", f"the derivative of {true.name}, of -z", true.df(-z)),
        Derivative("derivative-wrong", f"the reciprocal of the derivative of {true.name}", _reciprocal(phi)),
    ]
    kept: list[tuple[float, Derivative]] = []  # with one entry of the value: nearly all differ in it
    for slope in (*found, *written, *named):
        x = slope.value
        size, one = float(numpy.max(abs(x))), float(x.flat[0])
        # A multiple of the right one is a factor or a sign, not another function; the first name for a value holds.
        if not numpy.isfinite(size) or _parallel(x, phi):
            continue
        allowed = 1e-12 * max(1.0, size)
        near = (other.value for first, other in kept if abs(one - first) <= allowed)
        if not any(float(numpy.max(abs(x - y))) <= allowed for y in near):
            kept.append((one, slope))
    return [slope for _, slope in kept]


def _parallel(x: Host, y: Host) -> bool:
    dot, xx, yy = (float(numpy.vdot(p, q)) for p, q in ((x, y), (x, x), (y, y)))
    return xx == 0.0 or yy == 0.0 or abs(dot) >= (1.0 - 1e-12) * (xx * yy) ** 0.5


def _reciprocal(x: Host) -> Host:
    with numpy.errstate(divide="ignore"):
        return 1.0 / x
