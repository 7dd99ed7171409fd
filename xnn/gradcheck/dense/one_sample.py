"""The layers of the user's network, seen through one sample at a time.

With one sample and layers ``z = a W + b`` the numeric gradient shows all there is: ``delta_l = n_b``, and as
``n_W = a_{l-1}^T delta_l`` has rank one, the layer's input ``a_{l-1} = n_W delta_l / (delta_l . delta_l)``. Whether it
*has* rank one, and x for its first factor in the first layer, says whether the layout is so. The pairs (z, a) then tell
each activation by itself, its parameter included: nothing is assumed of the loss, nor of the other layers.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy

from ..numeric import gradient
from ..program.calls import Program, Raised
from ..program.samples import count_samples, take_samples
from ..program.tree import Host
from .activations import FUNCTIONS, Elementwise, sigmoid
from .data import Data
from .layout import Layer, Layout

SAMPLES = 6
AGREES = 1e-6


class SampleGradient(NamedTuple):
    """The numeric gradient n, shape (N,), of the loss of sample number `i` alone."""

    i: int
    n: Host


def singles(program: Program, theta: Host, data: tuple[Any, ...]) -> list[SampleGradient]:
    """Return the numeric gradients of a few samples' losses, one by one; none where they are not available."""
    samples = count_samples(data)
    if samples is None or not program.affords(4 * SAMPLES * theta.size):
        return []
    found = []
    try:
        for i in range(min(samples, SAMPLES)):
            at = program.along(theta, take_samples(data, samples, [i]))
            found.append(SampleGradient(i, gradient(at).value))
    except Raised:
        return []
    return [single for single in found if numpy.all(numpy.isfinite(single.n))]


def activations(
    layout: Layout, data: Data, theta: Host, seen: Sequence[SampleGradient]
) -> tuple[Elementwise, ...] | None:
    """Return the activation of each hidden layer, or None where this is not the layout, or one is not recognised."""
    if any(layer.b is None or layer.b.size != layer.W.shape[1] for layer in layout):
        return None
    pairs: list[list[tuple[Host, Host]]] = [[] for _ in layout[1:]]
    for single in seen:
        inputs = _inputs(layout, data.X[single.i], theta, single.n)
        if inputs is None:
            return None
        for i, (x, a) in enumerate(pairwise(inputs)):
            if x is not None and a is not None:
                pairs[i].append((x @ theta[layout[i].W] + theta[layout[i].b], a))
    if not all(pairs):
        return None
    found = [recognise(*(numpy.concatenate(column) for column in zip(*layer, strict=True))) for layer in pairs]
    return None if any(known is None for known in found) else tuple(known for known in found if known is not None)


def _inputs(layout: Layout, x: Host, theta: Host, n: Host) -> list[Host | None] | None:
    """Return every layer's input for one sample, None where nothing flows back to it; None if it is not so."""
    found: list[Host | None] = [x]
    lam, slope = _decay(layout[0], x, theta, n)
    size = float(numpy.linalg.norm(n))
    for i, layer in enumerate(layout):
        delta = n[layer.b]
        G = n[layer.W] - lam * slope(theta[layer.W])
        flows = float(delta @ delta)
        if i:
            found.append(G @ delta / flows if flows > 1e-16 * size * size else None)
        a = found[i]
        rest = G if a is None else G - numpy.outer(a, delta)
        if float(numpy.linalg.norm(rest)) > AGREES * size:
            return None
    return found


def _decay(layer: Layer, x: Host, theta: Host, n: Host) -> tuple[float, Callable[[Host], Host]]:
    """Return the weight decay's factor and slope: what the first gradient has across x."""
    size = float(x @ x)

    def across(G: Host) -> Host:
        return G - numpy.outer(x, x @ G) / size if size else G

    G, W = across(n[layer.W]), theta[layer.W]
    slopes: tuple[Callable[[Host], Host], ...] = (lambda w: w, numpy.sign)
    for slope in slopes:
        R = across(slope(W))
        lam = float(numpy.sum(G * R)) / (float(numpy.sum(R * R)) or 1.0)
        if float(numpy.linalg.norm(G - lam * R)) <= AGREES * float(numpy.linalg.norm(n)):
            return (lam if abs(lam) > 1e-7 else 0.0), slope
    return 0.0, slopes[0]


def recognise(z: Host, a: Host) -> Elementwise | None:
    """Name the function that takes `z` to `a`, fitting the one parameter that it may have."""
    with numpy.errstate(all="ignore"):
        for known in (*FUNCTIONS, *_fitted(z, a)):
            if numpy.max(abs(known.f(z) - a), initial=0.0) <= AGREES * max(1.0, float(numpy.max(abs(a)))):
                return known
    return None


def _fitted(z: Host, a: Host) -> Iterator[Elementwise]:
    """Yield each family with the parameter that the pairs (z, a) have in the middle; with one each must agree."""

    def middle(values: Host, where: Host) -> float:
        chosen = values[where & numpy.isfinite(values)]
        return float(numpy.median(chosen)) if chosen.size else float("nan")

    def logit(p: Host) -> Host:
        return numpy.log(p / (1.0 - p))

    down = z < 0
    wide = abs(z) > 1e-3
    p = middle(a / z, down)
    yield Elementwise(
        f"leaky relu with slope {p:.4g}",
        lambda z: numpy.where(z > 0, z, p * z),
        lambda z: numpy.where(z > 0, 1.0, p),
        f"where(z > 0, 1, {p:.4g})",
        p,
    )
    q = middle(a / numpy.expm1(z), down)
    yield Elementwise(
        f"elu with alpha {q:.4g}",
        lambda z: numpy.where(z > 0, z, q * numpy.expm1(numpy.minimum(z, 0.0))),
        lambda z: numpy.where(z > 0, 1.0, q * numpy.exp(numpy.minimum(z, 0.0))),
        f"where(z > 0, 1, {q:.4g} * exp(z))",
    )
    r = middle(logit(a / z) / z, wide)
    yield Elementwise(
        f"swish z * sigmoid({r:.4g} z)",
        lambda z: z * sigmoid(r * z),
        lambda z: sigmoid(r * z) * (1.0 + r * z * (1.0 - sigmoid(r * z))),
        f"s + {r:.4g} * a * (1 - s) with s = sigmoid({r:.4g} z)",
    )
    s = middle(logit(a) / z, wide)
    yield Elementwise(
        f"sigmoid({s:.4g} z)",
        lambda z: sigmoid(s * z),
        lambda z: s * sigmoid(s * z) * sigmoid(-s * z),
        f"{s:.4g} * a * (1 - a)",
    )
    t = middle(numpy.arctanh(a) / z, wide)
    yield Elementwise(
        f"tanh({t:.4g} z)",
        lambda z: numpy.tanh(t * z),
        lambda z: t * (1.0 - numpy.tanh(t * z) ** 2),
        f"{t:.4g} * (1 - a**2)",
    )
    g = middle(-numpy.log(a) / (z * z), wide)
    yield Elementwise(
        f"gaussian exp(-{g:.4g} z**2)",
        lambda z: numpy.exp(-g * z * z),
        lambda z: -2.0 * g * z * numpy.exp(-g * z * z),
        f"-2 * {g:.4g} * z * a",
    )
    c = middle((a - z) / z**3, wide)
    yield Elementwise(
        f"z + {c:.4g} z**3", lambda z: z + c * z**3, lambda z: 1.0 + 3.0 * c * z * z, f"1 + {3 * c:.4g} * z**2"
    )
    for known in FUNCTIONS:
        values = known.f(z)
        k = middle(a / values, abs(values) > 1e-6)
        formula = f"{k:.4g} * ({known.formula})"
        yield Elementwise(f"{k:.4g} * {known.name}", _times(k, known.f), _times(k, known.df), formula, known.left)
        o = middle(a - values, numpy.ones_like(z, dtype=bool))
        yield Elementwise(f"{known.name} + {o:.4g}", _plus(o, known.f), known.df, known.formula, known.left)


def _times(k: float, f: Callable[[Host], Host]) -> Callable[[Host], Host]:
    return lambda z: k * f(z)


def _plus(o: float, f: Callable[[Host], Host]) -> Callable[[Host], Host]:
    return lambda z: f(z) + o
