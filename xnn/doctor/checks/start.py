"""Is it the start? Units that begin equal and stay so, weights too big or too small, units that are dead."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy

from ...findings import Finding
from ...gradcheck.parts import Host, Trace
from ..examination import Examination
from ..limits import (
    CHAIN,
    DEAD_SAMPLES,
    EXPLODED,
    GAIN_HUGE,
    GAIN_SATURATING,
    GAIN_TINY,
    LEARNT,
    SURE,
    UNITS_ALL,
    UNITS_MOST,
    VANISHED,
    VANISHED_NORM,
)
from ..run.units import dead_share, saturated_share
from ..subject import Subject

ROWS = 512


def check(exam: Examination) -> Iterator[Finding]:
    """Yield what is wrong with the parameters as a start."""
    subject, base = exam.subject, exam.facts.baseline
    symmetric = list(_symmetric(subject))
    yield from symmetric
    if not symmetric:
        yield from _sizes(subject, base)
    yield from _initial_loss(subject, base)


def _symmetric(subject: Subject) -> Iterator[Finding]:
    network, theta = subject.network, subject.theta
    if network is None:
        weights = _weights(subject)
        if len(weights) > 1 and all(numpy.ptp(W) == 0 for _, W in weights):
            yield _equal_units(weights[0][0], bool(numpy.all(weights[0][1] == 0)), max(weights[0][1].shape))
        return
    for i, (layer, after) in enumerate(zip(network.layout, network.layout[1:], strict=False)):
        W, b, V = theta[layer.W], None if layer.b is None else theta[layer.b], theta[after.W]
        units = W.shape[1]
        if units < 2 or numpy.any(numpy.ptp(W, axis=1)) or (b is not None and numpy.ptp(b) > 0):
            continue
        zero = bool(numpy.all(W == 0))
        b0 = numpy.zeros(1) if b is None else b[:1].astype(float)
        still = zero and float(network.activations[i].df(b0)[0]) == 0.0
        if not numpy.any(numpy.ptp(V, axis=0)) or still:
            yield _equal_units(layer.W_name, zero, units)
            return


def _weights(subject: Subject) -> list[tuple[str, Host]]:
    """Return the leaves that are weights, as matrices, where the network is not known: kernels as well."""
    found = []
    for leaf in subject.program.leaves:
        W = leaf.cut(subject.theta)
        if W.ndim > 1 and W.size > 1 and not (min(W.shape) == 1 and W.ndim == 2 and numpy.ptp(W) == 0):
            found.append((leaf.name, W.reshape(len(W), -1)))
    return found


def _equal_units(name: str, zero: bool, units: int) -> Finding:
    what = "zero" if zero else "equal"
    return Finding(
        "zero-init" if zero else "symmetric-init", name,
        f"the weights of all {units} units begin {what}: they get the same gradient and stay alike for ever.",
        f"draw {name} at random: rng.normal(size=shape) * sqrt(2 / inputs) before ReLU, sqrt(1 / inputs) before tanh "
        "or sigmoid; zeros are right for biases",
        f"{units} units that compute the same are one",
    )  # fmt: skip


def _sizes(subject: Subject, base: float) -> Iterator[Finding]:
    network, rows = subject.network, subject.rows
    if network is None or rows is None or subject.samples is None:
        strange = list(_strange_sizes(subject))
        yield from strange or list(_vanishing_chain(subject)) or _dead_by_gradient(subject)
        return
    which = list(range(subject.samples)) if subject.samples <= ROWS else subject.choose(ROWS)
    traces = subject.traces(subject.theta, which)
    if traces is None or not numpy.all(numpy.isfinite(traces[-1].z)):
        traces = None
    loss = subject.loss(subject.theta, subject.part(which) if len(which) < subject.samples else None)
    if numpy.isfinite(loss) and numpy.isfinite(base) and loss < LEARNT * base:
        return  # it has learnt already: what it looks like inside is its own affair
    gains = [_gain(subject.theta[layer.W]) for layer in network.layout]
    hidden = [] if traces is None else traces[:-1]
    saturated = [0.0 if t.a.min() == 0.0 and t.a.max() < 1 else saturated_share(t.a[0]) for t in hidden]
    dead = [_dead(subject, i, t) for i, t in enumerate(hidden)]
    size = float(numpy.sqrt(numpy.mean(numpy.square(rows[which].astype(float)))))
    for i, layer in enumerate(network.layout):
        lost = traces is None or (i < len(saturated) and saturated[i] > UNITS_MOST) or _far_off(loss, base)
        steep = gains[i] > GAIN_SATURATING and numpy.isfinite(base) and loss > 15.0 * base
        if (
            (gains[i] > GAIN_HUGE and lost)
            or steep
            or (i < len(saturated) and saturated[i] > UNITS_MOST and gains[i] > GAIN_SATURATING)
        ):
            right = _right_scale(layer.W.shape[0], network.activations[i].name if i < len(hidden) else "")
            yield Finding(
                "init-scale", layer.W_name,
                f"its weights begin {_ratio(gains[i])} times too big: std {_std(subject.theta[layer.W]):.3g}.",
                f"draw them with std {right:.3g}, the root of {'2' if _is_relu(subject, i) else '1'} / "
                f"{layer.W.shape[0]} inputs",
                _harm(saturated[i] if i < len(saturated) else 0.0, loss, base),
            )  # fmt: skip
            return
        if gains[i] < GAIN_TINY and i < len(hidden) and numpy.any(subject.theta[layer.W]):
            right = _right_scale(layer.W.shape[0], network.activations[i].name)
            yield Finding(
                "init-scale", layer.W_name,
                f"its weights begin {1 / gains[i]:.0f} times too small: std {_std(subject.theta[layer.W]):.3g}.",
                f"draw them with std {right:.3g}, the root of {'2' if _is_relu(subject, i) else '1'} / "
                f"{layer.W.shape[0]} inputs",
                f"what goes through this layer shrinks to {gains[i]:.2g} of its size, and the gradient with it", 0.95,
            )  # fmt: skip
            return
    flow = list(_flow(subject, size)) if max((*dead, *saturated), default=0.0) < 0.9 else []
    yield from flow or _units(subject, hidden, dead, saturated, size)


def _initial_loss(subject: Subject, base: float) -> Iterator[Finding]:
    """Yield whether the network begins far surer than it can be, and whether the last layer's biases make it so."""
    network, classes, loss = subject.network, subject.targets.classes, subject.loss(subject.theta)
    if classes < 2 or network is None or not numpy.isfinite(base) or base <= 0:
        return
    chance = base * numpy.log(classes) / max(subject.targets.chance, 1e-12)  # ln C, in the loss's own reduction
    last = network.layout[-1].b
    if not loss >= SURE * chance:
        return
    plain = subject.theta.copy()
    if last is not None:
        plain[last] = 0.0
    without = subject.loss(plain)
    biased = without < 1.5 * chance and loss > 3.0 * without
    yield Finding(
        "initial-loss", network.layout[-1].b_name if biased else "",
        f"the loss begins at {loss:.4g}, where {classes} equally likely classes give {chance:.4g}.",
        f"begin the last layer's biases at 0: the loss is then {without:.4g}" if biased else
        f"draw the last layer's weights {loss / chance:.0f} times smaller: it can know nothing yet",
        "|L0 - ln C| is as big as ln C, and more", 0.9, note=not biased,
    )  # fmt: skip


def _strange_sizes(subject: Subject) -> Iterator[Finding]:
    """Judge sizes where the network is not known: nor is the inputs' axis then, so the milder reading counts."""
    weights, loss = _weights(subject), subject.loss(subject.theta)
    small = subject.loss(1e-3 * subject.theta)  # about the constant-prediction baseline
    for i, (name, W) in enumerate(weights):
        low, high = (_std(W) * n**0.5 for n in (max(W.shape), min(W.shape)))
        if high > GAIN_HUGE and not loss < 15.0 * abs(small):
            yield Finding(
                "init-scale", name, f"its weights begin about {_ratio(high)} times too big: std {_std(W):.3g}.",
                f"draw them with std {max(W.shape) ** -0.5:.3g} to {min(W.shape) ** -0.5:.3g}, the root of 1 / inputs",
                f"the loss is {loss:.3g}, and {small:.3g} with weights a thousand times smaller", 0.9,
            )  # fmt: skip
            return
        if 0 < low < GAIN_TINY and i < len(weights) - 1:
            yield Finding(
                "init-scale", name, f"its weights begin about {1 / low:.0f} times too small: std {_std(W):.3g}.",
                f"draw them with std {max(W.shape) ** -0.5:.3g} to {min(W.shape) ** -0.5:.3g}, the root of 1 / inputs",
                "what goes through this layer shrinks, and the gradient with it", 0.85,
            )  # fmt: skip
            return


def _units(
    subject: Subject, hidden: Sequence[Trace], dead: Sequence[float], saturated: Sequence[float], size: float
) -> Iterator[Finding]:
    network = subject.network
    assert network is not None
    for i, layer in enumerate(network.layout[: len(hidden)]):
        name = layer.W_name
        if _too_many(dead[i], subject):
            bias = 0.0 if layer.b is None else float(numpy.mean(subject.theta[layer.b]))
            lift = float(numpy.median(-numpy.max(hidden[i].z[0], axis=0)))
            yield Finding(
                "dead-units", name, f"{dead[i]:.0%} of the {layer.W.shape[1]} units are zero for every sample: no "
                "gradient reaches them.",
                f"begin with biases of 0 instead of {bias:.3g}" if bias < -0.5 else
                f"centre the inputs, or raise the biases by {max(lift, 0.01):.3g}; or use leaky ReLU",
                f"their largest z is {-lift:.3g} at the median", 0.95,
            )  # fmt: skip
            return
        if saturated[i] > UNITS_MOST:
            z = float(numpy.sqrt(numpy.mean(hidden[i].z[0] ** 2)))
            yield Finding(
                "saturated-units", name, f"{saturated[i]:.0%} of its activations are at the end of their range, where "
                "the derivative is almost 0.",
                f"make the inputs or the weights {z:.0f} times smaller"
                if size > 1 else f"make its weights and biases {z:.0f} times smaller",
                f"the root mean square of z is {z:.3g}; it should be about 1", 0.95,
            )  # fmt: skip
            return


def _flow(subject: Subject, size: float) -> Iterator[Finding]:
    """Compare the gradient of the first layer with the last's, where the gradient is right."""
    network = subject.network
    g = subject.gradient(subject.theta) if subject.gradient_ok else None
    if network is None or g is None or len(network.layout) < 3 or not numpy.all(numpy.isfinite(g)):
        return
    norms = [float(numpy.linalg.norm(g[layer.W])) for layer in network.layout]
    if not norms[-1]:
        return
    ratio, layers = norms[0] / norms[-1], len(norms)
    if ratio < VANISHED and norms[0] < VANISHED_NORM * max(1.0, norms[-1]):
        sigmoid = any("sigmoid" in known.name for known in network.activations)
        yield Finding(
            "vanishing-gradients", network.layout[0].W_name,
            f"over {layers} layers the gradient shrinks to {ratio:.1g}: the first layers hardly move.",
            "use ReLU or tanh with weights of std sqrt(2 / inputs) or sqrt(1 / inputs)" if sigmoid else
            f"make the weights {ratio ** (-1 / (layers - 1)):.1f} times bigger in each layer",
            f"norms of the gradients, first to last: {', '.join(f'{n:.1e}' for n in norms)}", 0.95,
        )  # fmt: skip
    elif ratio > EXPLODED * max(1.0, size):
        yield Finding(
            "exploding-gradients", network.layout[0].W_name,
            f"over {layers} layers the gradient grows {ratio:.0f} times.",
            f"make the weights {ratio ** (1 / (layers - 1)):.1f} times smaller in each layer, or clip the gradient's "
            f"norm to {norms[-1]:.2g}",
            f"norms of the gradients, first to last: {', '.join(f'{n:.1e}' for n in norms)}", 0.95,
        )  # fmt: skip


def _vanishing_chain(subject: Subject) -> Iterator[Finding]:
    """Compare the weights' gradients where the network is not known: a chain shrinks them from layer to layer."""
    g = subject.gradient(subject.theta) if subject.gradient_ok else None
    if g is None or len(subject.matrices) < CHAIN or not numpy.all(numpy.isfinite(g)):
        return
    leaves = [subject.program.leaves[i] for i in subject.matrices]
    norms = [float(numpy.linalg.norm(g[leaf.slice])) for leaf in leaves]
    if norms[0] > norms[-1]:
        leaves, norms = leaves[::-1], norms[::-1]
    shrinks = all(0.0 < here < after for here, after in pairwise(norms))
    if shrinks and norms[0] < VANISHED_NORM * norms[-1]:
        yield Finding(
            "vanishing-gradients", leaves[0].name,
            f"over {len(norms)} layers the gradient shrinks to {norms[0] / norms[-1]:.1g}: the first layers hardly "
            "move.",
            "use ReLU or tanh with weights of std sqrt(2 / inputs) or sqrt(1 / inputs), or fewer layers",
            f"norms of the gradients, first to last: {', '.join(f'{n:.1e}' for n in norms)}", 0.9,
        )  # fmt: skip


def _dead_by_gradient(subject: Subject) -> Iterator[Finding]:
    """Where the network is not known: units whose weights get no gradient at all, in a right gradient.

    A dead unit's are zero in what goes into it and in what comes out of it. An input that is 0 in these samples, a
    letter that does not occur, has weights of no gradient on one side alone.
    """
    g = subject.gradient(subject.theta) if subject.gradient_ok else None
    if g is None or not numpy.any(g):
        return
    leaves = subject.program.leaves
    for i in subject.matrices[:-1]:
        part = leaves[i].cut(g)
        others = [leaf.cut(g) for leaf in leaves if leaf is not leaves[i]]
        still = [numpy.all(part == 0, axis=axis) for axis in (0, 1)]
        share = max(float(numpy.mean(zero)) if _is_still_beside(others, zero) else 0.0 for zero in still)
        if _too_many(share, subject) and numpy.any(part):
            yield Finding(
                "dead-units", leaves[i].name, f"{share:.0%} of its units get no gradient from any sample.",
                "begin with biases of 0, centre the inputs, or use leaky ReLU",
                "their part of the gradient is exactly 0", 0.85,
            )  # fmt: skip
            return


def _is_still_beside(others: Sequence[Host], zero: Host) -> bool:
    """Whether another tensor of as many units has no gradient for the same ones."""
    sides = [numpy.moveaxis(x, axis, 0) for x in others for axis in range(x.ndim) if x.shape[axis] == len(zero)]
    return any(not numpy.any(side[zero]) for side in sides)


def _too_many(share: float, subject: Subject) -> bool:
    """Whether so many dead units are a fault: on a few samples a healthy unit may be zero for all of them."""
    return share >= UNITS_ALL or (share >= UNITS_MOST and (subject.samples or 0) >= DEAD_SAMPLES)


def _dead(subject: Subject, i: int, trace: Trace) -> float:
    network = subject.network
    assert network is not None
    slope = network.activations[i].df(trace.z[0])
    if "floored" in network.activations[i].name or network.activations[i].name == "relu":
        return float(numpy.mean(numpy.all(slope == 0, axis=0)))
    return dead_share(trace.a[0])


def _gain(W: Host) -> float:
    return float(numpy.sqrt(numpy.mean(W * W)) * W.shape[0] ** 0.5)


def _std(W: Host) -> float:
    return float(numpy.sqrt(numpy.mean(W * W)))


def _right_scale(inputs: int, activation: str) -> float:
    return ((2.0 if "elu" in activation else 1.0) / inputs) ** 0.5


def _is_relu(subject: Subject, i: int) -> bool:
    network = subject.network
    return network is not None and i < len(network.activations) and "elu" in network.activations[i].name


def _ratio(gain: float) -> str:
    return f"{gain:.0f}" if gain >= 3 else f"{gain:.1f}"


def _far_off(loss: float, base: float) -> bool:
    return not numpy.isfinite(loss) or (numpy.isfinite(base) and loss > 5.0 * base)


def _harm(saturated: float, loss: float, base: float) -> str:
    seen = [f"{saturated:.0%} of the activations are at the end of their range"] if saturated > UNITS_MOST else []
    if numpy.isfinite(base):
        seen.append(f"the loss begins at {loss:.3g}, where a constant prediction has {base:.3g}")
    return "; ".join(seen)
