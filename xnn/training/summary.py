"""The closing words of a run."""

from typing import TYPE_CHECKING

from .progress import figure

if TYPE_CHECKING:
    from .train import Result


def summarize(result: "Result") -> str:
    """Say in a few lines what was trained, on what, and how well it does."""
    model, history = result.model, result.history
    weights = sum(array.size for layer in model.host_params() for array in layer if array is not None)
    kind = type(model.task).__name__.lower()
    sizes = "-".join(map(str, model.mlp.sizes))
    place = model.place
    lines = [
        f"{sizes} network, {weights:,} parameters, {kind} with {type(model.task.loss).__name__}, "
        f"on {place.backend.name} ({place.backend.device_name(place.device)}, {place.dtype})",
        f"{result.samples:,} samples, {result.validation_samples:,} held out; {history.epochs} epochs "
        f"in {sum(history.seconds):.1f} s",
    ]
    if result.stopped:
        lines.append(f"stopped early: {result.stopped}")
    for name, training, validation in [("loss", history.loss, history.validation_loss)] + [
        (name, values, history.validation_metrics.get(name, [])) for name, values in history.metrics.items()
    ]:
        if training:
            kept = result.kept_epoch - 1
            held_out = f", held out {figure(name, validation[kept])}" if validation else ""
            lines.append(f"{name.replace('_', ' ')} {figure(name, training[kept])}{held_out}")
    return "\n".join(lines)
