"""The names of xnn's own parts, for a type checker to find ``task="clasification"``.

A part of your own that was registered has a name that no type checker knows: give the object in place of it, or tell
the checker to ignore that line.
"""

from typing import Literal, TypeAlias

ActivationName: TypeAlias = Literal[
    "identity", "relu", "leaky_relu", "elu", "softplus", "sigmoid", "tanh", "silu", "gelu", "gelu_tanh", "softmax"
]
LossName: TypeAlias = Literal[
    "softmax_cross_entropy", "binary_cross_entropy", "squared_error", "sum_of_squares", "absolute_error", "huber"
]
OptimizerName: TypeAlias = Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
ScheduleName: TypeAlias = Literal["constant", "inverse_time", "exponential", "step", "cosine", "reduce_on_plateau"]
InitializerName: TypeAlias = Literal[
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "he_fan_max", "lecun_uniform", "lecun_normal",
    "orthogonal", "uniform", "normal", "zeros",
]  # fmt: skip
TaskName: TypeAlias = Literal["auto", "classification", "regression"]
ScaleName: TypeAlias = Literal["auto", "standard", "common"]
ProgressName: TypeAlias = Literal["auto", "bar", "lines"]
DtypeName: TypeAlias = Literal["float32", "float64"]
MetricName: TypeAlias = Literal[
    "accuracy", "binary_accuracy", "absolute_error", "log_loss", "balanced_accuracy", "f1", "roc_auc", "rmse", "r2"
]
BackendName: TypeAlias = Literal["numpy", "cupy", "torch", "jax", "array_api_strict"]
