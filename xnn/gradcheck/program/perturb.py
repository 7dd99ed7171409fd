"""All losses of a network in which one parameter at a time is moved, many parameters in one pass.

A step ``h`` in ``W[i, j]`` moves one column of its layer's pre-activation, ``z[:, j] + h x[:, i]``, a step in ``b[j]``
the same column by ``h``; the next layer then sees ``z + (f(z[:, j] + h x[:, i]) - y[:, j]) W[j, :]``. So the layers
beneath are computed once, and those above for as many parameters together as fit the cache. Nothing here uses a
derivative: the values are those that the objective itself gives, to rounding.
"""

from collections.abc import Sequence
from typing import Any

import numpy

from ...backends import Array, namespace, place_like, to_host
from ...nn import ACTIVATIONS, LOSSES, MLP, Dense, Objective, Penalty, Softmax, dense
from .tree import Host

ENTRIES = 1 << 18  # numbers in the biggest array made


def can_move_together(objective: Any) -> bool:
    """Whether all parts are xnn's own: one of the user's own might join the samples, or the units."""
    return (
        type(objective) is Objective
        and type(objective.mlp) is MLP
        and type(objective.loss) in LOSSES.values()
        and type(objective.penalty) is Penalty
        and {type(objective.mlp.activation), type(objective.mlp.output)} <= set(ACTIVATIONS.values())
    )


def perturbed(
    objective: Objective,
    params: Sequence[Dense],
    leaf: int,
    entries: Host,
    steps: Host,
    x: Array,
    targets: Array,
    weights: Array | None = None,
) -> Host:
    """Return the objective's value after each single step.

    Parameters
    ----------
    objective : Objective
    params : list of Dense
    leaf : int
        Which tensor, counted over ``W, b, W, b, ...`` without the biases that are None.
    entries : array of int, shape (k,)
        Which of its entries, counted row by row.
    steps : array, shape (k, s)
        How far each is moved, s times.
    x, targets, weights
        The objective's data.

    Returns
    -------
    array, shape (k, s)
    """
    layer, part = [(i, part) for i, pair in enumerate(params) for part in (0, 1) if pair[part] is not None][leaf]
    values = numpy.empty(steps.shape)
    widest = max(objective.mlp.sizes[layer + 1 :]) * x.shape[0] * steps.shape[1]
    count = max(1, ENTRIES // widest)
    _, traces = objective.mlp.forward(params, x)
    for start in range(0, len(entries), count):
        chunk = slice(start, start + count)
        outputs = _outputs(objective.mlp, params, traces, layer, part, entries[chunk], steps[chunk])
        values[chunk] = to_host(_losses(objective, outputs, targets, weights)).reshape(steps[chunk].shape)
    moved = to_host(params[layer][part]).reshape(-1)[entries][:, None]  # type: ignore[arg-type]
    return values + float(objective.penalty(params)) + _penalty_change(objective.penalty, part, moved, steps)


def _outputs(
    mlp: MLP, params: Sequence[Dense], traces: Sequence[Any], layer: int, part: int, entries: Host, steps: Host
) -> Array:
    """Return the outputs, shape (n, k s, K): every sample's, for every step."""
    x, z, y, _ = traces[layer]
    xp, units = namespace(z), z.shape[1]
    n, k, s = x.shape[0], *steps.shape

    place = place_like(z, dtype="float64")
    rows, columns = place.asarray(entries // units), place.asarray(entries % units)
    by = place.floats(steps)[None, :, :]
    if part == 0:
        by = by * xp.take(x, rows, axis=1)[:, :, None]
    last = layer == len(params) - 1
    activation = mlp.output if last else mlp.activation
    if last or isinstance(activation, Softmax):  # every unit may move: z as a whole
        here = place.floats(numpy.eye(units)[entries % units])
        z = xp.reshape(z[:, None, None, :] + by[..., None] * here[None, :, None, :], (n * k * s, units))
        above = layer
    else:
        change = activation.forward(xp.take(z, columns, axis=1)[:, :, None] + by)
        change = change - xp.take(y, columns, axis=1)[:, :, None]
        above = layer + 1
        W = xp.take(params[above].W, columns, axis=0)[None, :, None, :]
        z = traces[above].z[:, None, None, :] + change[..., None] * W
        z = xp.reshape(z, (n * k * s, z.shape[-1]))
    for i in range(above, len(params)):
        z = z if i == above else dense(z, params[i])
        z = (mlp.output if i == len(params) - 1 else mlp.activation).forward(z)
    return xp.reshape(z, (n, k * s, z.shape[-1]))


def _losses(objective: Objective, outputs: Array, targets: Array, weights: Array | None) -> Array:
    """Return the loss of all samples for each step, shape (k s,)."""
    xp = namespace(outputs)
    n, steps, units = outputs.shape
    tiled = xp.broadcast_to(targets[:, None, ...], (n, steps, *targets.shape[1:]))
    outputs = xp.reshape(outputs, (n * steps, units))
    each = objective.loss.forward(outputs, xp.reshape(tiled, (n * steps, *targets.shape[1:])))[0]
    each = xp.reshape(each, (n, steps))
    if weights is not None:
        each = each * xp.astype(weights, each.dtype)[:, None]
    return xp.sum(each, axis=0) * objective.loss.share(n)


def _penalty_change(penalty: Penalty, part: int, w: Host, steps: Host) -> Host:
    if not penalty or (part == 1 and not penalty.biases):
        return numpy.zeros_like(steps)
    return penalty.l1 * (abs(w + steps) - abs(w)) + 0.5 * penalty.l2 * steps * (2.0 * w + steps)
