"""The table the optimizer tests run over: each rule as a loop over plain numbers, and PyTorch's own.

A new row in ``OPTIMIZERS`` is tested as soon as it has one here, and a test fails until it does.
"""

from collections.abc import Callable
from math import sin, sqrt
from typing import Any, NamedTuple

import numpy

from xnn.nn import Dense, leaves, rebuild
from xnn.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp

RATE = 0.05
STEPS = 20


class Row(NamedTuple):
    optimizer: Optimizer
    # (p, g, what it remembers, rate, number of the step, whether p is of a matrix) -> (p, what it remembers)
    formula: Callable[[float, float, list[float], float, int, bool], tuple[float, list[float]]]
    torch: Callable[[Any, list[Any]], Any] | None  # (torch, tensors) -> torch.optim.Optimizer


def sgd(p, g, kept, rate, t, matrix):
    return p - rate * g, kept


def momentum(beta, share=1.0):
    def rule(p, g, kept, rate, t, matrix):
        v = beta * kept[0] + share * g
        return p - rate * v, [v]

    return rule


def nesterov(p, g, kept, rate, t, matrix):
    v = 0.9 * kept[0] + g
    return p - rate * (g + 0.9 * v), [v]


def adagrad(p, g, kept, rate, t, matrix):
    v = kept[0] + g**2
    return p - rate * g / (sqrt(v) + 1e-10), [v]


def rmsprop(p, g, kept, rate, t, matrix):
    v = 0.9 * kept[0] + 0.1 * g**2
    return p - rate * g / (sqrt(v) + 1e-8), [v]


def adam(beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0.0, decay_biases=False):
    def rule(p, g, kept, rate, t, matrix):
        if matrix or decay_biases:
            p -= rate * decay * p
        m = beta1 * kept[0] + (1 - beta1) * g
        v = beta2 * kept[1] + (1 - beta2) * g**2
        return p - rate * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + epsilon), [m, v]

    return rule


def of_torch(name: str, **options: Any) -> Callable[[Any, list[Any]], Any]:
    return lambda torch, tensors: getattr(torch.optim, name)(tensors, lr=RATE, **options)


def torch_adamw(torch: Any, tensors: list[Any]) -> Any:
    """Biases are a group of their own, without decay, as everyone writes it by hand."""
    groups = [
        {"params": [p for p in tensors if p.ndim > 1], "weight_decay": 0.3},
        {"params": [p for p in tensors if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=RATE)


ROWS = {
    "sgd": Row(SGD(), sgd, of_torch("SGD")),
    "momentum": Row(Momentum(), momentum(0.9), of_torch("SGD", momentum=0.9)),
    "momentum(0.5)": Row(Momentum(beta=0.5), momentum(0.5), of_torch("SGD", momentum=0.5)),
    "momentum(average)": Row(Momentum(average=True), momentum(0.9, 0.1), None),  # torch's first step is whole
    "nesterov": Row(Nesterov(), nesterov, of_torch("SGD", momentum=0.9, nesterov=True)),
    "adagrad": Row(AdaGrad(), adagrad, of_torch("Adagrad", eps=1e-10)),
    "rmsprop": Row(RMSProp(), rmsprop, of_torch("RMSprop", alpha=0.9, eps=1e-8)),
    "adam": Row(Adam(), adam(), of_torch("Adam")),
    "adam(0.5, 0.9, 0.1)": Row(
        Adam(beta1=0.5, beta2=0.9, epsilon=0.1), adam(0.5, 0.9, 0.1), of_torch("Adam", betas=(0.5, 0.9), eps=0.1)
    ),
    "adam(0, 0)": Row(Adam(beta1=0.0, beta2=0.0), adam(0.0, 0.0), of_torch("Adam", betas=(0.0, 0.0))),
    "adamw": Row(AdamW(weight_decay=0.3), adam(decay=0.3), torch_adamw),
    "adamw(biases)": Row(
        AdamW(weight_decay=0.3, biases=True),
        adam(decay=0.3, decay_biases=True),
        of_torch("AdamW", weight_decay=0.3),
    ),
}


def start() -> list[Dense]:
    """Parameters of two layers, the second without bias."""
    rng = numpy.random.default_rng(3)
    return [Dense(rng.normal(size=(3, 2)), rng.normal(size=2)), Dense(rng.normal(size=(2, 1)), None)]


def slope(i: int, p: float) -> float:
    """The derivative at `p` of a bumpy bowl, another one for each entry; entry 1 has none, entry 2 a tiny one."""
    scale = {1: 0.0, 2: 1e-4}.get(i, 1.0 + i)
    return scale * (p - 0.3 * i + 0.4 * sin(3.0 * p))


def gradients_at(params: list[Dense]) -> list[Dense]:
    """Gradients of the bumpy bowl, on the host."""
    count = 0
    slopes = []
    for array in leaves(params):
        flat = [slope(count + i, float(p)) for i, p in enumerate(numpy.ravel(array))]
        count += len(flat)
        slopes.append(numpy.reshape(flat, array.shape))
    return rebuild(params, slopes)


def steps_of(row: Row) -> list[list[numpy.ndarray]]:
    """All parameters after each of the first steps, by the plain formula."""
    arrays = leaves(start())
    kept = [[[0.0, 0.0] for _ in range(array.size)] for array in arrays]
    course = []
    for t in range(1, STEPS + 1):
        slopes = leaves(gradients_at(arrays))
        moved = []
        for array, g, memory in zip(arrays, slopes, kept, strict=True):
            flat = []
            for i, p in enumerate(array.ravel()):
                p, memory[i] = row.formula(float(p), float(g.ravel()[i]), memory[i], RATE, t, array.ndim > 1)
                flat.append(p)
            moved.append(numpy.reshape(flat, array.shape))
        arrays = moved
        course.append(arrays)
    return course
