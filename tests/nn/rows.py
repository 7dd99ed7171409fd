"""The tables the tests run over: for each activation and loss its formula as a plain loop, and PyTorch's own.

A new row in ``ACTIVATIONS`` or ``LOSSES`` is tested as soon as it has one here, and a test fails until it does.
"""

from collections.abc import Callable
from math import erfc, exp, expm1, log, pi, sqrt, tanh
from typing import Any, NamedTuple

from xnn.nn import (
    ELU,
    GELU,
    AbsoluteError,
    Activation,
    BinaryCrossEntropy,
    GELUTanh,
    Huber,
    Identity,
    LeakyReLU,
    Loss,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    SoftmaxCrossEntropy,
    Softplus,
    SquaredError,
    SumOfSquares,
    Tanh,
)

Row = list[float]


class ActivationRow(NamedTuple):
    activation: Activation
    formula: Callable[[Row], Row]  # the outputs of one row of units
    torch: Callable[[Any, Any], Any]  # (torch, z) -> y
    kinked: bool = False  # has no derivative at 0


class LossRow(NamedTuple):
    loss: Loss
    formula: Callable[[Row, Row], float]  # one sample's loss, from its outputs and targets
    torch: Callable[[Any, Any, Any], Any]  # (torch, outputs, targets) -> the loss of each sample
    targets: str  # "classes", "shares" (in [0, 1]) or "numbers"


def each(formula: Callable[[float], float]) -> Callable[[Row], Row]:
    return lambda row: [formula(z) for z in row]


def gelu_tanh(z: float) -> float:
    return 0.5 * z * (1.0 + tanh(sqrt(2.0 / pi) * (z + 0.044715 * z**3)))


def softmax(row: Row) -> Row:
    total = sum(exp(z) for z in row)
    return [exp(z) / total for z in row]


ACTIVATION_ROWS = {
    "identity": ActivationRow(Identity(), each(lambda z: z), lambda torch, z: 1.0 * z),
    "relu": ActivationRow(ReLU(), each(lambda z: max(z, 0.0)), lambda torch, z: torch.relu(z), kinked=True),
    "leaky_relu": ActivationRow(
        LeakyReLU(),
        each(lambda z: z if z > 0 else 0.01 * z),
        lambda torch, z: torch.nn.functional.leaky_relu(z, 0.01),
        kinked=True,
    ),
    "leaky_relu(0.3)": ActivationRow(
        LeakyReLU(slope=0.3),
        each(lambda z: z if z > 0 else 0.3 * z),
        lambda torch, z: torch.nn.functional.leaky_relu(z, 0.3),
        kinked=True,
    ),
    "elu": ActivationRow(
        ELU(),
        each(lambda z: z if z > 0 else expm1(z)),
        lambda torch, z: torch.nn.functional.elu(z),
        kinked=True,  # its second derivative jumps, which central differences feel
    ),
    "elu(0.5)": ActivationRow(
        ELU(alpha=0.5),
        each(lambda z: z if z > 0 else 0.5 * expm1(z)),
        lambda torch, z: torch.nn.functional.elu(z, 0.5),
        kinked=True,
    ),
    "softplus": ActivationRow(
        Softplus(), each(lambda z: log(1.0 + exp(z))), lambda torch, z: torch.nn.functional.softplus(z, threshold=40)
    ),
    "sigmoid": ActivationRow(
        Sigmoid(), each(lambda z: 1.0 / (1.0 + exp(-z))), lambda torch, z: torch.nn.functional.sigmoid(z)
    ),
    "tanh": ActivationRow(
        Tanh(), each(lambda z: (exp(z) - exp(-z)) / (exp(z) + exp(-z))), lambda torch, z: torch.tanh(z)
    ),
    "silu": ActivationRow(SiLU(), each(lambda z: z / (1.0 + exp(-z))), lambda torch, z: torch.nn.functional.silu(z)),
    "gelu": ActivationRow(
        GELU(), each(lambda z: 0.5 * z * erfc(-z / sqrt(2.0))), lambda torch, z: torch.nn.functional.gelu(z)
    ),
    "gelu_tanh": ActivationRow(
        GELUTanh(), each(gelu_tanh), lambda torch, z: torch.nn.functional.gelu(z, approximate="tanh")
    ),
    "softmax": ActivationRow(Softmax(), softmax, lambda torch, z: torch.softmax(z, dim=-1)),
}


def cross_entropy(smoothing: float = 0.0, weights: Row | None = None) -> Callable[[Row, Row], float]:
    def formula(outputs: Row, targets: Row) -> float:
        classes = len(outputs)
        p = softmax(outputs)
        loss = 0.0
        for k in range(classes):
            t = (1.0 - smoothing) * targets[k] + smoothing / classes
            loss -= (1.0 if weights is None else weights[k]) * t * log(p[k])
        return loss

    return formula


def torch_cross_entropy(smoothing: float = 0.0, weights: Row | None = None) -> Callable[[Any, Any, Any], Any]:
    def losses(torch: Any, outputs: Any, targets: Any) -> Any:
        return torch.nn.functional.cross_entropy(
            outputs,
            targets,
            weight=None if weights is None else torch.asarray(weights, dtype=outputs.dtype),
            label_smoothing=smoothing,
            reduction="none",
        )

    return losses


def binary_cross_entropy(outputs: Row, targets: Row) -> float:
    loss = 0.0
    for z, t in zip(outputs, targets, strict=True):
        s = 1.0 / (1.0 + exp(-z))
        loss -= t * log(s) + (1.0 - t) * log(1.0 - s)
    return loss


def huber(delta: float) -> Callable[[Row, Row], float]:
    def one(r: float) -> float:
        return 0.5 * r * r if abs(r) <= delta else delta * (abs(r) - 0.5 * delta)

    return lambda outputs, targets: sum(one(y - t) for y, t in zip(outputs, targets, strict=True))


def squares(outputs: Row, targets: Row) -> float:
    return sum((y - t) ** 2 for y, t in zip(outputs, targets, strict=True))


def distances(outputs: Row, targets: Row) -> float:
    return sum(abs(y - t) for y, t in zip(outputs, targets, strict=True))


def summed(name: str, **options: Any) -> Callable[[Any, Any, Any], Any]:
    """PyTorch's loss, summed over the units."""
    return lambda torch, outputs, targets: getattr(torch.nn.functional, name)(
        outputs, targets.to(outputs.dtype), reduction="none", **options
    ).sum(dim=1)


CLASS_WEIGHTS = (0.5, 2.0, 0.0)

LOSS_ROWS = {
    "softmax_cross_entropy": LossRow(SoftmaxCrossEntropy(), cross_entropy(), torch_cross_entropy(), "classes"),
    "softmax_cross_entropy(smoothed)": LossRow(
        SoftmaxCrossEntropy(label_smoothing=0.1), cross_entropy(0.1), torch_cross_entropy(0.1), "classes"
    ),
    "softmax_cross_entropy(weighted)": LossRow(
        SoftmaxCrossEntropy(class_weights=CLASS_WEIGHTS),
        cross_entropy(0.0, CLASS_WEIGHTS),
        torch_cross_entropy(0.0, CLASS_WEIGHTS),
        "classes",
    ),
    "softmax_cross_entropy(smoothed, weighted)": LossRow(
        SoftmaxCrossEntropy(label_smoothing=0.3, class_weights=CLASS_WEIGHTS),
        cross_entropy(0.3, CLASS_WEIGHTS),
        torch_cross_entropy(0.3, CLASS_WEIGHTS),
        "classes",
    ),
    "binary_cross_entropy": LossRow(
        BinaryCrossEntropy(), binary_cross_entropy, summed("binary_cross_entropy_with_logits"), "shares"
    ),
    "squared_error": LossRow(SquaredError(), squares, summed("mse_loss"), "numbers"),
    "sum_of_squares": LossRow(SumOfSquares(), squares, summed("mse_loss"), "numbers"),
    "absolute_error": LossRow(AbsoluteError(), distances, summed("l1_loss"), "numbers"),
    "huber": LossRow(Huber(), huber(1.0), summed("huber_loss", delta=1.0), "numbers"),
    "huber(0.4)": LossRow(Huber(delta=0.4), huber(0.4), summed("huber_loss", delta=0.4), "numbers"),
}
